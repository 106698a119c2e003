#pragma once

#include <span>
#include <string>
#include <string_view>

#include "domain/config.h"

namespace castor::app {

// A line of castor.ini, "name = value" in [section].
struct Directive {
  std::string_view section, name;

  // Puts a value into `config`. A relative path is taken from `folder`. Throws ConfigError
  // "expected …".
  void (*set)(Config& config, std::string_view value, std::string_view folder);

  // A second, shorter environment variable, for the configuration of web servers; may be empty.
  std::string_view short_variable = {};

  // The environment variable that outranks the file: "CASTOR_SERVER_THREADS".
  std::string variable() const;
};

// All that there are, but for [aliases], whose names are the operator's.
// A new one also wants its paragraph in conf/castor.ini.example and man/castor.ini.5: a test looks.
std::span<const Directive> directives();

}  // namespace castor::app
