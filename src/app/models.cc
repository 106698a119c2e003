// The lists of models, in the words of the API that asks.
#include "anthropic/model_list.h"
#include "app/exchange.h"
#include "app/handlers.h"
#include "app/upstream.h"
#include "app/whole_answer.h"
#include "app/worker.h"
#include "gemini/model_list.h"
#include "gemini/model_resources.h"
#include "http/uri.h"
#include "openai/model_list.h"

namespace castor::app {
namespace {

// One client in an hour waits for Google's list, or one in a minute while it cannot be had, and
// clients are not patient: Claude Code gives up after three seconds.
constexpr std::int64_t kPatienceMs = 2'000;
constexpr std::size_t kMaxAnswer = 4 << 20;

// Google's list as it is now; nullopt: it cannot be had.
std::optional<json::array> fetch(Exchange& exchange) {
  UpstreamConfig config = exchange.worker.process().config.upstream;
  config.connect_timeout_ms = std::min(config.connect_timeout_ms, kPatienceMs);
  config.first_byte_timeout_ms = config.idle_timeout_ms = kPatienceMs;
  config.retry_budget_ms = kPatienceMs;
  config.max_wait_ms = 0;

  RequestRecord& record = exchange.record;
  Model model;
  model.id = record.model = "models";  // what a key's rest is for; there is no such model
  std::optional<json::array> fetched;
  try {
    WholeAnswer answer(exchange.worker, kMaxAnswer, kPatienceMs);
    Upstream(exchange).ask({.method = {},
                            .body = {},
                            .request_member = {},
                            .model = model,
                            .verb = "GET",
                            .path = "/v1beta/models?pageSize=1000",
                            .is_of_model = false,
                            .config = &config},
                           answer);
    json::array models = gemini::servable_models(json::parse(answer.text()));
    if (!models.empty()) fetched = std::move(models);
  } catch (const ApiError&) {
    // No key, or nobody there: the attempts are in the log.
  } catch (const json::ParseError&) {
    // An answer that is none, or a client that did not wait for it.
  }
  record.model.clear();
  return fetched;
}

gemini::ModelList known_models(Exchange& exchange) {
  const Process& process = exchange.worker.process();
  const std::int64_t ttl_ms = process.config.upstream.models_list_ttl_ms;
  if (ttl_ms == 0) return {process.models, {}};
  const UpstreamModels::List kept = exchange.worker.store()->upstream_models.find(ttl_ms);
  // What the pool is shown is not for a client's own keys to say.
  if (kept.is_due && exchange.record.own_keys.empty() &&
      exchange.worker.store()->upstream_models.claim(kept)) {
    if (const auto fetched = fetch(exchange)) {
      exchange.worker.store()->upstream_models.put(json::serialize(*fetched));
      return {process.models, *fetched};
    }
  }
  return {process.models, json::parse(kept.models).as_array()};
}

std::string parameter(const Exchange& exchange, std::string_view name) {
  return http::query_parameter(exchange.request.query(), name);
}

json::object page_of(const gemini::ModelList& list, const Exchange& exchange) {
  switch (exchange.dialect->api) {
    case Api::anthropic:
      return anthropic::model_list(list, {.limit = parameter(exchange, "limit"),
                                          .after_id = parameter(exchange, "after_id"),
                                          .before_id = parameter(exchange, "before_id")});
    case Api::gemini:
      return gemini::model_page(list, {.page_size = parameter(exchange, "pageSize"),
                                       .page_token = parameter(exchange, "pageToken")});
    case Api::openai:
      break;
  }
  return openai::model_list(list);
}

json::object entry_of(const gemini::ModelList& list, const Exchange& exchange) {
  switch (exchange.dialect->api) {
    case Api::anthropic:
      return anthropic::model_info(list, exchange.match.rest);
    case Api::gemini:
      return gemini::model_resource(list, exchange.match.rest);
    case Api::openai:
      break;
  }
  return openai::model_info(list, exchange.match.rest);
}

}  // namespace

void list_models(Exchange& exchange) {
  const json::object page = page_of(known_models(exchange), exchange);
  if (!exchange.record.client_gone) exchange.send(200, "application/json", json::serialize(page));
}

void get_model(Exchange& exchange) {
  const json::object entry = entry_of(known_models(exchange), exchange);
  if (!exchange.record.client_gone) exchange.send(200, "application/json", json::serialize(entry));
}

}  // namespace castor::app
