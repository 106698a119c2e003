#include "gemini/native_request.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "domain/notes.h"
#include "gemini/call_links.h"
#include "gemini/thinking.h"
#include "json/json.h"
#include "json/text_cursor.h"
#include "util/crypto.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

constexpr std::size_t kMostResources = 256;
// Of a first content: enough to tell conversations apart.
constexpr std::size_t kTellingBytes = 16 * 1024;
constexpr std::int64_t kBytesOfToken = 4;
constexpr std::int64_t kTokensOfMedia = 1120;  // an image at the default resolution

// Is it the member `camel`, in either spelling? Google's JSON knows both.
bool is(std::string_view name, std::string_view camel) {
  std::size_t i = 0;
  for (const char c : camel) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && i < name.size() && name[i] == '_') {
      ++i;
      if (i >= name.size() || name[i] != static_cast<char>(c - 'A' + 'a')) return false;
    } else if (i >= name.size() || name[i] != c) {
      return false;
    }
    ++i;
  }
  return i == name.size();
}

// The members of one object, some of which go.
class Removal {
 public:
  explicit Removal(std::size_t behind_bracket) : kept_end_(behind_bracket) {}

  // A member from its name to the end of its value.
  void member(std::size_t begin, std::size_t end, bool keep, json::TextEdits& edits) {
    if (!keep) {
      if (run_begin_ == 0) run_begin_ = begin;
      run_end_ = end;
      return;
    }
    if (run_begin_ != 0) edits.remove(run_begin_, begin);  // with the comma behind
    run_begin_ = 0;
    kept_end_ = end;
    kept_nothing_ = false;
  }
  void finish(json::TextEdits& edits) {
    if (run_begin_ != 0) edits.remove(kept_end_, run_end_);  // with the comma before
  }
  bool kept_nothing() const { return kept_nothing_; }

 private:
  std::size_t kept_end_, run_end_ = 0;
  std::size_t run_begin_ = 0;  // of the members that go; 0, where a bracket is: there are none
  bool kept_nothing_ = true;
};

class Reader {
 public:
  Reader(std::string_view body, const NativeRules& rules, NativeRequest& found)
      : body_(body), rules_(rules), model_(rules.choice.model), found_(found), cursor_(body) {}

  void read() {
    root_ = opening();
    cursor_.each_member([&](std::string_view name) { root_member(name); });
    if (rules_.fix) add_suffix();
    found_.tokens += static_cast<std::int64_t>(body_.size() - media_bytes_) / kBytesOfToken;
  }

 private:
  // Where a member can be put in first: behind the bracket of the next value, if it is an object.
  struct Opening {
    std::size_t behind_bracket = 0;
    bool is_empty = false;
  };
  std::optional<Opening> opening() const {
    if (cursor_.peek() != '{') return std::nullopt;
    const std::size_t behind = cursor_.position() + 1;
    const std::size_t next = body_.find_first_not_of(" \t\r\n", behind);
    return Opening{behind, next != std::string_view::npos && body_[next] == '}'};
  }

  void root_member(std::string_view name) {
    if (name == "model") {
      model();
    } else if (name == "contents") {
      contents();
    } else if (name == "content") {
      content();
    } else if (is(name, "generationConfig")) {
      generation_config();
    } else if (is(name, "cachedContent")) {
      add_resource(json::string_of(cursor_.skip()));
    } else if (is(name, "generateContentRequest")) {
      cursor_.each_member([&](std::string_view inner) { root_member(inner); });
    } else if (name == "requests") {
      cursor_.each_element(
          [&] { cursor_.each_member([&](std::string_view inner) { root_member(inner); }); });
    }
  }

  void model() {
    constexpr std::string_view kPrefix = "models/";
    const std::size_t begin = cursor_.position();
    const std::string_view written = cursor_.skip();
    const std::string whole = json::string_of(written);
    std::string_view name = whole;
    if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
    if (name.empty()) return;
    const std::string id = rules_.resolve(name);
    if (found_.model.empty()) found_.model = id;
    if (id == name) return;
    found_.edits.replace(begin, written.size(), json::serialize(std::string(kPrefix) + id));
  }

  void contents() {
    if (cursor_.peek() != '[') return content();
    cursor_.each_element([&] { content(); });
  }

  void content() {
    const std::size_t begin = cursor_.position();
    std::optional<std::size_t> first_call;  // the end of its value
    bool is_signed = false;
    cursor_.each_member([&](std::string_view name) {
      if (name != "parts") return;
      if (cursor_.peek() != '[') return part(first_call, is_signed);
      cursor_.each_element([&] { part(first_call, is_signed); });
    });
    if (found_.conversation.empty()) {
      const std::string_view telling =
          body_.substr(begin, std::min(cursor_.position() - begin, kTellingBytes));
      found_.conversation = hex(crypto::sha256(telling).substr(0, 8));
    }
    // One signed call vouches for its siblings (G3, G4).
    if (!first_call || is_signed || !rules_.sign || !model_.signatures) return;
    found_.edits.insert(
        *first_call, std::string(R"(,"thoughtSignature":")").append(kDummySignature).append("\""));
    add_note(found_.notes, "added=dummy_signature");
  }

  void part(std::optional<std::size_t>& first_call, bool& is_signed) {
    std::optional<std::size_t> call;
    bool has_signature = false;
    cursor_.each_member([&](std::string_view name) {
      if (is(name, "functionCall")) {
        cursor_.skip();
        call = cursor_.end();
      } else if (is(name, "thoughtSignature")) {
        has_signature = true;
      } else if (is(name, "fileData")) {
        file_data();
      } else if (is(name, "inlineData")) {
        media_bytes_ += cursor_.skip().size();
        found_.tokens += kTokensOfMedia;
      } else if (is(name, "functionResponse")) {
        function_response();
      }
    });
    if (!call) return;
    if (!first_call) first_call = call;
    is_signed = is_signed || has_signature;
  }

  void function_response() {
    cursor_.each_member([&](std::string_view name) {
      if (name != "parts") return;
      cursor_.each_element([&] {
        cursor_.each_member([&](std::string_view inner) {
          if (is(inner, "fileData")) file_data();
        });
      });
    });
  }

  void file_data() {
    cursor_.each_member([&](std::string_view name) {
      if (is(name, "fileUri")) add_resource(file_of(json::string_of(cursor_.skip())));
    });
  }

  void add_resource(std::string name) {
    std::vector<std::string>& all = found_.resources;
    if (name.empty() || all.size() == kMostResources) return;
    if (std::ranges::find(all, name) == all.end()) all.push_back(std::move(name));
  }

  void generation_config() {
    if (cursor_.peek() == '{') generation_ = opening();
    const bool refuses_sampling = rules_.fix && !model_.sampling;
    Removal removal(cursor_.position() + 1);
    cursor_.each_member([&](std::string_view name) {
      const std::size_t begin = cursor_.name_position();
      const char* dropped = nullptr;
      for (const char* const sampling : {"temperature", "topP", "topK", "candidateCount"}) {
        if (refuses_sampling && is(name, sampling)) dropped = sampling;
      }
      if (dropped) add_note(found_.notes, std::string("dropped=") + dropped);
      if (is(name, "thinkingConfig")) {
        thinking_config_member();
      } else {
        cursor_.skip();
      }
      removal.member(begin, cursor_.end(), !dropped, found_.edits);
    });
    removal.finish(found_.edits);
    if (generation_) generation_->is_empty = removal.kept_nothing();
  }

  // Small: parsed for what it says, and gone over again for where it says it.
  void thinking_config_member() {
    if (cursor_.peek() == '{') thinking_ = opening();
    const std::size_t begin = cursor_.position();
    const std::string_view text = cursor_.skip();
    const json::value document = json::parse(text);
    if (!document.is_object()) return;
    ThinkingWish wish;
    std::string level;
    for (const json::key_value_pair& member : document.get_object()) {
      const json::value& value = member.value();
      if (is(member.key(), "thinkingLevel") && value.is_string()) level = value.get_string();
      if (is(member.key(), "thinkingBudget") && value.is_number()) {
        wish.budget = json::find_integer(document.get_object(), member.key());
      }
    }
    has_wish_ = has_wish_ || !level.empty() || wish.budget;
    if (!level.empty()) {
      found_.thinking = "level=" + to_lower(level);
    } else if (wish.budget) {
      found_.thinking = "budget=" + std::to_string(*wish.budget);
    }
    if (!wish.budget || !refuses_budgets()) return;
    std::string replacement = level.empty() ? thinking_member(wish) : std::string();
    add_note(found_.notes,
             replacement.empty() ? "dropped=thinkingBudget" : "changed=thinkingBudget");
    replace_budget(text, begin, std::move(replacement));
  }

  bool refuses_budgets() const {
    if (!rules_.fix) return false;
    return model_.thinking == Model::Thinking::none ||
           (model_.thinking == Model::Thinking::level && !model_.sampling);
  }

  // "thinkingLevel":"HIGH", or nothing where the model is left to decide.
  std::string thinking_member(const ThinkingWish& wish) const {
    for (const auto& member : thinking_config(rules_.choice, wish)) {
      if (member.key() == "includeThoughts") continue;
      return json::serialize(member.key()) + ":" + json::serialize(member.value());
    }
    return {};
  }

  void replace_budget(std::string_view config, std::size_t begin, std::string replacement) {
    json::TextCursor cursor(config);
    Removal removal(begin + 1);
    cursor.each_member([&](std::string_view name) {
      const bool is_budget = is(name, "thinkingBudget");
      const std::size_t name_begin = begin + cursor.name_position();
      cursor.skip();
      const std::size_t end = begin + cursor.end();
      if (is_budget && !replacement.empty()) {
        found_.edits.replace(name_begin, end - name_begin, std::exchange(replacement, {}));
        removal.member(name_begin, end, true, found_.edits);
      } else {
        removal.member(name_begin, end, !is_budget, found_.edits);
      }
    });
    removal.finish(found_.edits);
  }

  // What the suffix of the model's name asks for, where the body does not say anything of it.
  void add_suffix() {
    if (has_wish_ || !rules_.generates || !(rules_.choice.level || rules_.choice.thinking_off)) {
      return;
    }
    std::string member = thinking_member({});
    if (member.empty()) return;
    const auto insert = [&](const Opening& opening, std::string text) {
      if (!opening.is_empty) text += ',';
      found_.edits.insert(opening.behind_bracket, std::move(text));
    };
    if (thinking_) return insert(*thinking_, std::move(member));
    member = "\"thinkingConfig\":{" + member + "}";
    if (generation_) return insert(*generation_, std::move(member));
    if (root_) insert(*root_, "\"generationConfig\":{" + member + "}");
  }

  const std::string_view body_;
  const NativeRules& rules_;
  const Model& model_;
  NativeRequest& found_;
  json::TextCursor cursor_;
  std::optional<Opening> root_, generation_, thinking_;
  std::size_t media_bytes_ = 0;
  bool has_wish_ = false;  // the body says how much to think
};

}  // namespace

NativeRequest read_native(std::string_view body, const NativeRules& rules) {
  NativeRequest found;
  try {
    Reader(body, rules, found).read();
    return found;
  } catch (const json::ParseError&) {
    return {};
  }
}

std::string file_of(std::string_view uri) {
  for (const std::string_view place : {"/v1beta/files/", "/v1/files/"}) {
    const std::size_t at = uri.find(place);
    if (at == std::string_view::npos) continue;
    const std::string_view id = uri.substr(at + place.size());
    return "files/" + std::string(id.substr(0, id.find_first_of("/:?#")));
  }
  return {};
}

}  // namespace castor::gemini
