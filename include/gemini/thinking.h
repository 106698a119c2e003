#pragma once

#include <cstdint>
#include <optional>

#include "domain/model_map.h"
#include "json/json.h"

namespace castor::gemini {

// How much a client wants the model to think. At most one of the first three is used, in this
// order.
struct ThinkingWish {
  bool off = false;
  std::optional<ThinkingLevel> level;  // named effort
  std::optional<std::int64_t> budget;  // tokens
  bool include_thoughts = false;       // the client wants to see summaries
};

// The thinkingConfig for a model (protocol-mapping D.10): a level or a budget, never both, never
// one the model refuses. Empty object: send none. A choice's suffix ("-high") counts only where the
// wish names neither level nor budget nor off.
json::object thinking_config(const ModelChoice& choice, const ThinkingWish& wish,
                             json::storage_ptr storage = {});

}  // namespace castor::gemini
