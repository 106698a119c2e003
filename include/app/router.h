#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/api.h"
#include "app/dialect.h"
#include "domain/client_auth.h"

namespace castor::app {

class Exchange;

// A row of the table of routes.
struct Route {
  std::string_view method;
  // '*' stands for a name, which may have slashes in it: "/v1/models/*:countTokens". A pattern
  // below /v1 is found below any version and below none. One below /v1beta is for Gemini's clients
  // alone: elsewhere it is found only where the client shows that it is one.
  std::string_view pattern;
  const Dialect* dialect;  // null: that of whoever asks
  void (*handle)(Exchange& exchange);
  Access access = Access::client;
};

struct RouteMatch {
  const Route* route = nullptr;      // null: not found, or found for other methods only
  std::string path;                  // of the candidates, the one that matched; else the first
  std::string rest;                  // what stood at the '*'
  std::string allow;                 // methods of the path, when the method was wrong or OPTIONS
  const Dialect* dialect = nullptr;  // in whose words to answer; never null
};

// The row that one of the paths means; candidates come from http::Request::paths(), and `client` is
// whose client asks. HEAD is served by the rows of GET.
//
// Base URLs are set in many ways, so leading segments /v1, /v1beta, /v1alpha do not matter, however
// many there are: /v1/messages, /v1/v1/messages and /messages are one. (Of the candidates, only the
// first may do without.) A segment that names an API makes the request that API's, whoever the
// client is:
//
//   /openai, also in /v1beta/openai, where Google has its own such layer     openai
//   /anthropic                                                               anthropic
//   /gemini, /v1beta, /v1alpha                                               gemini
//
// Otherwise a path that several APIs have, /v1/models, is that of `client`. Where nothing is found,
// the dialect is that of the API named, or of the routes that begin alike (/v1/chat/…), or of
// `client`.
RouteMatch find_route(std::span<const Route> routes, std::string_view method,
                      const std::vector<std::string>& paths, Api client);

// The same among all routes there are.
RouteMatch find_route(const http::Request& request);

std::span<const Route> routes();

}  // namespace castor::app
