#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config.h"

namespace castor::app {

using Environment = std::map<std::string, std::string, std::less<>>;

// castor.ini in the folder of settings that the build was given: /etc/castor/castor.ini.
std::string system_config_file();

// Where a configuration may come from.
struct ConfigSources {
  std::string given;           // --config; empty: not given
  std::string program_folder;  // where the program lies; empty: not to be searched
  std::string system_file = system_config_file();
  Environment environment;
};

struct LoadedConfig {
  Config config;
  std::string file;                   // the one that was read; empty: none, the defaults hold
  std::vector<std::string> warnings;  // for the operator, a line each
};

// The built-in defaults, changed by the first of these files, changed by environment variables:
//
//   1. the file given with --config          must exist
//   2. the file that CASTOR_CONFIG names     must exist
//   3. castor.ini beside the program         for shared hosting
//   4. system_config_file()
//
// A directive's variable is named CASTOR_<SECTION>_<NAME>, and some have a short one besides, which
// the long one outranks. An empty variable counts as unset. Other variables that begin with CASTOR_
// are somebody else's; one that looks like a misspelt directive is worth a warning but no more,
// since container systems invent such names. Throws ConfigError.
LoadedConfig load_config(const ConfigSources& sources);

// The defaults, changed by the text of a castor.ini. `file` is its path: errors show it, and
// relative paths in it begin in its folder. Throws ConfigError.
Config read_config(std::string_view text, const std::string& file);

// That of this process.
Environment process_environment();

}  // namespace castor::app
