#include "gemini/strict_turns.h"

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gemini/turn_words.h"

namespace castor::gemini {
namespace {

// Responses are the user's, but in a content of their own.
enum class Kind { model, responses, user };

struct Turn {
  Kind kind;
  std::vector<json::value> parts;
};
using Turns = std::vector<Turn>;

json::object* member_object(json::value& part, std::string_view name) {
  json::value* const member = part.get_object().if_contains(name);
  return member ? member->if_object() : nullptr;
}

json::object* call_in(json::value& part) { return member_object(part, "functionCall"); }
json::object* response_in(json::value& part) { return member_object(part, "functionResponse"); }

// Gemini demands data in each part; an empty text with a signature passes.
bool is_empty(const json::value& part) {
  const json::object* const members = part.if_object();
  return !members || std::ranges::all_of(*members, [](const json::key_value_pair& member) {
    return member.key() == "thought" || (member.key() == "text" && member.value() == "");
  });
}

json::value text_part(std::string_view text, const json::storage_ptr& storage) {
  json::object part(storage);
  part.emplace("text", text);
  return part;
}

// An empty id is none.
void set_id(json::object& call_or_response, std::string_view id) {
  if (!id.empty()) {
    call_or_response["id"] = id;
  } else if (const auto old = call_or_response.find("id"); old != call_or_response.end()) {
    call_or_response.stable_erase(old);
  }
}

void append(Turns& turns, Kind kind, json::value part) {
  if (turns.empty() || turns.back().kind != kind) turns.push_back({kind, {}});
  turns.back().parts.push_back(std::move(part));
}

// A user content's responses come first: they answer the turn before.
void read_content(json::object& content, Turns& turns) {
  json::value* const parts = content.if_contains("parts");
  if (!parts || !parts->is_array()) return;
  const Kind rest = json::find_string(content, "role") == "model" ? Kind::model : Kind::user;
  const auto take = [&](auto wanted, Kind kind) {
    for (json::value& part : parts->get_array()) {
      if (!is_empty(part) && wanted(part)) append(turns, kind, std::move(part));
    }
  };
  const auto is_response = [](json::value& part) { return response_in(part) != nullptr; };
  const auto is_call = [](json::value& part) { return call_in(part) != nullptr; };
  if (rest == Kind::user) take(is_response, Kind::responses);
  if (rest == Kind::user) take(is_call, Kind::model);
  take([&](json::value& part) { return rest == Kind::model ? !is_response(part) : true; }, rest);
  if (rest == Kind::model) take(is_response, Kind::responses);
}

// The client was stopped before it could answer them.
void drop_trailing_calls(Turns& turns) {
  if (turns.empty() || turns.back().kind != Kind::model) return;
  std::erase_if(turns.back().parts, [](json::value& part) { return call_in(part) != nullptr; });
  if (turns.back().parts.empty()) turns.pop_back();
}

// Brings calls and responses together.
class Pairing {
 public:
  Pairing(Turns turns, const Model& model, json::storage_ptr storage);
  Turns paired() &&;

 private:
  struct Response {
    json::value* part;  // in turns_; null once it is used
    std::size_t turn;
  };
  // Indices of responses_ in their order, by something that they have.
  using Queues = std::unordered_map<std::string, std::deque<std::size_t>>;

  void answer(std::size_t turn, Turns& out);
  json::value response_to(std::string_view id, std::string_view name, std::size_t turn);
  json::value* take(Queues& queues, const std::string& key, std::size_t turn);
  std::string unique_id(const std::string& id);
  json::value no_response() const;
  json::value as_text(json::object& response) const;

  Turns turns_;
  const Model& model_;
  const json::storage_ptr storage_;
  std::vector<Response> responses_;
  Queues by_id_;
  Queues by_name_;                       // of one turn: the key is place() of turn and name
  Queues without_id_;                    // the same of those without id
  std::unordered_set<std::string> ids_;  // of the calls so far
  std::unordered_map<std::string, int> last_suffix_;  // of ids that were there before
};

std::string place(std::size_t turn, std::string_view name) {
  return std::to_string(turn).append("/").append(name);
}

Pairing::Pairing(Turns turns, const Model& model, json::storage_ptr storage)
    : turns_(std::move(turns)), model_(model), storage_(std::move(storage)) {
  for (std::size_t turn = 0; turn < turns_.size(); ++turn) {
    if (turns_[turn].kind != Kind::responses) continue;
    for (json::value& part : turns_[turn].parts) {
      const json::object& response = *response_in(part);
      const std::string_view id = json::find_string(response, "id");
      const std::string here = place(turn, json::find_string(response, "name"));
      by_name_[here].push_back(responses_.size());
      (id.empty() ? without_id_[here] : by_id_[std::string(id)]).push_back(responses_.size());
      responses_.push_back({&part, turn});
    }
  }
}

Turns Pairing::paired() && {
  Turns out;
  std::size_t next_response = 0;
  for (std::size_t turn = 0; turn < turns_.size(); ++turn) {
    const Kind kind = turns_[turn].kind;
    if (kind == Kind::model) {
      answer(turn, out);
      continue;
    }
    for (json::value& part : turns_[turn].parts) {
      if (kind == Kind::user) {
        append(out, Kind::user, std::move(part));
      } else if (responses_[next_response++].part) {
        append(out, Kind::user, as_text(*response_in(part)));
      }
    }
  }
  return out;
}

// Moves a model turn to `out`, and behind it the responses to its calls.
void Pairing::answer(std::size_t turn, Turns& out) {
  std::vector<json::value> responses;
  for (json::value& part : turns_[turn].parts) {
    if (json::object* const call = call_in(part)) {
      const std::string id(json::find_string(*call, "id"));
      const std::string_view name = json::find_string(*call, "name");
      json::value& response = responses.emplace_back(response_to(id, name, turn));
      json::object& fields = *response_in(response);
      fields["name"] = name;
      const std::string unique = id.empty() || !model_.call_ids ? "" : unique_id(id);
      set_id(*call, unique);
      set_id(fields, unique);
    }
    append(out, Kind::model, std::move(part));
  }
  for (json::value& response : responses) append(out, Kind::responses, std::move(response));
}

// The response with the call's id, in whatever later turn; or one in the next turn of its name, if
// one of the two has no id.
json::value Pairing::response_to(std::string_view id, std::string_view name, std::size_t turn) {
  json::value* found = id.empty() ? nullptr : take(by_id_, std::string(id), turn);
  if (!found) found = take(id.empty() ? by_name_ : without_id_, place(turn + 1, name), turn);
  return found ? std::move(*found) : no_response();
}

json::value* Pairing::take(Queues& queues, const std::string& key, std::size_t turn) {
  const auto queue = queues.find(key);
  if (queue == queues.end()) return nullptr;
  while (!queue->second.empty()) {
    Response& response = responses_[queue->second.front()];
    queue->second.pop_front();  // what is before this call is before those that follow, too
    if (response.part && response.turn > turn) return std::exchange(response.part, nullptr);
  }
  return nullptr;
}

// A second call with the same id gets another one.
std::string Pairing::unique_id(const std::string& id) {
  std::string unique = id;
  while (!ids_.insert(unique).second) {
    int& suffix = last_suffix_.try_emplace(id, 1).first->second;
    unique = id + "_" + std::to_string(++suffix);
  }
  return unique;
}

json::value Pairing::no_response() const {
  json::object part(storage_);
  json::object& response = part["functionResponse"].emplace_object();
  response["response"].emplace_object().emplace("error", kNoResult);
  return part;
}

json::value Pairing::as_text(json::object& response) const {
  const json::value* const result = response.if_contains("response");
  std::string text(kResultOfTool);
  text.append(json::find_string(response, "name")).append(kResultOfToolEnd);
  return text_part(text.append(result ? json::serialize(*result) : ""), storage_);
}

void begin_and_end_with_user(Turns& turns, const json::storage_ptr& storage) {
  if (turns.empty()) append(turns, Kind::user, text_part(kOnlyTurn, storage));
  if (turns.front().kind == Kind::model) {
    turns.insert(turns.begin(), Turn{Kind::user, {}});
    turns.front().parts.push_back(text_part(kFirstTurn, storage));
  }
  if (turns.back().kind == Kind::model) append(turns, Kind::user, text_part(kGoOn, storage));
}

json::array write(Turns turns, const json::storage_ptr& storage) {
  json::array contents(storage);
  contents.reserve(turns.size());
  for (Turn& turn : turns) {
    json::object& content = contents.emplace_back(json::object_kind).get_object();
    content.emplace("role", turn.kind == Kind::model ? "model" : "user");
    json::array& parts = content["parts"].emplace_array();
    parts.reserve(turn.parts.size());
    for (json::value& part : turn.parts) parts.push_back(std::move(part));
  }
  return contents;
}

}  // namespace

json::array strict_turns(json::array contents, const Model& model) {
  const json::storage_ptr storage = contents.storage();
  Turns turns;
  for (json::value& content : contents) {
    if (content.is_object()) read_content(content.get_object(), turns);
  }
  drop_trailing_calls(turns);
  turns = Pairing(std::move(turns), model, storage).paired();
  begin_and_end_with_user(turns, storage);
  return write(std::move(turns), storage);
}

}  // namespace castor::gemini
