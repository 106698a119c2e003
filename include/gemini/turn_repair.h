#pragma once

#include <vector>

#include "gemini/turns.h"

namespace castor::gemini {

// Clients keep histories that Gemini refuses: results that are missing, late or in another order,
// text among the results, turns that are empty or of one role. Each function repairs one thing
// (protocol-mapping A.8, D.7) and leaves the rest alone; contents() calls them in this order.
// All are idempotent. `storage` is for the text they invent.
using Turns = std::vector<Turn>;

// Empty texts without a signature, then turns without parts (rule 1).
Turns drop_empty_parts(Turns turns);

// A user turn with results and more becomes two: the results, then the rest (rule 2).
Turns split_results(Turns turns);

// Neighbours of one kind become one; results and other user parts are two kinds (rule 3).
Turns merge_neighbours(Turns turns);

// The calls of a last turn that nobody answered: the client was interrupted (rule 5).
Turns drop_trailing_calls(Turns turns);

// Behind every turn with calls comes one turn with just their results, in the order of the calls
// and named after them; what is missing is invented, what belongs to no call becomes text (rule 4).
Turns pair_results(Turns turns, const json::storage_ptr& storage);

// Media that a model does not accept inside a functionResponse become a turn behind it (C8).
Turns hoist_result_media(Turns turns, const Model& model, const json::storage_ptr& storage);

// A conversation begins with the user (rules 6 and 7).
Turns begin_with_user(Turns turns, const json::storage_ptr& storage);

// A model that accepts no prefill is told to go on (rule 8).
Turns end_with_user(Turns turns, const Model& model, const json::storage_ptr& storage);

}  // namespace castor::gemini
