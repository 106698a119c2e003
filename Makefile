# castor: build, test, install.  `make help` lists what there is.
#
# Works as it is; ./configure (optional) writes config.mk with what it found.
# Variables for one run:  V=1 shows commands, SANITIZE=address,undefined builds
# with sanitizers (in a directory of its own), T=pattern selects tests.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SECONDARY:

comma    := ,
version  := 0.1.0
prefix   ?= /usr/local
bindir   ?= $(prefix)/bin
libdir   ?= $(prefix)/lib
datadir  ?= $(prefix)/share
mandir   ?= $(datadir)/man
docdir   ?= $(datadir)/doc/castor
sysconfdir ?= /etc
build    := build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
ifeq ($(origin CXX),default)
CXX      := $(if $(shell command -v ccache),ccache) g++
endif
INSTALL  ?= install
# A checkout is a developer's: warnings are errors. Packagers build from an archive.
DEVELOPER ?= $(if $(wildcard .git),1)

-include config.mk

CXXFLAGS ?= -O2 -g
Q        := $(if $(V),,@)
flags    := -std=c++20 -pthread -Wall -Wextra -Wshadow=local -Wnon-virtual-dtor -Wno-missing-field-initializers \
            $(if $(DEVELOPER),-Werror) \
            $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
includes := -Iinclude -I$(build)/gen
defines  := -DCASTOR_VERSION='"$(version)"'
libs     := -lfcgi -lcurl -lsqlite3 -linih -ldate-tz -lssl -lcrypto -lz

sources  := $(wildcard src/*/*.cc)
objects  := $(sources:%.cc=$(build)/%.o)
unit     := $(patsubst %.cc,$(build)/%.o,$(wildcard tests/unit/*.cc))
# The real clients of check-clients; the same for every kind of build, and kept between runs.
npm      := build/npm
cores    := $(shell nproc)
generated := $(build)/gen/sql/text.h $(build)/gen/domain/data.h

all: $(build)/castor ## Build the program

$(build)/castor: $(build)/src/main.o $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^ $(libs)

$(build)/unit_tests: $(unit) $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^ $(libs)

$(build)/%.o: %.cc | $(generated)
	@mkdir -p $(@D)
	@echo "  CXX     $<"
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) $(flags) $(includes) $(defines) -MMD -MP -c -o $@ $<

# Boost's own code is not ours to warn about.
$(build)/src/json/boost_json.o $(build)/tests/unit/main.o: flags += -Wno-error

$(build)/gen/sql/text.h: tools/embed.sh $(sort $(wildcard sql/migrations/*.sql sql/queries/*.sql))
	@mkdir -p $(@D)
	@echo "  EMBED   $@"
	$(Q)tools/embed.sh castor::sql::text $(filter %.sql,$^) > $@

$(build)/gen/domain/data.h: tools/embed.sh $(sort $(wildcard conf/*.json))
	@mkdir -p $(@D)
	@echo "  EMBED   $@"
	$(Q)tools/embed.sh castor::data $(filter %.json,$^) > $@

-include $(objects:.o=.d) $(unit:.o=.d) $(build)/src/main.d

run: ## Install what is missing, build, serve on 127.0.0.1:8080 with lighttpd (see tools/run.sh)
	$(Q)tools/bootstrap.sh run
	$(Q)$(MAKE) --no-print-directory -j$(cores) all
	$(Q)CASTOR_PROGRAM=$(abspath $(build)/castor) tools/run.sh

check: ## Install what is missing, then run every test
	$(Q)tools/bootstrap.sh check
	$(Q)$(MAKE) --no-print-directory -j$(cores) all $(build)/unit_tests check-headers
	$(Q)REQUIRE_SERVERS=1 $(MAKE) --no-print-directory check-all

check-all: check-layers check-headers check-man check-sql check-unit check-fake check-integration check-clients

check-unit: $(build)/unit_tests ## Run the unit and golden tests (T=anthropic/*tool*)
	$(Q)$< $(if $(T),--run_test='$(T)')

check-layers: ## Check that includes only point down the layers
	$(Q)tools/check-layers.sh

check-headers: $(patsubst include/%.h,$(build)/headers/%.ok,$(wildcard include/*/*.h)) ## Compile every header by itself

$(build)/headers/%.ok: include/%.h | $(generated)
	@mkdir -p $(@D)
	$(Q)$(CXX) $(CPPFLAGS) $(flags) $(includes) $(defines) -fsyntax-only -include $< -x c++ /dev/null
	@touch $@

check-man: ## Check the form of the manual pages
	$(Q)mandoc -T lint -W warning $(wildcard man/*.[1-8])

check-fake: ## Run the tests of the fake Gemini
	$(Q)python3 -B -m unittest discover -s tests/fake_gemini $(if $(T),-k '$(T)')

check-corpus: $(if $(CORPUS),$(build)/translate) ## Try recorded traffic, which is not part of castor (CORPUS=directory, T=name)
	$(Q)test -n '$(CORPUS)' || { echo 'Where are the recordings? make check-corpus CORPUS=directory; see tests/corpus/README.md'; exit 1; }
	$(Q)python3 -B -m unittest discover -s tests/corpus
	$(Q)python3 -B tests/corpus/check_corpus.py --translate $< $(if $(V),-v) $(if $(T),--only '$(T)') '$(CORPUS)'

.PHONY: check-corpus
-include $(build)/tests/corpus/translate.d

$(build)/translate: $(build)/tests/corpus/translate.o $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^ $(libs)

check-integration: $(build)/castor ## Run under real web servers (SERVER=lighttpd|apache|nginx|cgi, T=*pattern*, JOBS=)
	$(call integration,test_processes test_signatures test_streaming test_requests test_run)

check-clients: $(build)/castor $(npm)/installed ## Run Claude Code and the Anthropic SDK through castor (SERVER=, T=)
	$(call integration,test_claude_code test_anthropic_sdk)

integration = $(Q)cd tests/integration && CASTOR_PROGRAM=$(abspath $<) CASTOR_NPM=$(abspath $(npm)) SERVER='$(SERVER)' \
  T='$(T)' V='$(V)' python3 -B run.py $(1)

$(npm)/installed: tests/integration/npm/package.json tests/integration/npm/package-lock.json
	@mkdir -p $(@D)
	@echo "  NPM     $(@D)"
	$(Q)cp $^ $(@D)
	$(Q)cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

check-sql: ## Prepare every query against the migrated schema; compare sql/schema.sql
	$(Q){ cat sql/migrations/*.sql; for query in sql/queries/*.sql; do echo EXPLAIN; cat $$query; done; } | \
	  sqlite3 -bail :memory: > /dev/null
	$(Q)$(schema) | diff -u sql/schema.sql - || { echo 'make sql/schema.sql brings it up to date'; exit 1; }

# Comments inside of a CREATE statement are kept: .schema shows them in any database.
schema = { echo '-- Generated from sql/migrations by `make sql/schema.sql`: the schema as it is now.'; \
           { cat sql/migrations/*.sql; echo '.schema --nosys'; } | sqlite3 -bail :memory:; }

sql/schema.sql: $(sort $(wildcard sql/migrations/*.sql)) ## Write the resulting schema, for readers
	$(Q)$(schema) > $@

$(build)/bench_%: $(build)/tests/bench/bench_%.o $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^ $(libs)

bench: $(patsubst tests/bench/%.cc,$(build)/%,$(wildcard tests/bench/bench_*.cc)) ## Measure what a request costs
	$(Q)for program in $^; do $$program; done

golden: $(build)/unit_tests ## Rewrite the expected golden files; review with git diff
	$(Q)CASTOR_GOLDEN=write $< --run_test='golden*'

format: ## Reformat what you changed
	$(Q)git diff --name-only --diff-filter=d HEAD -- '*.h' '*.cc' | xargs -r clang-format -i

compile_commands.json: ## For clangd and clang-tidy
	$(Q)$(MAKE) --always-make --dry-run V=1 all $(build)/unit_tests | \
	  awk -v dir="$(CURDIR)" '/ -c -o / { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); \
	    printf "%s{\"directory\":\"%s\",\"command\":\"%s\",\"file\":\"%s\"}", (n++ ? ",\n" : "[\n"), dir, $$0, $$NF } \
	    END { print "\n]" }' > $@

clean: ## Remove everything built
	$(Q)rm -rf build build-* compile_commands.json

help: ## Show this list
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile; echo
	@awk -F':.*## ' '/^[a-z_.-]+:.*## /{printf "  %-22s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: all run check check-all check-unit check-fake check-integration check-clients check-layers check-headers check-man check-sql bench golden format clean help
