#include "app/config_file.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/config_error.h"
#include "app/directives.h"
#include "util/text.h"

namespace castor::app {
namespace {

namespace fs = std::filesystem;

template <class Read>
std::string complaint(const Read& read) {
  try {
    read();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

std::string complaint_about(std::string_view text) {
  return complaint([text] { read_config(text, "castor.ini"); });
}

Config with(const Environment& environment) {
  return load_config({.system_file = "", .environment = environment}).config;
}

// A folder of its own for each test, gone at its end.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "castor-test-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()));
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }

  std::string write(const std::string& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string path(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  BOOST_REQUIRE_MESSAGE(stream.is_open(), file << ": run the tests in the project's folder");
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// A default of the example: ";threads = 64".
struct Default {
  std::string section, name, value;
};

// The example with its defaults uncommented, and a list of them.
std::pair<std::string, std::vector<Default>> uncommented(const std::string& example) {
  std::string text, section;
  std::vector<Default> defaults;
  for (std::string_view line : split(example, '\n')) {
    if (line.starts_with('[')) section = line.substr(1, line.find(']') - 1);
    if (line.size() > 1 && line[0] == ';' && line[1] >= 'a' && line[1] <= 'z') {
      line.remove_prefix(1);
      const std::size_t equals = line.find('=');
      defaults.push_back({section, std::string(trim(line.substr(0, equals))),
                          std::string(trim(line.substr(equals + 1)))});
    }
    text.append(line).append("\n");
  }
  return {text, defaults};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_file)

BOOST_AUTO_TEST_CASE(the_example_is_the_built_in_configuration_as_shipped_and_uncommented) {
  const std::string example = text_of("conf/castor.ini.example");
  BOOST_CHECK(read_config(example, "castor.ini.example") == Config{});
  const auto [text, defaults] = uncommented(example);
  BOOST_CHECK(read_config(text, "castor.ini.example") == Config{});

  std::vector<std::string> in_example, in_table;
  for (const Default& found : defaults) in_example.push_back(found.section + "." + found.name);
  for (const Directive& directive : directives()) {
    in_table.push_back(std::string(directive.section).append(".").append(directive.name));
    if (!directive.short_variable.empty()) {
      BOOST_TEST(contains_ignoring_case(example, directive.short_variable));
    }
  }
  BOOST_TEST(in_example == in_table, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_manual_page_has_every_directive_with_its_default) {
  const std::string manual = text_of("man/castor.ini.5");
  const auto [text, defaults] = uncommented(text_of("conf/castor.ini.example"));
  for (const Default& expected : defaults) {
    BOOST_TEST_CONTEXT(expected.section << "." << expected.name) {
      const std::size_t section = manual.find("\n.Ss [" + expected.section + "]\n");
      BOOST_REQUIRE(section != std::string::npos);
      const std::size_t item = manual.find("\n.It Ic " + expected.name + "\n", section);
      BOOST_REQUIRE(item != std::string::npos);
      BOOST_TEST(manual.find("\n.Ss ", section + 1) > item);
      const std::string body = manual.substr(item + 1, manual.find("\n.It ", item + 1) - item);
      const std::string value =
          expected.value.empty() ? "Default: none.\n" : "Default: " + expected.value + ".\n";
      BOOST_TEST(body.find(value) != std::string::npos, "no '" << value << "' in:\n" << body);
    }
  }
  for (const Directive& directive : directives()) {
    if (!directive.short_variable.empty()) {
      BOOST_TEST(contains_ignoring_case(manual, directive.short_variable));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_directive_sets_something_of_its_own) {
  // A value that is legal for the kind of directive and not its default.
  const auto other_value = [](const Directive& directive) -> std::string {
    for (const std::string value :
         {"3", "77s", "1234s", "2h", "5K", "yes", "no", "truncate", "debug", "weighted",
          "BLOCK_NONE", "https://example.org", "socks5://127.0.0.1:1", "/other", "10.0.0.0/8"}) {
      Config config;
      try {
        directive.set(config, value, "");
      } catch (const ConfigError&) {
        continue;
      }
      if (!(config == Config{})) return value;
    }
    return {};
  };
  std::vector<Config> seen = {Config{}};
  for (const Directive& directive : directives()) {
    BOOST_TEST_CONTEXT(directive.section << "." << directive.name) {
      const std::string value = other_value(directive);
      BOOST_REQUIRE(!value.empty());
      const Config config = with({{directive.variable(), value}});
      BOOST_CHECK(std::find(seen.begin(), seen.end(), config) == seen.end());
      BOOST_CHECK(read_config(std::string("[").append(directive.section) + "]\n" +
                                  std::string(directive.name) + " = " + value,
                              "castor.ini") == config);
      if (!directive.short_variable.empty()) {
        BOOST_CHECK(with({{std::string(directive.short_variable), value}}) == config);
      }
      seen.push_back(config);
    }
  }
}

BOOST_AUTO_TEST_CASE(values_go_where_they_belong) {
  const Config config = read_config(
      "\xEF\xBB\xBF; a comment\r\n"
      "[server]\r\n"
      "threads = 8 ; behind the value\r\n"
      "   processes=2\n"
      "base: /ai/\n"
      "[models]\n"
      "default = gemini-3.8-flash\n"
      "[upstream]\n"
      "base_url = http://127.0.0.1:9000/\n"
      "connect_timeout = 1500ms\n"
      "# another comment\n"
      "[aliases]\n"
      "Claude-* = gemini-4-carbon-high\n"
      "gpt-4o = gemini-3.8-flash\n",
      "castor.ini");
  BOOST_TEST(config.server.threads == 8);
  BOOST_TEST(config.server.processes == 2);
  BOOST_TEST(config.server.base == "/ai");
  BOOST_TEST(config.translation.default_model == "gemini-3.8-flash");
  BOOST_TEST(config.upstream.base_url == "http://127.0.0.1:9000");
  BOOST_TEST(config.upstream.connect_timeout_ms == 1500);
  BOOST_REQUIRE(config.aliases.size() == 2u);
  BOOST_TEST(config.aliases[0].first == "Claude-*");
  BOOST_TEST(config.aliases[0].second == "gemini-4-carbon-high");
  BOOST_TEST(config.aliases[1].first == "gpt-4o");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_by_line) {
  const std::string long_line(300, 'x');
  const struct {
    std::string text;
    std::string_view expected;
  } cases[] = {
      {"[server]\nthreads = many\n",
       "castor.ini:2: threads: expected a whole number from 1 to 500"},
      {"\n[server]\n\nthread = 1\n", "castor.ini:4: there is no directive thread in [server]"},
      {"[sever]\n", "castor.ini:1: there is no section [sever]"},
      {"[sever]\nthreads = 1\n", "castor.ini:1: there is no section [sever]"},
      {"threads = 1\n", "castor.ini:1: threads: expected a [section] first"},
      {"[server]\nthreads = 1\nthreads = 1\n", "castor.ini:3: threads: was set in line 2"},
      {"[server]\n[log]\n[server]\n", "castor.ini:3: section [server] began in line 1"},
      {"[server]\nthreads 1\n", "castor.ini:2: expected name = value"},
      {"[server]\nbase = /a\n   and more\n", "castor.ini:3: expected name = value"},
      {"[server\n", "castor.ini:1: expected [section] alone"},
      {"[server] threads = 1\n", "castor.ini:1: expected [section] alone"},
      {"[server]\nbase = /" + long_line, "castor.ini:2: longer than 199 characters"},
      {std::string("[server]\nbase = /a\0b\n", 20), "castor.ini:2: not a line of text"},
      {"[server]\nbase =\nmax_body =\n",
       "castor.ini:3: max_body: expected a size (in bytes, or with K, M or G) from 1K to 1G"},
      {"[storage]\njournal = off\n", "castor.ini:2: journal: expected one of auto, wal, truncate"},
      {"[aliases]\na =\n",
       "castor.ini:2: a: expected the name of a model, or of several with commas between them (in a "
       "pattern, write '*' for ':' and '=')"},
      {"[aliases]\na = gemini-4-argon,,x\n",
       "castor.ini:2: a: expected the name of a model, or of several with commas between them (in a "
       "pattern, write '*' for ':' and '=')"},
      {"[aliases]\nclaude-v1:0 = gemini-4-argon\n",
       "castor.ini:2: claude-v1: expected the name of a model, or of several with commas between "
       "them (in a pattern, write '*' for ':' and '=')"},
      {"[aliases]\na = x\na = y\n", "castor.ini:3: a: was set in line 2"},
  };
  for (const auto& test : cases) {
    BOOST_TEST(complaint_about(test.text) == test.expected, test.text);
  }
  BOOST_TEST(complaint_about("; " + long_line + "\n[server]\nbase = /" + std::string(191, 'x')) ==
             "accepted");
}

BOOST_AUTO_TEST_CASE(a_complaint_does_not_repeat_a_value) {
  const std::string complaint =
      complaint_about("[upstream]\nproxy = ftp://user:word@example.org\n");
  BOOST_TEST(complaint.find("word") == std::string::npos);
  BOOST_TEST(complaint.starts_with("castor.ini:2: proxy: expected"));
}

BOOST_AUTO_TEST_CASE(relative_paths_begin_in_the_folder_of_the_file) {
  const std::string text = "[storage]\ndatabase = data/castor.db\nkey_file = /keys/a\n";
  const Config config = read_config(text, "/srv/www/castor.ini");
  BOOST_TEST(config.storage.database == "/srv/www/data/castor.db");
  BOOST_TEST(config.storage.key_file == "/keys/a");
  BOOST_TEST(read_config(text, "castor.ini").storage.database == "data/castor.db");
  BOOST_TEST(with({{"CASTOR_DATABASE", "here.db"}}).storage.database == "here.db");
}

BOOST_AUTO_TEST_CASE(the_environment_outranks_the_file) {
  const Folder folder;
  const std::string file =
      folder.write("castor.ini", "[server]\nthreads = 5\nprocesses = 5\nbase = /five\n");
  const LoadedConfig loaded = load_config({.given = file,
                                           .environment = {{"CASTOR_THREADS", "6"},
                                                           {"CASTOR_SERVER_THREADS", "7"},
                                                           {"CASTOR_PROCESSES", "6"},
                                                           {"CASTOR_BASE", ""}}});
  BOOST_TEST(loaded.file == file);
  BOOST_TEST(loaded.config.server.threads == 7);
  BOOST_TEST(loaded.config.server.processes == 6);
  BOOST_TEST(loaded.config.server.base == "/five");
  BOOST_TEST(loaded.warnings.empty());
  BOOST_TEST(complaint([] {
               with({{"CASTOR_THREADS", "x"}});
             }) == "CASTOR_THREADS: expected a whole number from 1 to 500");
}

BOOST_AUTO_TEST_CASE(other_variables_are_somebody_elses) {
  const LoadedConfig loaded = load_config({.system_file = "",
                                           .environment = {{"CASTOR_CLIENT_KEY", "a"},
                                                           {"CASTOR_STATE", "/tmp"},
                                                           {"CASTOR_", "x"},
                                                           {"GEMINI_API_KEYS", "b"},
                                                           {"CASTOR_SERVER_PORT", "tcp://x"}}});
  BOOST_CHECK(loaded.config == Config{});
  BOOST_TEST(loaded.file == "");
  const std::vector<std::string> expected = {
      "CASTOR_SERVER_PORT: there is no such directive; ignored"};
  BOOST_TEST(loaded.warnings == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_first_file_that_is_there_is_read) {
  const Folder folder;
  const std::string given = folder.write("given.ini", "[server]\nthreads = 1\n");
  const std::string named = folder.write("named.ini", "[server]\nthreads = 2\n");
  const std::string beside = folder.write("bin/castor.ini", "[server]\nthreads = 3\n");
  const std::string system = folder.write("etc/castor.ini", "[server]\nthreads = 4\n");
  ConfigSources sources{.given = given,
                        .program_folder = folder.path("bin"),
                        .system_file = system,
                        .environment = {{"CASTOR_CONFIG", named}}};
  BOOST_TEST(load_config(sources).config.server.threads == 1);
  sources.given.clear();
  BOOST_TEST(load_config(sources).config.server.threads == 2);
  sources.environment.clear();
  BOOST_TEST(load_config(sources).config.server.threads == 3);
  BOOST_TEST(load_config(sources).file == beside);
  sources.program_folder = folder.path("elsewhere");
  BOOST_TEST(load_config(sources).config.server.threads == 4);
  sources.system_file = folder.path("nothing.ini");
  BOOST_CHECK(load_config(sources).config == Config{});
}

BOOST_AUTO_TEST_CASE(a_file_that_was_asked_for_must_be_readable) {
  const Folder folder;
  const std::string missing = folder.path("missing.ini");
  BOOST_TEST(complaint([&] { load_config({.given = missing}); }) ==
             missing + ": cannot be read: No such file or directory");
  BOOST_TEST(complaint([&] {
               load_config({.environment = {{"CASTOR_CONFIG", missing}}});
             }) == missing + ": cannot be read: No such file or directory");
  BOOST_TEST(
      complaint([&] { load_config({.given = folder.path("")}); }).ends_with("Is a directory"));
}

BOOST_AUTO_TEST_CASE(the_environment_of_this_process_is_read) {
  setenv("CASTOR_TEST_VARIABLE", "a=b", 1);
  const Environment environment = process_environment();
  unsetenv("CASTOR_TEST_VARIABLE");
  BOOST_TEST(environment.at("CASTOR_TEST_VARIABLE") == "a=b");
  BOOST_TEST(!process_environment().contains("CASTOR_TEST_VARIABLE"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
