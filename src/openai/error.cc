#include "openai/error.h"

#include "json/json.h"

namespace castor::openai {
namespace {

struct Type {
  int http;
  const char* name;
  const char* code = "";
};

Type type_of(ErrorKind kind) {
  switch (kind) {
    using enum ErrorKind;
    case bad_request:
      return {400, "invalid_request_error"};
    case context_too_long:
      return {400, "invalid_request_error", "context_length_exceeded"};
    case unauthenticated:
      return {401, "invalid_request_error", "invalid_api_key"};
    case forbidden:
      return {403, "permission_error"};
    case not_found:
      return {404, "invalid_request_error"};
    case method_not_allowed:
      return {405, "invalid_request_error"};
    case too_large:
      return {413, "invalid_request_error"};
    case rate_limited:
      return {429, "requests", "rate_limit_exceeded"};
    case quota_exhausted:
      return {429, "insufficient_quota", "insufficient_quota"};
    case not_implemented:
      return {501, "server_error"};
    case internal:
      return {500, "server_error"};
    case bad_gateway:
      return {502, "server_error"};
    case no_usable_key:
    case unavailable:
      return {503, "server_error"};
    case overloaded:
      return {503, "server_error", "overloaded"};
    case timeout:
      return {504, "server_error"};
  }
  return {500, "server_error"};
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

int http_status(ErrorKind kind) { return type_of(kind).http; }

std::string error_code(const ApiError& error) {
  return error.code.empty() ? type_of(error.kind).code : error.code;
}

std::string error_object(const ApiError& error) {
  return json::serialize(json::object{{"message", error.what()},
                                      {"type", type_of(error.kind).name},
                                      {"param", text_or_null(error.param)},
                                      {"code", text_or_null(error_code(error))}});
}

std::string error_body(const ApiError& error) { return "{\"error\":" + error_object(error) + "}"; }

}  // namespace castor::openai
