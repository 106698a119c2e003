#include "app/api.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "http/uri.h"

namespace castor::app {

Api api_of_client(const http::Request& request) {
  const auto sends_any = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return !request.header(name).empty(); });
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
