#include <algorithm>
#include <limits>

#include "app/cached_answer.h"
#include "app/exchange.h"
#include "app/handlers.h"
#include "app/relay.h"
#include "app/reply_stream.h"
#include "app/worker.h"
#include "gemini/repair.h"
#include "gemini/resources.h"
#include "gemini/token_count.h"
#include "util/clock.h"
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

// Does the client's name for the model mean several?
bool names_a_chain(Exchange& exchange, const json::value& document) {
  const auto choice =
      exchange.worker.process().models.resolve(json::find_string(document.get_object(), "model"));
  return choice && choice->fallbacks > 0;
}

GenerateCall read(Exchange& exchange, std::size_t link) {
  json::value document = exchange.read_body();
  if (!names_a_chain(exchange, document)) exchange.drop_body();
  GenerateCall call =
      exchange.dialect->read(document, exchange.worker.read_context(exchange, link));
  RequestRecord& record = exchange.record;
  describe(record, call);
  exchange.check_model();
  pin(exchange, gemini::resources_of(call.body));
  if (record.limits) record.expected = expected_usage(call);
  if (!call.user.empty()) record.user_hash = exchange.worker.hash_user(call.user);
  const std::string_view named = session(exchange.request);
  const std::string_view conversation = named.empty() ? call.conversation : named;
  if (!conversation.empty()) {
    record.conversation = exchange.worker.hash_conversation(record, conversation);
  }
  record.fell_back = link > 0;
  if (record.fell_back) record.notes.push_back("fallback=" + record.model);
  if (!record.thinking.empty() &&
      exchange.worker.store()->ledger.refuses_thinking(record.model, record.thinking)) {
    gemini::apply(Repair::no_thinking, call.body, call.choice.model);
    record.notes.push_back("dropped=thinking");
  }
  return call;
}

// A client's request, asked of one model after the other as long as there is no key for it. The
// body depends on the model, and is read again for each.
class Generation {
 public:
  explicit Generation(Exchange& exchange) : exchange_(exchange) {}

  void run() {
    while (!ask(read(exchange_, link_))) {
    }
  }

 private:
  // False: another model is next.
  bool ask(GenerateCall call) {
    ReplyStream reply(exchange_, call);
    if (call.generates_nothing) {
      reply.finish_empty(FinishReason::max_tokens);
    } else if (const auto error = upstream(call, reply)) {
      if (goes_on(*error, call.choice.fallbacks)) return false;
      reply.fail(*error);
    }
    reply.close();
    return true;
  }

  std::optional<ApiError> upstream(GenerateCall& call, ReplyStream& reply) {
    const bool may_wait = waits_ || (link_ == 0 && call.choice.fallbacks == 0);
    try {
      const bool is_for_cache = may_be_cached(exchange_, call);
      std::string text = exchange_.give_away(call.body);
      const UpstreamConfig& config = exchange_.worker.process().config.upstream;
      const auto ask = [&] {
        Upstream(exchange_).ask(
            {.method = config.streaming ? "streamGenerateContent?alt=sse" : "generateContent",
             .body = std::move(text),
             .model = call.choice.model,
             .may_think_long = !config.streaming ||  // its first byte comes with its last
                               may_think_long(call.choice.model, exchange_.record.thinking),
             .may_wait = may_wait,
             .started_ms = started_ms_},
            reply);
      };
      if (is_for_cache) {
        answer_from_cache(exchange_, call, text, reply, ask);
      } else {
        ask();
      }
    } catch (const ApiError& error) {
      return error;
    } catch (...) {
      return exchange_.internal_error();  // a reply that has begun must be seen to end
    }
    return std::nullopt;
  }

  // To the next model; after the last to that whose keys wake first, which is then waited for.
  bool goes_on(const ApiError& error, std::size_t fallbacks) {
    using enum ErrorKind;
    const bool has_no_key =
        error.kind == rate_limited || error.kind == quota_exhausted || error.kind == overloaded;
    const bool is_chain = link_ > 0 || fallbacks > 0;
    // A limit of the client's holds for every model.
    if (exchange_.record.limits && !exchange_.record.booking) return false;
    if (!has_no_key || !is_chain || waits_ || exchange_.response.begun() ||
        exchange_.response.client_gone()) {
      return false;
    }
    if (error.retry_after.value_or(kNever) < soonest_) {
      soonest_ = error.retry_after.value_or(kNever);
      soonest_link_ = link_;
    }
    waits_ = fallbacks == 0;
    link_ = waits_ ? soonest_link_ : link_ + 1;
    return true;
  }

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  Exchange& exchange_;
  const std::int64_t started_ms_ = steady_ms();
  std::size_t link_ = 0;           // of the chain
  std::int64_t soonest_ = kNever;  // seconds until a model's keys wake, and which
  std::size_t soonest_link_ = 0;
  bool waits_ = false;
};

}  // namespace

void generate(Exchange& exchange) { Generation(exchange).run(); }

}  // namespace castor::app
