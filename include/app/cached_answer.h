#pragma once

#include <functional>
#include <string_view>

#include "app/exchange.h"
#include "app/reply_stream.h"
#include "domain/generate_call.h"

namespace castor::app {

// Has the operator chosen the client or the model for the cache of replies ([cache])? To be asked
// while the call still has its body. Not of those who bring Gemini keys of their own: they have no
// name to keep anything under.
bool may_be_cached(const Exchange& exchange, const GenerateCall& call);

// Gives the reply that the cache has for `body`, the call's as text. If there is none, calls `ask`,
// which asks the upstream, and notes what came for the cache. Throws what `ask` throws.
void answer_from_cache(Exchange& exchange, const GenerateCall& call, std::string_view body,
                       ReplyStream& reply, const std::function<void()>& ask);

}  // namespace castor::app
