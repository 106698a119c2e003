#pragma once

#include "domain/model_map.h"
#include "json/json.h"

namespace castor::gemini {

// Contents that obey every rule there is on the order of turns (protocol-mapping A.8, D.7),
// whatever the model is said to tolerate:
//
//   - the first and the last content are the user's, and no two neighbours are the model's;
//   - a content with N function calls is followed by one with their N responses, in the order of
//   the
//     calls, and nothing else. Responses are found by id wherever they came, or by name in the next
//     turn. A missing one says that there is no result; one without a call becomes text;
//   - calls that the conversation ends with are dropped;
//   - ids are unique, or absent for models that know none; parts and contents are not empty.
//
// The result lives in the storage of `contents`.
json::array strict_turns(json::array contents, const Model& model);

}  // namespace castor::gemini
