# castor: build, test, install.  `make help` lists what there is.
#
# Works as it is; ./configure (optional) writes config.mk with what it found.
# Variables for one run:  V=1 shows commands, SANITIZE=address,undefined builds
# with sanitizers (in a directory of its own), T=pattern selects tests.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

comma    := ,
version  := 0.1.0
prefix   ?= /usr/local
bindir   ?= $(prefix)/bin
libdir   ?= $(prefix)/lib
datadir  ?= $(prefix)/share
mandir   ?= $(datadir)/man
docdir   ?= $(datadir)/doc/castor
sysconfdir ?= /etc
# Where the program keeps its database unless castor.ini says otherwise, and whose it has to be.
statedir ?= /var/lib/castor
webuser  ?= www-data
build    := build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))
ifeq ($(origin CXX),default)
CXX      := $(if $(shell command -v ccache),ccache) g++
endif
INSTALL  ?= install
CLANG_TIDY ?= clang-tidy
# A checkout is a developer's: warnings are errors. Packagers build from an archive.
DEVELOPER ?= $(if $(wildcard .git),1)

-include config.mk

# Lines for backtraces and profiles; all of -g makes compiling half as long again.
CXXFLAGS ?= -O2 -g1
# Members may have the names of parameters; clang is of that opinion anyway.
shadow   := $(if $(findstring clang,$(CXX)),-Wshadow,-Wshadow=local)
Q        := $(if $(V),,@)
flags    := -std=c++20 -pthread -Wall -Wextra $(shadow) -Wnon-virtual-dtor -Wno-missing-field-initializers \
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

# Kept, also those that only a pattern asks for. (.SECONDARY would do so, too, but then an object that
# is missing is not made while what it goes into is newer than its source.)
.PRECIOUS: $(build)/%.o
$(build)/%.o: %.cc | $(generated)
	@mkdir -p $(@D)
	@echo "  CXX     $<"
	$(Q)$(CXX) $(CPPFLAGS) $(CXXFLAGS) $(flags) $(includes) $(defines) -MMD -MP -c -o $@ $<

# The only file that knows where it is installed to, lest another prefix compiles everything again.
$(build)/src/app/config_file.o: defines += -DCASTOR_SYSCONFDIR='"$(sysconfdir)"'

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

# exec and setpriv: the script hears of it when only make is told to end.
run: ## Install what is missing, build, serve on 127.0.0.1:8080 with lighttpd (see tools/run.sh)
	$(Q)tools/bootstrap.sh run
	$(Q)$(MAKE) --no-print-directory -j$(cores) all
	$(Q)exec setpriv --pdeathsig TERM env CASTOR_PROGRAM=$(abspath $(build)/castor) tools/run.sh

check: ## Install what is missing, then run every test
	$(Q)tools/bootstrap.sh check
	$(Q)$(MAKE) --no-print-directory -j$(cores) all $(build)/unit_tests check-headers build-bench
	$(Q)REQUIRE_SERVERS=1 $(MAKE) --no-print-directory check-all

check-all: check-layers check-headers check-man check-sql check-unit check-fuzz check-fake check-integration check-clients

check-unit: $(build)/unit_tests ## Run the unit and golden tests (T=golden/anthropic/*tool*)
	$(Q)$< $(if $(T),--run_test='$(T)')

# The programs of tests/fuzz: what they found, and the golden files, as tests of every build.
fuzzers  := $(patsubst tests/fuzz/fuzz_%.cc,%,$(wildcard tests/fuzz/fuzz_*.cc))
-include $(patsubst %.cc,$(build)/%.d,$(wildcard tests/fuzz/*.cc))

check-fuzz: $(fuzzers:%=$(build)/replay_%) ## Run what fuzzing has found (tests/fuzz/corpus) and the golden files
	$(Q)for name in $(fuzzers); do $(build)/replay_$$name tests/golden $(wildcard tests/fuzz/corpus/*) || exit; done

$(build)/replay_%: $(build)/tests/fuzz/fuzz_%.o $(build)/tests/fuzz/replay_main.o $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^ $(libs)

fuzz: ## Look for inputs that break us, for a minute each (clang; SECONDS=600, T=schema)
	$(Q)$(MAKE) --no-print-directory CXX='$(if $(shell command -v ccache),ccache) clang++' \
	  SANITIZE=address,undefined,fuzzer-no-link run-fuzzers

run-fuzzers: $(patsubst %,$(build)/fuzz_%,$(or $(T),$(fuzzers)))
	$(Q)for program in $^; do name=$${program##*/fuzz_}; mkdir -p $(build)/corpus/$$name tests/fuzz/corpus/$$name; \
	  find tests/golden -type f -exec sh -c 'for f; do cp "$$f" "$$0/$$(echo "$$f" | tr / _)"; done' $(build)/corpus/$$name {} +; \
	  $$program -max_total_time=$(or $(SECONDS),60) -timeout=10 -max_len=20000 -print_final_stats=1 \
	    -artifact_prefix=tests/fuzz/corpus/$$name/ $(build)/corpus/$$name tests/fuzz/corpus/$$name || exit; done

$(build)/fuzz_%: $(build)/tests/fuzz/fuzz_%.o $(build)/tests/fuzz/fuzzer_main.o $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(libs)

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

client_tests := test_claude_code test_codex test_gemini_cli test_sdks

check-integration: $(build)/castor ## Run under real web servers (SERVER=lighttpd|apache|nginx|cgi, T=*pattern*, JOBS=)
	$(call integration,$(filter-out $(client_tests),$(patsubst tests/integration/%.py,%,$(wildcard tests/integration/test_*.py))))

check-clients: $(build)/castor $(npm)/installed ## Run coding agents and SDKs through castor (SERVER=, T=)
	$(call integration,$(client_tests))

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

# The two ends of the benchmark are programs by themselves; the others measure our objects.
bench_ends := $(build)/bench_upstream $(build)/bench_load
bench_parts := $(patsubst tests/bench/%.cc,$(build)/%,$(wildcard tests/bench/bench_*.cc))
-include $(patsubst %.cc,$(build)/%.d,$(wildcard tests/bench/*.cc))

$(bench_ends): $(build)/bench_%: $(build)/tests/bench/%.o
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^

$(bench_parts): $(build)/%: $(build)/tests/bench/%.o $(objects)
	@echo "  LINK    $@"
	$(Q)$(CXX) $(CXXFLAGS) $(flags) $(LDFLAGS) -o $@ $^ $(libs)

# Part of check, so that they go on compiling.
build-bench: $(bench_ends) $(bench_parts)

bench: $(build)/castor $(bench_ends) $(bench_parts) ## Measure what requests cost, through lighttpd
	$(Q)CASTOR_PROGRAM=$(abspath $<) python3 -B tests/bench/bench.py $(abspath $(build))

# With the paths of this installation, not those of the examples in the repository.
localize = sed -e 's|/usr/local/lib/castor|$(libdir)/castor|g; s|/usr/local/bin|$(bindir)|g' \
               -e 's|/etc/castor|$(sysconfdir)/castor|g'
examples := $(wildcard lighttpd/*.conf apache/*.conf nginx/*.conf) apache/htaccess.example conf/castor.service

install: $(build)/castor ## Install below DESTDIR and prefix=; an existing castor.ini stays as it is
	$(INSTALL) -d $(addprefix $(DESTDIR),$(bindir) $(libdir)/castor $(datadir)/castor $(sysconfdir)/castor \
	  $(mandir)/man1 $(mandir)/man5 $(sort $(dir $(examples:%=$(docdir)/examples/%))))
	$(INSTALL) -m 755 $< $(DESTDIR)$(bindir)/castor
	ln -srf $(DESTDIR)$(bindir)/castor $(DESTDIR)$(libdir)/castor/castor.fcgi
	ln -srf $(DESTDIR)$(bindir)/castor $(DESTDIR)$(libdir)/castor/castor.cgi
	$(INSTALL) -m 644 $(wildcard conf/*.json) $(DESTDIR)$(datadir)/castor
	$(INSTALL) -m 644 README.md NEWS.md LICENSE conf/castor.ini.example $(DESTDIR)$(docdir)
	$(localize) man/castor.1 > $(DESTDIR)$(mandir)/man1/castor.1
	$(localize) man/castor.ini.5 > $(DESTDIR)$(mandir)/man5/castor.ini.5
	$(Q)for file in $(examples); do $(localize) $$file > $(DESTDIR)$(docdir)/examples/$$file || exit 1; done
	$(Q)test -e $(DESTDIR)$(sysconfdir)/castor/castor.ini || \
	  $(INSTALL) -m 644 conf/castor.ini.example $(DESTDIR)$(sysconfdir)/castor/castor.ini
	$(Q)test -d $(DESTDIR)$(statedir) || $(INSTALL) -d -m 700 $(DESTDIR)$(statedir)
	$(Q)test -n '$(DESTDIR)' || chown $(webuser): $(statedir) || \
	  echo 'give $(statedir) to the user that the web server runs castor as'

uninstall: ## Remove what install put there; settings and database stay
	rm -f $(addprefix $(DESTDIR),$(bindir)/castor $(mandir)/man1/castor.1 $(mandir)/man5/castor.ini.5)
	rm -rf $(addprefix $(DESTDIR),$(libdir)/castor $(datadir)/castor $(docdir)/examples)
	rm -f $(addprefix $(DESTDIR)$(docdir)/,README.md NEWS.md LICENSE castor.ini.example)
	-rmdir $(DESTDIR)$(docdir)

archive := castor-$(version)

dist: ## A release archive of HEAD in dist/, built, tested and installed once
	@rm -rf $(build)/dist && mkdir -p dist $(build)/dist
	$(Q)autoconf -o $(build)/dist/configure
	$(Q)git archive --prefix=$(archive)/ --add-file=$(build)/dist/configure -o dist/$(archive).tar.gz HEAD
	$(Q)tar -xzf dist/$(archive).tar.gz -C $(build)/dist
	$(Q)cd $(build)/dist/$(archive) && ./configure --quiet
	$(Q)$(MAKE) --no-print-directory -C $(build)/dist/$(archive) -j$(cores) all check-unit check-man
	$(Q)$(MAKE) --no-print-directory -C $(build)/dist/$(archive) install DESTDIR=$(abspath $(build))/dist/root
	$(Q)$(build)/dist/root$(bindir)/castor --version
	@rm -rf $(build)/dist; echo "  DIST    dist/$(archive).tar.gz"

lint: compile_commands.json ## clang-tidy and shellcheck
	$(Q)shellcheck $(wildcard tools/*.sh) tools/pre-commit .ci/run
	$(Q)printf '%s\n' src/main.cc $(sources) | xargs -P$(cores) -n4 $(CLANG_TIDY) --quiet --extra-arg=-Wno-unknown-warning-option -p .

hooks: ## Check each commit of this clone with tools/pre-commit
	$(Q)ln -sf $(CURDIR)/tools/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"

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

.PHONY: all run check check-all check-unit check-fake check-integration check-clients check-layers check-headers \
        check-man check-sql check-fuzz fuzz run-fuzzers bench build-bench install uninstall dist lint hooks golden format \
        compile_commands.json clean help
