#include <algorithm>

#include "app/exchange.h"
#include "app/handlers.h"
#include "app/reply_stream.h"
#include "app/worker.h"
#include "gemini/repair.h"
#include "gemini/token_count.h"
#include "util/text.h"

namespace castor::app {
namespace {

// What the model is asked to think, as the log has it: "level=high", "budget=1024".
std::string asked_thinking(const json::object& body) {
  const json::object* generation = json::find_object(body, "generationConfig");
  const json::object* thinking =
      generation ? json::find_object(*generation, "thinkingConfig") : nullptr;
  if (!thinking) return {};
  if (const std::string_view level = json::find_string(*thinking, "thinkingLevel");
      !level.empty()) {
    return "level=" + to_lower(level);
  }
  if (!json::find(*thinking, "thinkingBudget")) return {};
  return "budget=" + std::to_string(json::find_integer(*thinking, "thinkingBudget"));
}

void describe(RequestRecord& record, const GenerateCall& call) {
  record.requested_model = call.requested_model;
  record.model = call.choice.model.id;
  record.stream = call.stream;
  record.notes = call.notes;
  record.thinking = asked_thinking(call.body);
}

// The conversation, as the client's program names it in a header; empty: it does not.
std::string_view session(const http::Request& request) {
  constexpr std::string_view kHeaders[] = {
      "X_CLAUDE_CODE_SESSION_ID",
      "THREAD_ID",  // Codex; its sessions hold several
      "SESSION_ID",
      "X_SESSION_ID",  // opencode
      "X_SESSION_AFFINITY",
  };
  for (const std::string_view header : kHeaders) {
    if (const std::string_view value = request.header(header); !value.empty()) return value;
  }
  return {};
}

// What the answer is taken for until its length is known: few are as long as they may be.
constexpr std::int64_t kExpectedOutput = 1'000;

Usage expected_usage(const GenerateCall& call) {
  const json::object* generation = json::find_object(call.body, "generationConfig");
  const std::int64_t most =
      generation ? json::find_integer(*generation, "maxOutputTokens", kExpectedOutput)
                 : kExpectedOutput;
  return {.prompt = gemini::estimate_tokens(call.body),
          .candidates = std::clamp<std::int64_t>(most, 0, kExpectedOutput)};
}

GenerateCall read(Exchange& exchange) {
  json::value document = exchange.parse_body();
  GenerateCall call = exchange.dialect->read(document, exchange.worker.read_context(exchange));
  RequestRecord& record = exchange.record;
  describe(record, call);
  exchange.check_model();
  if (record.limits) record.expected = expected_usage(call);
  if (!call.user.empty()) record.user_hash = exchange.worker.hash_user(call.user);
  const std::string_view named = session(exchange.request);
  const std::string_view conversation = named.empty() ? call.conversation : named;
  if (!conversation.empty()) {
    record.conversation = exchange.worker.hash_conversation(record, conversation);
  }
  if (!record.thinking.empty() &&
      exchange.worker.store()->ledger.refuses_thinking(record.model, record.thinking)) {
    gemini::apply(Repair::no_thinking, call.body, call.choice.model);
    record.notes.push_back("dropped=thinking");
  }
  return call;
}

}  // namespace

void generate(Exchange& exchange) {
  GenerateCall call = read(exchange);
  ReplyStream reply(exchange, call);
  if (call.generates_nothing) {
    reply.finish_empty(FinishReason::max_tokens);
  } else {
    try {
      Upstream(exchange).ask(
          {.method = "streamGenerateContent?alt=sse",
           .body = exchange.give_away(call.body),
           .model = call.choice.model,
           .may_think_long = may_think_long(call.choice.model, exchange.record.thinking)},
          reply);
    } catch (const ApiError& error) {
      reply.fail(error);
    } catch (...) {
      reply.fail(exchange.internal_error());  // a reply that has begun must be seen to end
    }
  }
  reply.close();
}

}  // namespace castor::app
