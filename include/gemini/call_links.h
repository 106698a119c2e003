#pragma once

#include <string_view>
#include <vector>

#include "gemini/turns.h"

namespace castor::gemini {

// What ties the steps of a conversation together in Gemini's eyes: the thought signatures of its
// calls, and ids (protocol-mapping D.8).

// Gives each carried signature to the part it belongs to: the next call of the turn, or the text
// before it, else an empty text. Removes all Carried. What is not ours, or was made by a model of
// another family than `family`, is gone.
std::vector<Turn> bind_carried(std::vector<Turn> turns, std::string_view family);

// Sees to it that each turn's first call has a signature: its own, the one inside LiteLLM's form of
// id, the stored one, and if none is known and the model demands one, the documented word that
// skips the check. Expects repaired turns.
void sign_calls(std::vector<Turn>& turns, const Model& model, const SignatureLookup& signatures);

// Replaces the clients' ids by those that Gemini gave, or where there is none by unique ones; the
// same in call and result. Models without ids get none. Expects repaired turns.
void assign_ids(std::vector<Turn>& turns, const Model& model);

// "thoughtSignature" of a call whose signature is lost; Google documents the word (A.5).
inline constexpr std::string_view kDummySignature = "skip_thought_signature_validator";

}  // namespace castor::gemini
