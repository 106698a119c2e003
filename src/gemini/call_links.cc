#include "gemini/call_links.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gemini/signature_carrier.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

bool is_usable(const Signature& signature, std::string_view family) {
  return !signature.empty() && is_base64(signature.value) &&
         (signature.family.empty() || signature.family == family);
}

// Hands out each id once.
class UniqueIds {
 public:
  bool take(const std::string& id) { return !id.empty() && taken_.insert(id).second; }

  // The id, or one like it.
  std::string take_or_vary(const std::string& id) {
    if (take(id)) return id;
    // Counting goes on where it stopped: a thousand calls of one id must not take a million steps.
    for (std::size_t& count = variants_.try_emplace(id, 1).first->second;;) {
      std::string varied = id + "_" + std::to_string(++count);
      if (take(varied)) return varied;
    }
  }

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::size_t> variants_;
};

std::vector<Call*> calls_of(Turn& turn) {
  std::vector<Call*> calls;
  if (turn.role != Role::model) return calls;
  for (Part& part : turn.parts) {
    if (auto* call = std::get_if<Call>(&part)) calls.push_back(call);
  }
  return calls;
}

// The signature of a call that came without one in its place.
Signature known_signature(const Call& call, const Model& model, const SignatureLookup& signatures) {
  const CallId id = parse_call_id(call.id);
  if (!id.signature.empty()) return {.value = std::string(id.signature), .family = {}};
  if (!signatures) return {};
  auto stored = signatures(id.client_id);
  if (!stored) return {};
  Signature signature{std::move(stored->signature), std::move(stored->model_family)};
  return is_usable(signature, model.family) ? signature : Signature();
}

}  // namespace

std::vector<Turn> bind_carried(std::vector<Turn> turns, std::string_view family) {
  for (Turn& turn : turns) {
    std::vector<Part> bound;
    Signature for_next_call;
    for (Part& part : turn.parts) {
      if (auto* carried = std::get_if<Carried>(&part)) {
        const auto parsed = parse_carrier(carried->text);
        if (!parsed || turn.role != Role::model) continue;
        Signature signature{std::string(parsed->signature), std::string(parsed->family)};
        if (!is_usable(signature, family)) continue;
        if (parsed->kind == SignatureCarrier::Kind::call) {
          for_next_call = std::move(signature);
          continue;
        }
        auto* text = bound.empty() ? nullptr : std::get_if<Text>(&bound.back());
        if (text && text->signature.empty()) {
          text->signature = std::move(signature);
        } else {
          bound.push_back(Text{.text = {}, .signature = std::move(signature)});
        }
        continue;
      }
      if (auto* text = std::get_if<Text>(&part)) {
        if (!is_usable(text->signature, family)) text->signature = {};
      } else if (auto* call = std::get_if<Call>(&part)) {
        if (!is_usable(call->signature, family)) call->signature = std::move(for_next_call);
        for_next_call = {};
      }
      bound.push_back(std::move(part));
    }
    turn.parts = std::move(bound);
  }
  return turns;
}

void sign_calls(std::vector<Turn>& turns, const Model& model, const SignatureLookup& signatures) {
  for (Turn& turn : turns) {
    const std::vector<Call*> calls = calls_of(turn);
    if (calls.empty()) continue;
    Signature& first = calls.front()->signature;
    if (first.empty() && model.signatures)
      first = known_signature(*calls.front(), model, signatures);
    // One signed call vouches for its siblings; a dummy beside a real signature, or one on each
    // sibling, makes Gemini answer with nothing (G3, G4).
    const bool signed_anywhere = std::any_of(
        calls.begin(), calls.end(), [](const Call* call) { return !call->signature.empty(); });
    if (!signed_anywhere && model.signatures) first.value = kDummySignature;
  }
}

void assign_ids(std::vector<Turn>& turns, const Model& model) {
  std::map<std::string, int, std::less<>> uses;  // of Gemini's ids
  for (Turn& turn : turns) {
    for (const Call* call : calls_of(turn)) ++uses[std::string(parse_call_id(call->id).gemini_id)];
  }

  UniqueIds unique;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const std::vector<Call*> calls = calls_of(turns[i]);
    for (std::size_t c = 0; c < calls.size(); ++c) {
      const CallId id = parse_call_id(calls[c]->id);
      const std::string gemini_id(id.gemini_id);
      const std::string client_id(id.client_id);
      std::string assigned;
      if (model.call_ids) {
        const bool as_gemini_gave_it = uses[gemini_id] == 1 && unique.take(gemini_id);
        assigned = as_gemini_gave_it ? gemini_id : unique.take_or_vary(client_id);
      }
      // Repaired turns have the answers in the order of the calls.
      if (i + 1 < turns.size() && c < turns[i + 1].parts.size()) {
        if (auto* result = std::get_if<Result>(&turns[i + 1].parts[c])) result->call_id = assigned;
      }
      calls[c]->id = std::move(assigned);
    }
  }
}

}  // namespace castor::gemini
