#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/api.h"
#include "domain/error.h"
#include "domain/generate_call.h"
#include "domain/reply.h"
#include "domain/reply_identity.h"

namespace castor::app {

// One client API, as functions. The tables in dialect.cc and router.cc are the whole list.
// Functions that none of its routes needs are null.
struct Dialect {
  std::string_view name;               // as logged: "anthropic"
  Api api;                             // the vendor's APIs it is one of
  std::string_view request_id_header;  // that every answer carries
  std::string_view request_id_prefix;
  std::string_view reply_id_prefix;
  std::string_view call_id_prefix;  // of tool calls
  GenerateCall (*read)(json::value& request, const ReadContext& context);
  GenerateCall (*read_count)(json::value& request, const ReadContext& context);  // to be counted
  std::unique_ptr<ReplyHandler> (*stream_writer)(std::string& out, const ReplyIdentity& reply);
  std::unique_ptr<ReplyHandler> (*reply_builder)(std::string& out, const ReplyIdentity& reply);
  // White space before a whole reply that is late: its status is told then, and a failure can only
  // be said in the body. Clients must look there.
  bool whole_heartbeat = false;
  // Errors that clients who stream understand only inside of the stream; null: a status says all.
  bool (*is_told_in_stream)(ErrorKind kind);
  int (*status)(ErrorKind kind);
  std::string (*error_body)(const ApiError& error, std::string_view request_id);
};

extern const Dialect kAnthropic;
extern const Dialect kChat;
extern const Dialect kResponses;
extern const Dialect kOpenAi;  // what is neither Chat Completions nor Responses
extern const Dialect kGemini;

// In whose words to answer what is no endpoint.
const Dialect& dialect_of(Api api);

}  // namespace castor::app
