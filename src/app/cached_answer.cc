#include "app/cached_answer.h"

#include <algorithm>
#include <utility>

#include "app/worker.h"
#include "util/text.h"

namespace castor::app {
namespace {

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [text](const auto& pattern) { return matches(pattern, text); });
}

}  // namespace

bool may_be_cached(const Exchange& exchange, const GenerateCall& call) {
  const CacheConfig& config = exchange.worker.process().config.cache;
  const bool chosen =
      any_matches(config.models, call.choice.model.id) ||
      (exchange.client && any_matches(config.clients, to_lower(exchange.client->name)));
  return chosen && exchange.record.own_keys.empty() &&
         (config.tools || !json::find(call.body, "tools"));
}

void answer_from_cache(Exchange& exchange, const GenerateCall& call, std::string_view body,
                       ReplyStream& reply, const std::function<void()>& ask) {
  RequestRecord& record = exchange.record;
  CachedReply kept{.client_id = record.client_id, .model = record.model};
  kept.key = CacheQuestion{record.client_id, record.model, body, call.stop_sequences}.key();
  if (const auto chunks = exchange.worker.store()->cache.find(kept.key)) {
    record.cache = "hit";
    reply.replay(*chunks);
    return;
  }
  record.cache = "miss";
  reply.keep_chunks(exchange.worker.process().config.cache.max_reply_bytes);
  ask();
  if (auto chunks = reply.cacheable()) {
    kept.chunks = *std::move(chunks);
    exchange.to_cache = std::move(kept);
  }
}

}  // namespace castor::app
