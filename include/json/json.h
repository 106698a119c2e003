#pragma once

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

// Boost.JSON under the name json, with the parse options used everywhere.
namespace castor::json {

using namespace boost::json;  // NOLINT: this namespace is Boost's, by another name

// A text that is not JSON. what() says where and why, in words for the client.
class ParseError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Parses one JSON text (RFC 8259) of at most 256 levels. The values live in `storage`; what is
// moved between values of one storage is not copied. Escapes of lone surrogates, which JavaScript
// clients send when they cut a string inside an emoji, become U+FFFD; bytes that are not UTF-8 are
// an error that names the member they are in. Throws ParseError.
value parse(std::string_view text, storage_ptr storage = {});

// The member of an object, or nullptr if it is absent or `container` is not an object.
const value* find(const value& container, std::string_view member);
const value* find(const object& container, std::string_view member);

// A string member, or an empty view when it is absent or of another type.
std::string_view find_string(const object& container, std::string_view member);

// An object member, or nullptr when it is absent or of another type. Likewise for arrays.
const object* find_object(const object& container, std::string_view member);
const array* find_array(const object& container, std::string_view member);

// A number member as an integer (a double is truncated, out of range saturates), else `otherwise`.
std::int64_t find_integer(const object& container, std::string_view member,
                          std::int64_t otherwise = 0);

}  // namespace castor::json
