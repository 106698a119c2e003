#include "app/exchange.h"
#include "app/handlers.h"
#include "app/upstream.h"
#include "app/whole_answer.h"
#include "app/worker.h"
#include "gemini/token_count.h"

namespace castor::app {
namespace {

constexpr std::size_t kMaxAnswer = 1 << 20;

// Gemini's count, or nullopt when nobody could be asked.
std::optional<std::int64_t> ask(Exchange& exchange, GenerateCall& call) {
  WholeAnswer answer(exchange.worker, kMaxAnswer);
  try {
    Upstream(exchange).ask({.method = "countTokens",
                            .body = exchange.give_away(call.body),
                            .request_member = "generateContentRequest",
                            .model = call.choice.model},
                           answer);
    const json::value reply = json::parse(answer.text());
    const json::value* total = json::find(reply, "totalTokens");
    if (total && total->is_int64()) return total->get_int64();
  } catch (const ApiError& error) {
    // The client's own mistakes are its to know; a count may be estimated all the same otherwise.
    if (error.kind == ErrorKind::bad_request || error.kind == ErrorKind::not_found) throw;
    exchange.note(error);
  } catch (const json::ParseError&) {
    // An answer that is none: estimate.
  }
  return std::nullopt;
}

}  // namespace

void count_tokens(Exchange& exchange) {
  json::value document = exchange.parse_body();
  GenerateCall call =
      exchange.dialect->read_count(document, exchange.worker.read_context(exchange));
  RequestRecord& record = exchange.record;
  record.requested_model = call.requested_model;
  record.model = call.choice.model.id;
  record.notes = call.notes;

  const std::int64_t estimate = gemini::estimate_tokens(call.body);
  const std::optional<std::int64_t> counted = ask(exchange, call);
  if (!counted) record.notes.push_back("estimated");
  if (exchange.response.client_gone() || record.client_gone) return;
  exchange.send(200, "application/json",
                json::serialize(json::object{{"input_tokens", counted.value_or(estimate)}}));
}

}  // namespace castor::app
