#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

#include "json/json.h"

namespace castor::json {

// Builds a value from what Boost's basic_parser reads, as its own parser does, but for one thing:
// Boost 1.81 rounds every tenth number of 16 or 17 digits to a neighbour of the nearest double
// (1.83 has number_precision::precise). Arguments of tools must arrive as they were sent.
//
// The text must come in one piece: the parts of a cut number are not kept.
class ValueHandler {
 public:
  static constexpr std::size_t max_object_size = object::max_size();
  static constexpr std::size_t max_array_size = array::max_size();
  static constexpr std::size_t max_key_size = string::max_size();
  static constexpr std::size_t max_string_size = string::max_size();

  // `storage` is for the value; `scratch` for what is not complete yet.
  ValueHandler(storage_ptr storage, unsigned char* scratch, std::size_t size)
      : values_({}, scratch, size) {
    values_.reset(std::move(storage));
  }

  // The whole; once, after all was read.
  value release() { return values_.release(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

  bool on_object_end(std::size_t members, error_code&) {
    values_.push_object(members);
    return true;
  }
  bool on_array_end(std::size_t elements, error_code&) {
    values_.push_array(elements);
    return true;
  }
  bool on_key_part(string_view text, std::size_t, error_code&) {
    values_.push_chars(text);
    return true;
  }
  bool on_key(string_view text, std::size_t, error_code&) {
    values_.push_key(text);
    return true;
  }
  bool on_string_part(string_view text, std::size_t, error_code&) {
    values_.push_chars(text);
    return true;
  }
  bool on_string(string_view text, std::size_t, error_code&) {
    values_.push_string(text);
    return true;
  }
  bool on_int64(std::int64_t number, string_view, error_code&) {
    values_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, string_view, error_code&) {
    values_.push_uint64(number);
    return true;
  }
  bool on_double(double about, string_view text, error_code&) {
    double number = about;  // stays where there is no nearest one: 1e400
    std::from_chars(text.data(), text.data() + text.size(), number);
    values_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, error_code&) {
    values_.push_bool(truth);
    return true;
  }
  bool on_null(error_code&) {
    values_.push_null();
    return true;
  }

 private:
  value_stack values_;
};

}  // namespace castor::json
