#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/dialect.h"

namespace castor::app {

class Exchange;

// A row of the table of routes. `pattern` ends in '*' where a name follows.
struct Route {
  std::string_view method;
  std::string_view pattern;
  const Dialect* dialect;
  void (*handle)(Exchange& exchange);
  bool is_public = false;  // needs no client key
};

struct RouteMatch {
  const Route* route = nullptr;  // null: not found, or found for other methods only
  std::string path;              // of the candidates, the one that matched; else the first
  std::string rest;              // what stood at the '*'
  std::string allow;             // methods of the path, when the method was wrong or OPTIONS
};

// The first row that one of the paths matches; candidates come from http::Request::paths(). HEAD is
// served by the rows of GET.
RouteMatch find_route(std::span<const Route> routes, std::string_view method,
                      const std::vector<std::string>& paths);

// All routes there are.
std::span<const Route> routes();

}  // namespace castor::app
