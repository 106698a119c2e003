// The lists of models, in the words of the API that asks.
#include "anthropic/model_list.h"
#include "app/exchange.h"
#include "app/handlers.h"
#include "app/worker.h"
#include "http/uri.h"

namespace castor::app {

void list_models(Exchange& exchange) {
  const std::string limit = http::query_parameter(exchange.request.query(), "limit");
  const std::string after = http::query_parameter(exchange.request.query(), "after_id");
  const std::string before = http::query_parameter(exchange.request.query(), "before_id");
  exchange.send(200, "application/json",
                json::serialize(anthropic::model_list(
                    exchange.worker.process().models,
                    {.limit = limit, .after_id = after, .before_id = before})));
}

void get_model(Exchange& exchange) {
  exchange.send(200, "application/json",
                json::serialize(
                    anthropic::model_info(exchange.worker.process().models, exchange.match.rest)));
}

}  // namespace castor::app
