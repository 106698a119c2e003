#include "app/config_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>

#include "app/config_error.h"
#include "app/directives.h"
#include "app/ini_text.h"
#include "util/text.h"

namespace castor::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAliases = "aliases";

bool is_section(std::string_view name) {
  const auto all = directives();
  return name == kAliases || std::any_of(all.begin(), all.end(), [name](const Directive& known) {
           return known.section == name;
         });
}

const Directive* find(std::string_view section, std::string_view name) {
  for (const Directive& directive : directives()) {
    if (directive.section == section && directive.name == name) return &directive;
  }
  return nullptr;
}

// Where an entry is, with errors that say so.
class Place {
 public:
  Place(const std::string& file, int line) : text_(file + ":" + std::to_string(line) + ": ") {}
  [[noreturn]] void fail(const std::string& problem) const { throw ConfigError(text_ + problem); }

 private:
  std::string text_;
};

void check_sections(const IniText& text, const std::string& file) {
  std::map<std::string, int> seen;
  for (const IniText::Section& section : text.sections) {
    const Place place(file, section.line);
    if (!is_section(section.name)) place.fail("there is no section [" + section.name + "]");
    const auto [first, is_new] = seen.emplace(section.name, section.line);
    if (!is_new) {
      place.fail("section [" + section.name + "] began in line " + std::to_string(first->second));
    }
  }
}

void check_names(const IniText& text, const std::string& file) {
  std::map<std::pair<std::string, std::string>, int> seen;
  for (const IniText::Entry& entry : text.entries) {
    const Place place(file, entry.line);
    if (entry.section.empty()) place.fail(entry.name + ": expected a [section] first");
    if (entry.section != kAliases && !find(entry.section, entry.name)) {
      place.fail("there is no directive " + entry.name + " in [" + entry.section + "]");
    }
    const auto [first, is_new] = seen.emplace(std::pair(entry.section, entry.name), entry.line);
    if (!is_new) {
      place.fail(entry.name + ": was set in line " + std::to_string(first->second));
    }
  }
}

// Whether there is such a model is for the ModelMap to say, which reads models.json.
void add_alias(Config& config, const std::string& pattern, const std::string& models) {
  for (const std::string_view piece : split(models, ',')) {
    const std::string_view model = trim(piece);
    if (model.empty() || model.find_first_of(" =:*") != std::string::npos) {
      throw ConfigError(
          "expected the name of a model, or of several with commas between them (in a pattern, "
          "write '*' for ':' and '=')");
    }
  }
  config.aliases.emplace_back(pattern, models);
}

std::string read_file(const std::string& name) {
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(std::fopen(name.c_str(), "re"),
                                                                std::fclose);
  std::string text;
  char buffer[4096];
  for (std::size_t count; file && (count = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
    text.append(buffer, count);
  }
  if (!file || std::ferror(file.get())) {
    throw ConfigError(name + ": cannot be read: " + std::strerror(errno));
  }
  return text;
}

// A file that is there but may not be read counts: running on without it would be a surprise.
bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::status(file, ignored).type() != fs::file_type::not_found;
}

// The configuration file there is; empty: none.
std::string choose_file(const ConfigSources& sources) {
  if (!sources.given.empty()) return sources.given;
  const auto named = sources.environment.find("CASTOR_CONFIG");
  if (named != sources.environment.end() && !named->second.empty()) return named->second;
  if (!sources.program_folder.empty()) {
    const fs::path beside = fs::path(sources.program_folder) / "castor.ini";
    if (is_there(beside)) return beside.string();
  }
  return is_there(sources.system_file) ? sources.system_file : std::string();
}

void apply_environment(Config& config, const Environment& environment) {
  for (const Directive& directive : directives()) {
    for (const std::string& name : {std::string(directive.short_variable), directive.variable()}) {
      const auto variable = environment.find(name);
      if (variable == environment.end() || variable->second.empty()) continue;
      try {
        directive.set(config, variable->second, "");
      } catch (const ConfigError& error) {
        throw ConfigError(name + ": " + error.what());
      }
    }
  }
}

// Variables that no directive has, although they begin as one of a section.
std::vector<std::string> look_misspelt(const Environment& environment) {
  std::set<std::string> known, prefixes;
  for (const Directive& directive : directives()) {
    known.insert(directive.variable());
    known.emplace(directive.short_variable);
    prefixes.insert(Directive{.section = directive.section, .name = "", .set = nullptr}.variable());
  }
  std::vector<std::string> warnings;
  for (const auto& variable : environment) {
    const std::string& name = variable.first;  // no structured binding: clang 14 cannot capture it
    const bool suspect = !known.count(name) &&
                         std::any_of(prefixes.begin(), prefixes.end(),
                                     [&](const auto& prefix) { return name.starts_with(prefix); });
    if (suspect) warnings.push_back(name + ": there is no such directive; ignored");
  }
  return warnings;
}

}  // namespace

Config read_config(std::string_view text, const std::string& file) {
  const IniText ini = read_ini(text, file);
  check_sections(ini, file);
  check_names(ini, file);
  const std::string folder = fs::path(file).parent_path().string();
  Config config;
  for (const IniText::Entry& entry : ini.entries) {
    try {
      if (entry.section == kAliases) {
        add_alias(config, entry.name, entry.value);
      } else {
        find(entry.section, entry.name)->set(config, entry.value, folder);
      }
    } catch (const ConfigError& error) {
      Place(file, entry.line).fail(entry.name + ": " + error.what());
    }
  }
  return config;
}

std::string system_config_file() { return CASTOR_SYSCONFDIR "/castor/castor.ini"; }

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  loaded.file = choose_file(sources);
  if (!loaded.file.empty()) {
    loaded.config = read_config(read_file(loaded.file), loaded.file);
  }
  apply_environment(loaded.config, sources.environment);
  loaded.warnings = look_misspelt(sources.environment);
  return loaded;
}

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

}  // namespace castor::app
