#pragma once

#include <cstdint>
#include <optional>

#include "domain/model_map.h"
#include "json/json.h"

namespace castor::gemini {

// How much a client wants the model to think. At most one of the first three is used, in this
// order; none of them: as much as the model sees fit.
struct ThinkingWish {
  bool off = false;
  std::optional<ThinkingLevel> level;  // named effort; "max" is xhigh
  std::optional<std::int64_t> budget;  // tokens; 0 means off, below 0 as the model sees fit
  bool include_thoughts = false;       // the client wants to see summaries
};

// The thinkingConfig for a model: a level or a budget, never both, never one the model refuses.
// Empty object: send none. A choice's suffix ("-high") counts only where the wish names neither
// level nor budget nor off.
//
//   wish              level model               2.5 (budget model)         gemma and others
//   ----              -----------               ------------------         ----------------
//   off               its lowest level          off, or its least budget   none
//   minimal … xhigh   nearest level it has      512, 2048, 8192, most      none
//   budget            LOW from 0, MEDIUM from   within its bounds          none
//                     2048, HIGH from 8192,
//                     XHIGH from 24576
//   none              no level                  -1: the model decides      none
json::object thinking_config(const ModelChoice& choice, const ThinkingWish& wish,
                             json::storage_ptr storage = {});

}  // namespace castor::gemini
