#include "app/ini_text.h"

#include <ini.h>

#include <algorithm>
#include <utility>

#include "app/config_error.h"
#include "util/text.h"

namespace castor::app {
namespace {

// Feeds inih line by line, because its handler is not told line numbers. What inih calls must not
// throw through its C code: it takes notes, and read_ini() complains.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);  // Windows editors' mark
  }

  // As fgets.
  char* next_line(char* buffer, std::size_t size) noexcept {
    if (rest_.empty() || !problem_.empty()) return nullptr;
    ++line_;
    const std::size_t end = rest_.find('\n');
    std::string_view line = trim(rest_.substr(0, end));
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    if (line.starts_with(';') || line.starts_with('#')) line = {};
    if (line.size() >= size) {
      problem_ = "longer than " + std::to_string(size - 1) + " characters";
    } else if (line.find('\0') != std::string_view::npos) {
      problem_ = "not a line of text";
    } else if (line.starts_with('[')) {
      take_section(line);
    }
    if (!problem_.empty()) return nullptr;
    *std::copy(line.begin(), line.end(), buffer) = '\0';
    return buffer;
  }

  void take_entry(const char* section, const char* name, const char* value) noexcept {
    result_.entries.push_back({line_, section, name, value});
  }

  int line() const { return line_; }
  const std::string& problem() const { return problem_; }
  IniText& result() { return result_; }

 private:
  // inih mentions a section only with its entries, and ignores what follows the bracket.
  void take_section(std::string_view line) {
    const std::size_t end = line.find(']');
    const std::string_view rest = end == std::string_view::npos ? line : trim(line.substr(end + 1));
    if (!rest.empty() && !rest.starts_with(';') && !rest.starts_with('#')) {
      problem_ = "expected [section] alone";
      return;
    }
    result_.sections.push_back({line_, std::string(line.substr(1, end - 1))});
  }

  std::string_view rest_;
  int line_ = 0;
  std::string problem_;  // why reading stopped in this line
  IniText result_;
};

char* read_line(char* buffer, int size, void* reader) noexcept {
  return static_cast<Reader*>(reader)->next_line(buffer, static_cast<std::size_t>(size));
}

int take_entry(void* reader, const char* section, const char* name, const char* value) noexcept {
  static_cast<Reader*>(reader)->take_entry(section, name, value);
  return 1;
}

}  // namespace

IniText read_ini(std::string_view text, std::string_view file) {
  Reader reader(text);
  const int wrong_line = ini_parse_stream(read_line, &reader, take_entry, &reader);
  const auto fail = [file](int line, const std::string& problem) {
    throw ConfigError(std::string(file) + ":" + std::to_string(line) + ": " + problem);
  };
  if (wrong_line > 0) fail(wrong_line, "expected name = value");
  if (!reader.problem().empty()) fail(reader.line(), reader.problem());
  return std::move(reader.result());
}

}  // namespace castor::app
