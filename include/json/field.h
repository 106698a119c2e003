#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "json/json.h"

namespace castor::json {

// The client sent something wrong. what() begins with the field: "messages[3].role: …".
class FieldError : public std::runtime_error {
 public:
  FieldError(std::string path, std::string_view problem)
      : std::runtime_error(path + ": " + std::string(problem)), path_(std::move(path)) {}
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A place in a client's JSON: a value and the way that led to it. Costs two pointers until
// something is wrong; then the complaint names the field. A missing member is a Field that is
// empty().
//
// A Field refers to the Field it came from, so that one must live as long: name each step.
//   const Field source = block["source"];
//   source["media_type"].string();
class Field {
 public:
  // The whole document. The document must outlive all Fields on it.
  explicit Field(value& document) : value_(&document) {}

  // A member of an object; empty if this is empty or the member is absent.
  // Throws FieldError when this is something else than an object.
  Field operator[](std::string_view member) const&;
  Field operator[](std::string_view member) const&& = delete;

  // An element of an array; index < size().
  Field at(std::size_t index) const&;
  Field at(std::size_t index) const&& = delete;

  // Absent or null.
  bool empty() const { return value_ == nullptr || value_->is_null(); }
  bool is_string() const { return value_ && value_->is_string(); }
  bool is_array() const { return value_ && value_->is_array(); }
  bool is_object() const { return value_ && value_->is_object(); }
  bool is_boolean() const { return value_ && value_->is_bool(); }
  bool is_number() const { return value_ && value_->is_number(); }

  // Elements of the array; 0 when empty. Throws FieldError when it is something else.
  std::size_t size() const;

  // Each throws FieldError when the field is absent, null or of another type.
  std::string_view string() const;
  bool boolean() const;
  double number() const;
  std::int64_t integer() const;  // also 3.0; saturates beyond 64 bits
  object& members() const;       // of an object

  // The same, with a value for a field that is absent or null.
  std::string_view string_or(std::string_view otherwise) const;
  bool boolean_or(bool otherwise) const;
  std::int64_t integer_or(std::int64_t otherwise) const;
  std::optional<double> optional_number() const;
  std::optional<std::int64_t> optional_integer() const;

  // Moves the value out, which leaves null behind: for what is large and used once.
  value take() const { return value_ ? std::move(*value_) : value(); }
  json::string take_string() const;  // throws FieldError when it is something else

  // "messages[3].content[0].type"
  std::string path() const;

  // Refuses the field; `problem` continues the sentence "messages[3].role: …".
  [[noreturn]] void fail(std::string_view problem) const;

 private:
  Field(const Field* parent, std::string_view member, std::size_t index, value* found)
      : parent_(parent), member_(member), index_(index), value_(found) {}
  [[noreturn]] void expected(std::string_view type) const;

  const Field* parent_ = nullptr;
  std::string_view member_;  // empty data(): an array element
  std::size_t index_ = 0;
  value* value_ = nullptr;
};

}  // namespace castor::json
