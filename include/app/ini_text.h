#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace castor::app {

// An ini text, taken apart by inih, with line numbers and without inih's surprises: a line that is
// too long for it is an error instead of being cut, and an indented line is a line like others
// instead of continuing the one before.
struct IniText {
  struct Section {
    int line;
    std::string name;
  };
  struct Entry {
    int line;
    std::string section;  // empty: before the first section
    std::string name, value;
  };

  std::vector<Section> sections;  // also those without entries, and repeated ones
  std::vector<Entry> entries;
};

// Throws ConfigError "castor.ini:12: …", where `file` is the name to show.
IniText read_ini(std::string_view text, std::string_view file);

}  // namespace castor::app
