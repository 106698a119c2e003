#include "app/api.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "http/uri.h"
#include "util/text.h"

namespace castor::app {

namespace {

// "x-api-key" as CGI has it: "X_API_KEY".
std::string cgi_name(std::string_view field) {
  std::string name(field);
  for (char& c : name) c = c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return name;
}

bool sends(const http::Request& request, std::string_view name) {
  if (!request.header(name).empty()) return true;
  const auto asked = split(request.header("ACCESS_CONTROL_REQUEST_HEADERS"), ',');
  return std::any_of(asked.begin(), asked.end(),
                     [&](std::string_view field) { return cgi_name(trim(field)) == name; });
}

}  // namespace

Api api_of_client(const http::Request& request) {
  const auto sends_any = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return sends(request, name); });
  };
  if (sends_any({"ANTHROPIC_VERSION", "ANTHROPIC_BETA"})) return Api::anthropic;
  if (sends_any({"OPENAI_ORGANIZATION", "OPENAI_PROJECT", "OPENAI_BETA"})) return Api::openai;
  if (sends_any({"X_GOOG_API_KEY", "X_GOOG_API_CLIENT"}) ||
      !http::query_parameter(request.query(), "key").empty()) {
    return Api::gemini;
  }
  return sends_any({"X_API_KEY"}) ? Api::anthropic : Api::openai;
}

}  // namespace castor::app
