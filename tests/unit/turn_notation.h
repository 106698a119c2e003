#pragma once

#include <string>

#include "gemini/turns.h"

namespace castor::gemini::test {

// Turns as one line, so that a test shows what goes in and what comes out:
// "user: 'Hi' | model: call(a Read) ~c2ln | user: result(a Read) = 'text'".

inline Part says(std::string_view text, std::string signature = {}) {
  return Text{.text = json::string(text), .signature = {std::move(signature), {}}};
}

inline Part calls(std::string id, std::string name = "Read", Signature signature = {}) {
  return Call{.id = std::move(id),
              .name = std::move(name),
              .args = json::object(),
              .signature = std::move(signature)};
}

inline Media picture(std::string_view type = "image/png") {
  json::object part;
  part["inlineData"] = {{"mimeType", type}, {"data", "AAAA"}};
  return Media{std::move(part)};
}

inline Result result(std::string id, std::string_view output = "ok") {
  return Result{.call_id = std::move(id), .output = json::string(output)};
}

inline Part carried(std::string text) { return Carried{std::move(text)}; }

template <typename... Parts>
Turn turn(Role role, Parts... parts) {
  Turn turn{.role = role};
  (turn.parts.push_back(Part(std::move(parts))), ...);
  return turn;
}

template <typename... Parts>
Turn user(Parts... parts) {
  return turn(Role::user, std::move(parts)...);
}

template <typename... Parts>
Turn model(Parts... parts) {
  return turn(Role::model, std::move(parts)...);
}

template <typename... T>
std::vector<Turn> turns(T... turn) {
  std::vector<Turn> list;
  (list.push_back(std::move(turn)), ...);
  return list;
}

inline std::string show(const Part& part) {
  struct {
    std::string operator()(const Text& text) const {
      return "'" + std::string(text.text) + "'" + signature(text.signature);
    }
    std::string operator()(const Media& media) const {
      const json::object* data = json::find_object(media.part, "inlineData");
      return "media(" + std::string(data ? json::find_string(*data, "mimeType") : "link") + ")";
    }
    std::string operator()(const Call& call) const {
      return "call(" + call.id + " " + call.name + ")" + signature(call.signature);
    }
    std::string operator()(const Result& result) const {
      std::string shown = "result(" + result.call_id + " " + result.name + ")";
      shown += (result.failed ? " failed '" : " = '") + std::string(result.output) + "'";
      for (const Media& media : result.media) shown += " with " + show(media);
      return shown;
    }
    std::string operator()(const Carried& carried) const { return "carried(" + carried.text + ")"; }
    static std::string signature(const Signature& signature) {
      return signature.empty() ? "" : " ~" + signature.value;
    }
  } shower;
  return std::visit(shower, part);
}

inline std::string show(const std::vector<Turn>& turns) {
  std::string shown;
  for (const Turn& turn : turns) {
    if (!shown.empty()) shown += " | ";
    shown += turn.role == Role::user ? "user:" : "model:";
    for (const Part& part : turn.parts) shown += " " + show(part);
  }
  return shown;
}

}  // namespace castor::gemini::test
