#include "json/field.h"

#include <cmath>
#include <limits>

namespace castor::json {

Field Field::operator[](std::string_view member) const& {
  if (empty()) return Field(this, member, 0, nullptr);
  if (!value_->is_object()) expected("an object");
  return Field(this, member, 0, value_->get_object().if_contains(member));
}

Field Field::at(std::size_t index) const& {
  return Field(this, {}, index, &value_->get_array()[index]);
}

std::size_t Field::size() const {
  if (empty()) return 0;
  if (!value_->is_array()) expected("an array");
  return value_->get_array().size();
}

std::string_view Field::string() const {
  if (!is_string()) expected("a string");
  return value_->get_string();
}

bool Field::boolean() const {
  if (!is_boolean()) expected("a boolean");
  return value_->get_bool();
}

double Field::number() const {
  if (!is_number()) expected("a number");
  return value_->to_number<double>();
}

std::int64_t Field::integer() const {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  if (!is_number()) expected("an integer");
  if (value_->is_int64()) return value_->get_int64();
  if (value_->is_uint64()) return kMax;  // a uint64 is only used for what int64 cannot hold
  const double number = value_->get_double();
  if (number != std::floor(number)) expected("an integer");
  if (number >= 9223372036854775807.0) return kMax;
  if (number <= -9223372036854775808.0) return kMin;
  return static_cast<std::int64_t>(number);
}

object& Field::members() const {
  if (!is_object()) expected("an object");
  return value_->get_object();
}

std::string_view Field::string_or(std::string_view otherwise) const {
  return empty() ? otherwise : string();
}

bool Field::boolean_or(bool otherwise) const { return empty() ? otherwise : boolean(); }

std::int64_t Field::integer_or(std::int64_t otherwise) const {
  return empty() ? otherwise : integer();
}

std::optional<double> Field::optional_number() const {
  return empty() ? std::nullopt : std::optional(number());
}

std::optional<std::int64_t> Field::optional_integer() const {
  return empty() ? std::nullopt : std::optional(integer());
}

json::string Field::take_string() const {
  if (!is_string()) expected("a string");
  return std::move(value_->get_string());
}

std::string Field::path() const {
  if (!parent_) return {};
  std::string path = parent_->path();
  if (!member_.data()) return path.append("[").append(std::to_string(index_)).append("]");
  if (!path.empty()) path += '.';
  return path.append(member_);
}

void Field::fail(std::string_view problem) const {
  std::string where = path();
  throw FieldError(where.empty() ? "request body" : where, problem);
}

void Field::expected(std::string_view type) const {
  fail(std::string(value_ ? "expected " : "is required: expected ").append(type));
}

}  // namespace castor::json
