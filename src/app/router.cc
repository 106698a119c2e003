#include "app/router.h"

#include <limits>
#include <optional>

#include "app/handlers.h"

namespace castor::app {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "/v1/messages", &kAnthropic, generate},
    {"POST", "/v1/messages/count_tokens", &kAnthropic, count_tokens},
    {"POST", "/v1/chat/completions", &kChat, generate},
    {"POST", "/v1/responses", &kResponses, generate},
    {"GET", "/v1/responses", &kResponses, refuse_websocket, Access::everyone},
    {"GET", "/v1/responses/*", &kResponses, get_response},
    {"DELETE", "/v1/responses/*", &kResponses, delete_response},
    {"POST", "/v1/embeddings", &kOpenAi, embed},
    {"GET", "/v1/models", &kOpenAi, list_models},
    {"GET", "/v1/models", &kAnthropic, list_models},
    {"GET", "/v1/models", &kGemini, list_models},
    {"GET", "/v1/models/*", &kOpenAi, get_model},
    {"GET", "/v1/models/*", &kAnthropic, get_model},
    {"GET", "/v1/models/*", &kGemini, get_model},
    {"GET", "/health", nullptr, health, Access::everyone},

    {"POST", "/v1/models/*", &kGemini, relay_model},
    {"GET", "/v1beta/cachedContents", &kGemini, relay_cached_contents},
    {"POST", "/v1beta/cachedContents", &kGemini, relay_cached_contents},
    {"GET", "/v1beta/cachedContents/*", &kGemini, relay_cached_contents},
    {"PATCH", "/v1beta/cachedContents/*", &kGemini, relay_cached_contents},
    {"DELETE", "/v1beta/cachedContents/*", &kGemini, relay_cached_contents},
    {"GET", "/v1beta/files", &kGemini, relay_files},
    {"GET", "/v1beta/files/*", &kGemini, relay_files},
    {"DELETE", "/v1beta/files/*", &kGemini, relay_files},
    {"GET", "/download/v1beta/files/*", &kGemini, relay_files},
    {"POST", "/upload/v1beta/files", &kGemini, relay_upload},
    {"POST", "/upload/v1/files", &kGemini, relay_upload},
    {"GET", "/v1beta/tunedModels", &kGemini, relay_not_served},
    {"POST", "/v1beta/tunedModels", &kGemini, relay_not_served},
    {"GET", "/v1beta/tunedModels/*", &kGemini, relay_not_served},
    {"POST", "/v1beta/tunedModels/*", &kGemini, relay_not_served},
    {"GET", "/v1beta/batches", &kGemini, relay_not_served},
    {"GET", "/v1beta/batches/*", &kGemini, relay_not_served},
    {"POST", "/v1beta/batches/*", &kGemini, relay_not_served},
};

std::string_view first_segment(std::string_view path) {
  return path.substr(0, path.find('/', 1));  // with its slash
}

// A path without what base URLs put in front of it.
struct Place {
  std::string_view path;
  std::optional<Api> named;  // the API that was named on the way, the last one if several
  int names = 0;             // how many segments named one by its vendor
  bool versioned = false;    // it may mean what is below a version
};

Place place_of(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  Place place{path};
  for (;; place.path.remove_prefix(first_segment(place.path).size())) {
    const std::string_view segment = first_segment(place.path);
    if (segment == "/v1" || segment == "/v1beta" || segment == "/v1alpha") {
      place.versioned = true;
      if (segment != "/v1") place.named = Api::gemini;
    } else if (segment == "/openai" || segment == "/anthropic" || segment == "/gemini") {
      ++place.names;
      place.named = segment == "/openai"      ? Api::openai
                    : segment == "/anthropic" ? Api::anthropic
                                              : Api::gemini;
    } else {
      return place;
    }
  }
}

// May who asks for `place` be answered by `route`? Not where another API was named.
bool is_for(const Route& route, const Place& place, Api client) {
  const Place pattern = place_of(route.pattern);
  if (pattern.versioned && !place.versioned) return false;
  if (!route.dialect) return true;
  if (pattern.named && *pattern.named != place.named.value_or(client)) return false;
  return !place.named || *place.named == route.dialect->api;
}

bool covers(std::string_view pattern, std::string_view path, std::string_view& rest) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return path == pattern;
  const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
  if (path.size() <= head.size() + tail.size()) return false;
  if (!path.starts_with(head) || !path.ends_with(tail)) return false;
  rest = path.substr(star, path.size() - head.size() - tail.size());
  return true;
}

void add_method(std::string& allow, std::string_view method) {
  if (allow.find(method) != std::string::npos) return;
  allow.append(allow.empty() ? "" : ", ").append(method);
  if (method == "GET") allow.append(", HEAD");
}

// In whose words to say that there is no such path, or no such method of it.
const Dialect& dialect_of_nothing(std::span<const Route> table, const Place& place, Api client) {
  const Dialect* found = nullptr;
  for (const Route& route : table) {
    if (place.named || !route.dialect || !is_for(route, place, client)) continue;
    if (first_segment(place_of(route.pattern).path) != first_segment(place.path)) continue;
    if (found && found->api != route.dialect->api) return dialect_of(client);
    if (!found) found = route.dialect;
  }
  return found ? *found : dialect_of(place.named.value_or(client));
}

RouteMatch match_at(std::span<const Route> table, std::string_view method, const Place& place,
                    Api client) {
  const Api wanted = place.named.value_or(client);
  RouteMatch match;
  for (const Route& route : table) {
    std::string_view rest;
    if (!is_for(route, place, client)) continue;
    if (!covers(place_of(route.pattern).path, place.path, rest)) continue;
    add_method(match.allow, route.method);
    if (route.method != method) continue;
    const Dialect& dialect = route.dialect ? *route.dialect : dialect_of(wanted);
    // The first row, unless a later one is the client's own.
    if (match.route && (match.dialect->api == wanted || dialect.api != wanted)) continue;
    match.route = &route;
    match.rest = rest;
    match.dialect = &dialect;
  }
  if (match.route) {
    match.allow.clear();
  } else {
    if (!match.allow.empty()) match.allow.append(", OPTIONS");
    match.dialect = &dialect_of_nothing(table, place, client);
  }
  return match;
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

RouteMatch find_route(std::span<const Route> table, std::string_view method,
                      const std::vector<std::string>& paths, Api client) {
  // Any route is better than a path that has other methods, and that is better than nothing. A
  // mount that had to be guessed may be called like an API: so of routes the one with fewest such
  // names.
  const auto worth = [](const RouteMatch& match, const Place& place) {
    return match.route ? -place.names : std::numeric_limits<int>::min() + !match.allow.empty();
  };
  RouteMatch best;
  for (int most = 0; const std::string& path : paths) {
    Place place = place_of(path);
    if (&path == &paths.front()) place.versioned = true;  // whose version was left out
    RouteMatch match = match_at(table, method == "HEAD" ? "GET" : method, place, client);
    match.path = path;
    if (best.dialect && worth(match, place) <= most) continue;
    most = worth(match, place);
    best = std::move(match);
  }
  return best;
}

RouteMatch find_route(const http::Request& request) {
  return find_route(kRoutes, request.method(), request.paths(), api_of_client(request));
}

}  // namespace castor::app
