#include "domain/error.h"

namespace castor {
namespace {

bool is_final(ErrorKind kind) {
  using enum ErrorKind;
  return kind == unauthenticated || kind == forbidden || kind == not_implemented || kind == quota_exhausted ||
         kind == no_usable_key;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> response_headers(const ApiError& error) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (error.retry_after) headers.emplace_back("retry-after", std::to_string(*error.retry_after));
  if (error.should_retry) {
    headers.emplace_back("x-should-retry", *error.should_retry ? "true" : "false");
  } else if (is_final(error.kind)) {
    headers.emplace_back("x-should-retry", "false");
  }
  if (!error.allow.empty()) headers.emplace_back("allow", error.allow);
  return headers;
}

}  // namespace castor
