#include "json/json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include <vector>

#include "json/value_handler.h"

namespace castor::json {
namespace {

// 32 is the library's default; a tool's schema inside a tool's list passes it.
constexpr std::size_t kMaxDepth = 256;

value parse(std::string_view text, const storage_ptr& storage, error_code& error,
            std::size_t& consumed) {
  parse_options options;
  options.max_depth = kMaxDepth;
  unsigned char scratch[1024];
  basic_parser<ValueHandler> parser(options, storage, scratch, sizeof scratch);
  consumed = parser.write_some(false, text.data(), text.size(), error);
  if (!error && text.find_first_not_of(" \t\r\n", consumed) != std::string_view::npos) {
    error = make_error_code(error::extra_data);
  }
  if (error) return {};
  return parser.handler().release();
}

// The member or element in which the byte at `offset` lies: "messages[0].content".
// Reads only as much of JSON as it takes to know; `text` is JSON up to there.
std::string path_at(std::string_view text, std::size_t offset) {
  struct Level {
    bool is_array;
    std::size_t index;
    std::string_view member;
  };
  std::vector<Level> levels;
  std::string_view last_string;
  for (std::size_t i = 0; i < offset && i < text.size(); ++i) {
    switch (text[i]) {
      case '"': {
        const std::size_t begin = ++i;
        while (i < offset && i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2 : 1;
        last_string = text.substr(begin, std::min(i, text.size()) - begin);
        break;
      }
      case '[':
      case '{':
        levels.push_back({text[i] == '[', 0, {}});
        break;
      case ']':
      case '}':
        if (!levels.empty()) levels.pop_back();
        break;
      case ':':
        if (!levels.empty()) levels.back().member = last_string;
        break;
      case ',':
        if (!levels.empty()) ++levels.back().index;
        break;
      default:
        break;
    }
  }
  std::string path;
  for (const Level& level : levels) {
    if (level.is_array) {
      path.append("[").append(std::to_string(level.index)).append("]");
    } else if (!level.member.empty()) {
      if (!path.empty()) path += '.';
      path.append(level.member.substr(0, 64));
    }
  }
  return path;
}

// Four hexadecimal digits at `at`, or -1.
int hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return -1;
  int code = 0;
  for (char c : text.substr(at, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

// The same JSON with every escape of half a surrogate pair replaced by that of U+FFFD.
std::string replace_lone_surrogates(std::string_view text) {
  std::string fixed(text);
  for (std::size_t i = 0; i + 1 < fixed.size(); ++i) {
    if (fixed[i] != '\\') continue;
    const std::size_t digits = i + 2;
    const int code = fixed[i + 1] == 'u' ? hex4(fixed, digits) : -1;
    i = digits - 1;
    if (code < 0xD800 || code > 0xDFFF) continue;
    const bool paired = code < 0xDC00 && fixed.compare(digits + 4, 2, "\\u") == 0 &&
                        (hex4(fixed, digits + 6) & 0xFC00) == 0xDC00;
    if (paired) {
      i = digits + 9;
    } else {
      fixed.replace(digits, 4, "fffd");
    }
  }
  return fixed;
}

}  // namespace

value parse(std::string_view text, storage_ptr storage) {
  error_code error;
  std::size_t consumed = 0;
  value result = parse(text, storage, error, consumed);
  if (!error) return result;
  // 1.81 has no error of its own for half a surrogate pair: a syntax error like many.
  if (const std::string fixed = replace_lone_surrogates(text); fixed != text) {
    error_code second_error;
    result = parse(fixed, storage, second_error, consumed);
    if (!second_error) return result;
    error = second_error;
  }

  std::string message = error.message();
  if (error == error::incomplete) {
    message = "the text ends before the JSON does; was the body cut by the web server's limit?";
  } else if (error == error::too_deep) {
    message = "nested deeper than " + std::to_string(kMaxDepth) + " levels";
  }
  const std::string path = path_at(text, consumed);
  throw ParseError((path.empty() ? "request body" : path) + ": not valid JSON at byte " +
                   std::to_string(consumed) + ": " + message);
}

const value* find(const value& container, std::string_view member) {
  return container.is_object() ? container.get_object().if_contains(member) : nullptr;
}

const value* find(const object& container, std::string_view member) {
  return container.if_contains(member);
}

std::string_view find_string(const object& container, std::string_view member) {
  const value* found = container.if_contains(member);
  return found && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

const object* find_object(const object& container, std::string_view member) {
  const value* found = container.if_contains(member);
  return found ? found->if_object() : nullptr;
}

const array* find_array(const object& container, std::string_view member) {
  const value* found = container.if_contains(member);
  return found ? found->if_array() : nullptr;
}

std::int64_t find_integer(const object& container, std::string_view member,
                          std::int64_t otherwise) {
  const value* found = container.if_contains(member);
  if (!found || !found->is_number()) return otherwise;
  if (found->is_int64()) return found->get_int64();
  if (found->is_uint64()) return std::numeric_limits<std::int64_t>::max();
  const double number = found->get_double();
  if (!(number > -9223372036854775808.0)) return std::numeric_limits<std::int64_t>::min();
  if (number >= 9223372036854775807.0) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(number);
}

}  // namespace castor::json
