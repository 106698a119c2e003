#include "openai/call_input.h"

#include "util/text.h"

namespace castor::openai {
namespace {

json::value wrapped(std::string_view member, json::string text, const json::storage_ptr& storage) {
  json::object arguments(storage);
  arguments.emplace(member, std::move(text));
  return arguments;
}

}  // namespace

json::value parse_arguments(json::string text, const json::storage_ptr& storage) {
  const std::string_view trimmed = trim({text.data(), text.size()});
  if (trimmed.empty()) return json::object(storage);
  try {
    return json::parse(trimmed, storage);
  } catch (const json::ParseError&) {
    return wrapped("_raw", std::move(text), storage);
  }
}

json::value input_arguments(json::string input, const json::storage_ptr& storage) {
  return wrapped("input", std::move(input), storage);
}

std::string custom_input(const json::object& arguments) {
  const json::value* input = json::find(arguments, "input");
  if (!input && arguments.size() == 1) input = &arguments.begin()->value();
  if (input && input->is_string()) return std::string(std::string_view(input->get_string()));
  return json::serialize(arguments);
}

}  // namespace castor::openai
