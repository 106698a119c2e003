// Whatever Gemini sends, the client gets a stream that ends, and the whole reply is JSON.
#include "anthropic/message_builder.h"
#include "anthropic/stream_writer.h"
#include "domain/client_calls.h"
#include "domain/reply_gate.h"
#include "domain/stop_sequences.h"
#include "fuzz.h"
#include "gemini/error.h"
#include "gemini/reply_decoder.h"
#include "http/sse.h"
#include "openai/chat_completion_builder.h"
#include "openai/chat_stream_writer.h"
#include "openai/response_builder.h"
#include "openai/responses_stream_writer.h"

void castor::fuzz(std::string_view bytes) {
  const ReplyIdentity identity{.id = "msg_1", .model = "m", .signature_family = "gemini-4"};
  GenerateCall call;
  call.stop_sequences = {"stop", "\n\n"};
  const auto answer = [&](auto make_writer) {
    std::string out;
    auto writer = make_writer(out);
    StopSequences stops(writer, call.stop_sequences);
    ClientCalls calls(stops, call, [](std::string_view id) { return "toolu_" + std::string(id); });
    ReplyGate gate(calls, true);
    gate.begin_attempt();
    gemini::ReplyDecoder decoder(gate);
    http::SseParser parser([&](std::string_view data) { decoder.feed(data); });
    parser.feed(bytes);
    parser.finish();
    decoder.end();
    if (gate.rejected()) gate.accept_empty();
    return out;
  };
  const std::string events =
      answer([&](std::string& out) { return anthropic::StreamWriter(out, identity); });
  require(events.find("event: message_stop\n") != events.npos ||
          events.find("event: error\n") != events.npos);
  const std::string message =
      answer([&](std::string& out) { return anthropic::MessageBuilder(out, identity); });
  require(parsed(message).has_value());
  const std::string chunks =
      answer([&](std::string& out) { return openai::ChatStreamWriter(out, identity); });
  require(chunks.ends_with("data: [DONE]\n\n") || chunks.find("data: {\"error\":") != chunks.npos);
  const std::string completion =
      answer([&](std::string& out) { return openai::ChatCompletionBuilder(out, identity); });
  require(parsed(completion).has_value());
  ReplyIdentity responses = identity;
  responses.show_thoughts = responses.carry_signatures = responses.encrypted_reasoning = true;
  const std::string told =
      answer([&](std::string& out) { return openai::ResponsesStreamWriter(out, responses); });
  const std::string response =
      answer([&](std::string& out) { return openai::ResponseBuilder(out, responses); });
  require(parsed(response).has_value());
  require(told.ends_with(",\"response\":" + response + "}\n\n"));
  for (const int status : {200, 400, 403, 429}) gemini::parse_error(status, bytes);
}
