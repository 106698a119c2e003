#include "app/router.h"

#include "app/handlers.h"

namespace castor::app {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "/v1/messages", &kAnthropic, generate},
    {"POST", "/v1/messages/count_tokens", &kAnthropic, count_tokens},
    {"GET", "/v1/models", &kAnthropic, list_models},
    {"GET", "/v1/models/*", &kAnthropic, get_model},
    {"GET", "/health", &kAnthropic, health, true},
};

bool covers(std::string_view pattern, std::string_view path, std::string_view& rest) {
  if (!pattern.ends_with('*')) return path == pattern;
  pattern.remove_suffix(1);
  if (!path.starts_with(pattern) || path.size() == pattern.size()) return false;
  rest = path.substr(pattern.size());
  return true;
}

std::string_view without_trailing_slash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch find_route(std::span<const Route> table, std::string_view method,
                      const std::vector<std::string>& paths) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  RouteMatch wrong_method;
  for (const std::string& candidate : paths) {
    const std::string_view path = without_trailing_slash(candidate);
    std::string allow;
    for (const Route& route : table) {
      std::string_view rest;
      if (!covers(route.pattern, path, rest)) continue;
      if (route.method == wanted) return {&route, std::string(path), std::string(rest), {}};
      allow.append(allow.empty() ? "" : ", ").append(route.method);
      if (route.method == "GET") allow.append(", HEAD");
    }
    if (!allow.empty() && wrong_method.allow.empty()) {
      wrong_method = {nullptr, std::string(path), {}, allow + ", OPTIONS"};
    }
  }
  if (wrong_method.allow.empty() && !paths.empty()) wrong_method.path = paths.front();
  return wrong_method;
}

}  // namespace castor::app
