#include "gemini/turn_repair.h"

#include <algorithm>
#include <map>
#include <string>

#include "gemini/turn_words.h"

namespace castor::gemini {
namespace {

template <typename T>
bool is(const Part& part) {
  return std::holds_alternative<T>(part);
}

bool has_calls(const Turn& turn) {
  return turn.role == Role::model && std::any_of(turn.parts.begin(), turn.parts.end(), is<Call>);
}

bool only_results(const Turn& turn) {
  return turn.role == Role::user && std::all_of(turn.parts.begin(), turn.parts.end(), is<Result>);
}

bool no_results(const Turn& turn) {
  return turn.role == Role::user && std::none_of(turn.parts.begin(), turn.parts.end(), is<Result>);
}

bool may_merge(const Turn& first, const Turn& second) {
  if (first.role == Role::model) return second.role == Role::model;
  return (only_results(first) && only_results(second)) || (no_results(first) && no_results(second));
}

Part text(std::string_view text, const json::storage_ptr& storage) {
  return Text{.text = json::string(text, storage)};
}

Turn user_says(std::string_view words, const json::storage_ptr& storage) {
  Turn turn{.role = Role::user};
  turn.parts.push_back(text(words, storage));
  return turn;
}

void drop_empty_turns(Turns& turns) {
  std::erase_if(turns, [](const Turn& turn) { return turn.parts.empty(); });
}

// A functionResponse takes fewer kinds of media than a content does, and no links.
bool fits_in_result(const Media& media, const Model& model) {
  if (!model.result_media) return false;
  const json::object* data = json::find_object(media.part, "inlineData");
  if (!data) return false;
  const std::string_view type = json::find_string(*data, "mimeType");
  constexpr std::string_view kAccepted[] = {"image/png", "image/jpeg", "image/webp",
                                            "application/pdf", "text/plain"};
  return std::find(std::begin(kAccepted), std::end(kAccepted), type) != std::end(kAccepted);
}

// The results and calls of a conversation by id, to find which belong together. Ids may be used
// more than once; then the results up to the next call of that id are for the one before.
class Results {
 public:
  explicit Results(Turns& turns) {
    for (std::size_t i = 0; i < turns.size(); ++i) {
      for (Part& part : turns[i].parts) {
        if (auto* call = std::get_if<Call>(&part)) {
          Use& use = uses_[call->id];
          if (use.name.empty()) use.name = call->name;
          if (use.call_turns.empty() || use.call_turns.back() != i) use.call_turns.push_back(i);
        } else if (auto* result = std::get_if<Result>(&part)) {
          uses_[result->call_id].results.push_back({i, number_of_results_++, result});
        }
      }
    }
    claimed_.resize(number_of_results_);
  }

  // The next result for a call in turn `turn`; nullptr: nobody answered. Turns are asked in order.
  Result* claim(const std::string& id, std::size_t turn) {
    Use& use = uses_[id];
    while (use.next_call < use.call_turns.size() && use.call_turns[use.next_call] <= turn) {
      ++use.next_call;
    }
    while (use.next_result < use.results.size() && use.results[use.next_result].turn <= turn) {
      ++use.next_result;
    }
    if (use.next_result == use.results.size()) return nullptr;
    const Found& found = use.results[use.next_result];
    if (use.next_call < use.call_turns.size() && found.turn > use.call_turns[use.next_call]) {
      return nullptr;
    }
    ++use.next_result;
    claimed_[found.number] = true;
    return found.result;
  }

  // By the place of the result among all results.
  bool claimed(std::size_t number) const { return claimed_[number]; }

  std::string name_of_call(const std::string& id) const {
    const auto use = uses_.find(id);
    return use == uses_.end() ? std::string() : use->second.name;
  }

 private:
  struct Found {
    std::size_t turn;
    std::size_t number;
    Result* result;
  };
  struct Use {
    std::string name;
    std::vector<std::size_t> call_turns;
    std::vector<Found> results;
    std::size_t next_call = 0, next_result = 0;
  };
  std::map<std::string, Use, std::less<>> uses_;
  std::size_t number_of_results_ = 0;
  std::vector<bool> claimed_;
};

// A result that no call waits for, as something the user says.
void append_as_text(Result result, std::string name, std::vector<Part>& parts,
                    const json::storage_ptr& storage) {
  if (name.empty()) name = result.name.empty() ? "unknown" : std::move(result.name);
  std::string words(kResultOfTool);
  words.append(name).append(kResultOfToolEnd);
  words.append(result.output.data(), result.output.size());
  parts.push_back(text(words, storage));
  for (Media& media : result.media) parts.emplace_back(std::move(media));
}

}  // namespace

Turns drop_empty_parts(Turns turns) {
  for (Turn& turn : turns) {
    std::erase_if(turn.parts, [](const Part& part) {
      const auto* words = std::get_if<Text>(&part);
      return words && words->text.empty() && words->signature.empty();
    });
  }
  drop_empty_turns(turns);
  return turns;
}

Turns split_results(Turns turns) {
  Turns split;
  for (Turn& turn : turns) {
    if (turn.role == Role::model || only_results(turn) || no_results(turn)) {
      split.push_back(std::move(turn));
      continue;
    }
    Turn results{.role = Role::user}, rest{.role = Role::user};
    for (Part& part : turn.parts) {
      (is<Result>(part) ? results : rest).parts.push_back(std::move(part));
    }
    split.push_back(std::move(results));
    split.push_back(std::move(rest));
  }
  return split;
}

Turns merge_neighbours(Turns turns) {
  Turns merged;
  for (Turn& turn : turns) {
    if (merged.empty() || !may_merge(merged.back(), turn)) {
      merged.push_back(std::move(turn));
    } else {
      for (Part& part : turn.parts) merged.back().parts.push_back(std::move(part));
    }
  }
  return merged;
}

Turns drop_trailing_calls(Turns turns) {
  if (!turns.empty() && has_calls(turns.back())) {
    std::erase_if(turns.back().parts, is<Call>);
    drop_empty_turns(turns);
  }
  return turns;
}

Turns pair_results(Turns turns, const json::storage_ptr& storage) {
  Results results(turns);
  Turns paired;
  std::size_t number = 0;  // of the result that is met next
  for (std::size_t i = 0; i < turns.size(); ++i) {
    Turn& turn = turns[i];
    Turn answers{.role = Role::user}, rest{.role = turn.role};
    for (Part& part : turn.parts) {
      if (auto* result = std::get_if<Result>(&part)) {
        if (results.claimed(number++)) continue;
        std::string name = results.name_of_call(result->call_id);
        append_as_text(std::move(*result), std::move(name), rest.parts, storage);
        continue;
      }
      if (const auto* call = std::get_if<Call>(&part); call && turn.role == Role::model) {
        Result* found = results.claim(call->id, i);
        Result answer = found ? std::move(*found)
                              : Result{.call_id = call->id,
                                       .output = json::string(kNoResult, storage),
                                       .failed = true};
        answer.name = call->name;
        answers.parts.emplace_back(std::move(answer));
      }
      rest.parts.push_back(std::move(part));
    }
    if (!rest.parts.empty()) paired.push_back(std::move(rest));
    if (!answers.parts.empty()) paired.push_back(std::move(answers));
  }
  return paired;
}

Turns hoist_result_media(Turns turns, const Model& model, const json::storage_ptr& storage) {
  Turns hoisted;
  for (Turn& turn : turns) {
    Turn media{.role = Role::user};
    for (Part& part : turn.parts) {
      auto* result = std::get_if<Result>(&part);
      if (!result) continue;
      const auto unfit =
          std::stable_partition(result->media.begin(), result->media.end(),
                                [&](const Media& item) { return fits_in_result(item, model); });
      if (unfit == result->media.end()) continue;
      media.parts.push_back(text("[Media returned by tool " + result->name + "]", storage));
      media.parts.insert(media.parts.end(), std::make_move_iterator(unfit),
                         std::make_move_iterator(result->media.end()));
      result->media.erase(unfit, result->media.end());
    }
    hoisted.push_back(std::move(turn));
    if (!media.parts.empty()) hoisted.push_back(std::move(media));
  }
  return hoisted;
}

Turns begin_with_user(Turns turns, const json::storage_ptr& storage) {
  if (turns.empty()) {
    turns.push_back(user_says(kOnlyTurn, storage));
  } else if (turns.front().role == Role::model) {
    turns.insert(turns.begin(), user_says(kFirstTurn, storage));
  }
  return turns;
}

Turns end_with_user(Turns turns, const Model& model, const json::storage_ptr& storage) {
  if (!turns.empty() && turns.back().role == Role::model && !model.prefill) {
    turns.push_back(user_says(kGoOn, storage));
  }
  return turns;
}

}  // namespace castor::gemini
