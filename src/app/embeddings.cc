#include "openai/embeddings.h"

#include <algorithm>

#include "app/exchange.h"
#include "app/handlers.h"
#include "app/upstream.h"
#include "app/whole_answer.h"
#include "app/worker.h"

namespace castor::app {
namespace {

// A hundred vectors of 3072 numbers, a line each.
constexpr std::size_t kMaxAnswer = 16 << 20;

json::value parse_answer(const std::string& text) {
  try {
    return json::parse(text);
  } catch (const json::ParseError&) {
    throw ApiError(ErrorKind::bad_gateway, "the upstream's answer is no JSON");
  }
}

}  // namespace

void embed(Exchange& exchange) {
  json::value document = exchange.parse_body();
  const openai::EmbeddingsRequest request =
      openai::read_embeddings(document, exchange.worker.process().models);
  RequestRecord& record = exchange.record;
  record.requested_model = request.requested_model;
  // Of a chain the first alone: vectors of different models cannot be compared.
  record.model = request.choice.model.id;
  if (!request.user.empty()) record.user_hash = exchange.worker.hash_user(request.user);

  openai::EmbeddingsBuilder reply(request);
  for (std::size_t first = 0; first < request.inputs.size(); first += openai::kLargestBatch) {
    const std::size_t count = std::min(openai::kLargestBatch, request.inputs.size() - first);
    WholeAnswer answer(exchange.worker, kMaxAnswer);
    Upstream(exchange).ask({.method = "batchEmbedContents",
                            .body = openai::embeddings_batch(request, first, count),
                            .request_member = {},
                            .model = request.choice.model,
                            .repairs = false},
                           answer);
    if (exchange.response.client_gone() || record.client_gone) return;
    reply.add(count, parse_answer(answer.text()));
  }
  record.usage.prompt = reply.tokens();
  if (reply.estimated()) record.notes.push_back("estimated");
  exchange.send(200, "application/json", reply.finish());
}

}  // namespace castor::app
