#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace castor {

// Why a client is told no. Each dialect has a status and a word for each (protocol-mapping F.3).
enum class ErrorKind {
  bad_request,         // the client's request is wrong, and says where
  context_too_long,    // the prompt exceeds the model's window
  unauthenticated,     // no client key, or a wrong one
  forbidden,           // this client, or this server's location, may not
  not_found,           // no such route, model or resource
  not_implemented,     // the API has it, this gateway has not
  method_not_allowed,  // the route exists for another method
  too_large,           // the body exceeds our limit
  rate_limited,        // come back in retry_after seconds
  quota_exhausted,     // every key's daily quota is gone
  no_usable_key,       // no key is configured, or all are disabled
  overloaded,          // the upstream, or this gateway, has no room now
  internal,            // our fault
  bad_gateway,         // the upstream failed, or could not be reached
  timeout,             // the upstream was too slow
  unavailable,         // this gateway cannot serve it safely now
};

// A failure that the client is told about. The message is for the client: it names fields and
// expectations, never files or keys.
class ApiError : public std::runtime_error {
 public:
  ApiError(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind(kind) {}

  ErrorKind kind;
  std::optional<std::int64_t> retry_after;  // seconds until another try can succeed
  std::optional<bool> should_retry;         // sent as x-should-retry where the SDKs read it
  std::string code;                         // a machine's word, in the dialect that has one
  std::string param;                        // the request field at fault, if one is
  std::string allow;                        // method_not_allowed: the methods there are
};

// The header fields that go with an error, the same in all dialects: retry-after, x-should-retry,
// allow. The SDKs of Anthropic and OpenAI obey x-should-retry before the status; where the error
// leaves it open, it is "false" for what no repetition can change and the clients repeat anyway
// (Claude Code a 401, for half a minute).
std::vector<std::pair<std::string, std::string>> response_headers(const ApiError& error);

}  // namespace castor
