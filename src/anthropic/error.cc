#include "anthropic/error.h"

#include "json/json.h"

namespace castor::anthropic {
namespace {

struct Type {
  int http;
  const char* name;
};

Type type_of(ErrorKind kind) {
  switch (kind) {
    using enum ErrorKind;
    case bad_request:
    case context_too_long:
      return {400, "invalid_request_error"};
    case unauthenticated:
      return {401, "authentication_error"};
    case forbidden:
      return {403, "permission_error"};
    case not_found:
      return {404, "not_found_error"};
    case method_not_allowed:
      return {405, "invalid_request_error"};
    case too_large:
      return {413, "request_too_large"};
    case rate_limited:
    case quota_exhausted:
      return {429, "rate_limit_error"};
    case not_implemented:
      return {501, "api_error"};
    case internal:
      return {500, "api_error"};
    case bad_gateway:
      return {502, "api_error"};
    case no_usable_key:
    case unavailable:
      return {503, "api_error"};
    case timeout:
      return {504, "timeout_error"};
    case overloaded:
      return {529, "overloaded_error"};
  }
  return {500, "api_error"};
}

}  // namespace

int http_status(ErrorKind kind) { return type_of(kind).http; }

std::string error_body(const ApiError& error, std::string_view request_id) {
  json::object told{{"type", type_of(error.kind).name}, {"message", error.what()}};
  if (!error.code.empty()) {
    json::object& details = told["details"].emplace_object();
    details["error_code"] = error.code;
    if (!error.param.empty()) details["unsupported"].emplace_array().emplace_back(error.param);
  }
  json::object body{{"type", "error"}, {"error", std::move(told)}};
  if (!request_id.empty()) body["request_id"] = request_id;
  return json::serialize(body);
}

}  // namespace castor::anthropic
