#include "app/dialect.h"

#include "anthropic/count_tokens.h"
#include "anthropic/error.h"
#include "anthropic/message_builder.h"
#include "anthropic/request.h"
#include "anthropic/stream_writer.h"
#include "gemini/error.h"
#include "openai/chat_completion_builder.h"
#include "openai/chat_request.h"
#include "openai/chat_stream_writer.h"
#include "openai/error.h"
#include "openai/response_builder.h"
#include "openai/responses_request.h"
#include "openai/responses_stream_writer.h"

namespace castor::app {
namespace {

template <typename Writer>
std::unique_ptr<ReplyHandler> make(std::string& out, const ReplyIdentity& reply) {
  return std::make_unique<Writer>(out, reply);
}

// Their errors do not name the request.
std::string openai_error_body(const ApiError& error, std::string_view) {
  return openai::error_body(error);
}

// Codex knows what to do about a conversation that is too long only where a stream says so; of a
// 400 it shows the text.
bool is_told_in_stream(ErrorKind kind) { return kind == ErrorKind::context_too_long; }

std::string gemini_error_body(const ApiError& error, std::string_view) {
  return gemini::error_body(error);
}

}  // namespace

const Dialect kAnthropic = {
    .name = "anthropic",
    .api = Api::anthropic,
    .request_id_header = "request-id",
    .request_id_prefix = "req_",
    .reply_id_prefix = "msg_",
    .call_id_prefix = "toolu",
    .read = anthropic::read,
    .read_count = anthropic::read_count_tokens,
    .stream_writer = make<anthropic::StreamWriter>,
    .reply_builder = make<anthropic::MessageBuilder>,
    .whole_heartbeat = true,
    .status = anthropic::http_status,
    .error_body = anthropic::error_body,
};

const Dialect kChat = {
    .name = "openai-chat",
    .api = Api::openai,
    .request_id_header = "x-request-id",
    .request_id_prefix = "req_",
    .reply_id_prefix = "chatcmpl-",
    .call_id_prefix = "call",
    .read = openai::read_chat_request,
    .stream_writer = make<openai::ChatStreamWriter>,
    .reply_builder = make<openai::ChatCompletionBuilder>,
    .status = openai::http_status,
    .error_body = openai_error_body,
};

const Dialect kResponses = {
    .name = "openai-responses",
    .api = Api::openai,
    .request_id_header = "x-request-id",
    .request_id_prefix = "req_",
    .reply_id_prefix = "resp_",
    .call_id_prefix = "call",
    .read = openai::read_responses,
    .stream_writer = make<openai::ResponsesStreamWriter>,
    .reply_builder = make<openai::ResponseBuilder>,
    .is_told_in_stream = is_told_in_stream,
    .status = openai::http_status,
    .error_body = openai_error_body,
};

const Dialect kOpenAi = {
    .name = "openai",
    .api = Api::openai,
    .request_id_header = "x-request-id",
    .request_id_prefix = "req_",
    .status = openai::http_status,
    .error_body = openai_error_body,
};

const Dialect kGemini = {
    .name = "gemini",
    .api = Api::gemini,
    .request_id_header = "x-request-id",
    .request_id_prefix = "req_",
    .status = gemini::http_status,
    .error_body = gemini_error_body,
};

const Dialect& dialect_of(Api api) {
  switch (api) {
    case Api::anthropic:
      return kAnthropic;
    case Api::openai:
      return kOpenAi;
    case Api::gemini:
      return kGemini;
  }
  return kOpenAi;
}

}  // namespace castor::app
