#include "gemini/error.h"
#include "json/json.h"

namespace castor::gemini {
namespace {

struct Code {
  int http;
  const char* status;  // google.rpc.Code
};

Code code_of(ErrorKind kind) {
  switch (kind) {
    using enum ErrorKind;
    case bad_request:
    case context_too_long:
    case unauthenticated:  // Google's API keys are an argument, not a credential
      return {400, "INVALID_ARGUMENT"};
    case forbidden:
      return {403, "PERMISSION_DENIED"};
    case not_found:
      return {404, "NOT_FOUND"};
    case not_implemented:
      return {501, "UNIMPLEMENTED"};
    case method_not_allowed:
      return {405, "UNIMPLEMENTED"};
    case too_large:
      return {413, "INVALID_ARGUMENT"};
    case rate_limited:
    case quota_exhausted:
      return {429, "RESOURCE_EXHAUSTED"};
    case no_usable_key:
    case unavailable:
    case overloaded:
      return {503, "UNAVAILABLE"};
    case internal:
      return {500, "INTERNAL"};
    case bad_gateway:
      return {502, "UNAVAILABLE"};
    case timeout:
      return {504, "DEADLINE_EXCEEDED"};
  }
  return {500, "INTERNAL"};
}

// What Gemini CLI and Google's SDKs look for beside the status; empty for most kinds.
json::array details_of(const ApiError& error) {
  const auto type = [](const char* name) {
    return std::string("type.googleapis.com/google.rpc.") + name;
  };
  switch (error.kind) {
    case ErrorKind::unauthenticated:
      return {{{"@type", type("ErrorInfo")},
               {"reason", "API_KEY_INVALID"},
               {"domain", "googleapis.com"},
               {"metadata", {{"service", "generativelanguage.googleapis.com"}}}}};
    case ErrorKind::rate_limited:
      if (!error.retry_after) return {};
      return {
          {{"@type", type("RetryInfo")}, {"retryDelay", std::to_string(*error.retry_after) + "s"}}};
    case ErrorKind::quota_exhausted:
      // "PerDay" is what tells a client that waiting is of no use; so no RetryInfo.
      return {{{"@type", type("QuotaFailure")},
               {"violations", json::array{json::object{
                                  {"quotaId", "GenerateRequestsPerDayPerProjectPerModel"}}}}}};
    default:
      return {};
  }
}

}  // namespace

int http_status(ErrorKind kind) { return code_of(kind).http; }

std::string error_body(const ApiError& error) {
  const Code code = code_of(error.kind);
  // Clients know Google's sentence; ours says more.
  const std::string google =
      error.kind == ErrorKind::unauthenticated ? "API key not valid. " : std::string();
  json::object told{
      {"code", code.http}, {"message", google + error.what()}, {"status", code.status}};
  if (json::array details = details_of(error); !details.empty()) {
    told["details"] = std::move(details);
  }
  return json::serialize(json::object{{"error", std::move(told)}});
}

}  // namespace castor::gemini
