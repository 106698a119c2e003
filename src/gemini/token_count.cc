#include "gemini/token_count.h"

#include <algorithm>
#include <string>

namespace castor::gemini {
namespace {

// Tokens (protocol-mapping A.9). The number of pages of a PDF and the seconds of a sound are
// guessed from their bytes.
constexpr std::int64_t kImage = 1120;
constexpr std::int64_t kPage = 560;
constexpr std::int64_t kBytesOfPage = 50'000;
constexpr std::int64_t kBytesOfSoundToken = 500;

std::int64_t media_tokens(const json::object& data) {
  const std::string_view type = json::find_string(data, "mimeType");
  const auto bytes = static_cast<std::int64_t>(json::find_string(data, "data").size()) / 4 * 3;
  if (type == "application/pdf") return kPage * (1 + bytes / kBytesOfPage);
  if (type.starts_with("audio/") || type.starts_with("video/")) return bytes / kBytesOfSoundToken;
  if (type.starts_with("text/")) return bytes / 4;
  return kImage;
}

struct Sum {
  std::int64_t bytes = 0;
  std::int64_t media = 0;

  void add(const json::value& value) {
    if (const auto* object = value.if_object()) {
      for (const auto& [key, member] : *object) {
        if (key == "inlineData" && member.is_object()) {
          media += media_tokens(member.get_object());
        } else if (key == "fileData") {
          media += kImage;
        } else if (key != "thoughtSignature") {
          bytes += static_cast<std::int64_t>(key.size());
          add(member);
        }
      }
    } else if (const auto* array = value.if_array()) {
      for (const json::value& element : *array) add(element);
    } else if (const auto* text = value.if_string()) {
      bytes += static_cast<std::int64_t>(text->size());
    } else {
      bytes += 4;
    }
  }
};

}  // namespace

json::object count_tokens_body(json::object body, std::string_view model) {
  json::object counted(body.storage());
  json::object& request = counted["generateContentRequest"].emplace_object();
  request.emplace("model", std::string("models/").append(model));
  for (const char* member : {"contents", "systemInstruction", "tools", "toolConfig"}) {
    if (json::value* found = body.if_contains(member)) request.emplace(member, std::move(*found));
  }
  return counted;
}

std::int64_t estimate_tokens(const json::object& body) {
  Sum sum;
  for (const auto& [key, member] : body) sum.add(member);
  return std::max<std::int64_t>(1, sum.bytes / 4 + sum.media);
}

}  // namespace castor::gemini
