#include "openai/content.h"

#include "domain/notes.h"
#include "openai/request_fields.h"
#include "util/text.h"

namespace castor::openai {
namespace {

using gemini::MediaKind;

bool is_text(std::string_view type) {
  return type == "text" || type == "input_text" || type == "output_text" ||
         type == "summary_text" || type == "reasoning_text";
}

[[noreturn]] void refuse_part(const json::Field& type) {
  type.fail("\"" + std::string(cut_utf8(type.string(), 64)) +
            "\" is not a part this gateway knows here");
}

void refuse_file_id(const json::Field& file) {
  const json::Field id = file["file_id"];
  if (!id.empty()) throw unsupported_value(id, "uploaded files are not supported; send the data");
}

// In Chat Completions the URL is in an object with the detail, in Responses beside it.
gemini::Media read_image(const json::Field& part, const ContentContext& context) {
  const json::Field image = part["image_url"];
  const json::Field& holder = image.is_object() ? image : part;
  const json::Field detail = holder["detail"];
  refuse_file_id(part);
  if (detail.string_or("auto") == "low") add_note(context.notes, "dropped=detail");
  if (!image.is_object()) return context.media.url(MediaKind::image, image);
  const json::Field url = image["url"];
  return context.media.url(MediaKind::image, url);
}

gemini::Media read_audio(const json::Field& part, const ContentContext& context) {
  const json::Field audio = part["input_audio"];
  const json::Field data = audio["data"];
  const json::Field format = audio["format"];
  const std::string name(format.string());
  for (const std::string_view known : {"wav", "mp3", "flac", "ogg", "aac", "aiff"}) {
    if (name != known) continue;
    return context.media.data(MediaKind::audio, name == "mp3" ? "audio/mpeg" : "audio/" + name,
                              data);
  }
  throw unsupported_value(format, "must be wav or mp3");
}

gemini::Media read_file(const json::Field& part, const ContentContext& context) {
  const json::Field file = particulars(part, "file");
  const json::Field data = file["file_data"];
  const json::Field url = file["file_url"];
  const json::Field name = file["filename"];
  refuse_file_id(file);
  if (data.empty() && !url.empty()) return context.media.url(MediaKind::file, url);
  return context.media.file(name.string_or(""), data);
}

gemini::Part read_part(const json::Field& part, const ContentContext& context) {
  const json::Field type_field = part["type"];
  const std::string_view type = type_field.string();
  if (is_text(type)) {
    const json::Field text = part["text"];
    return gemini::Text{text.take_string()};
  }
  if (type == "refusal") {
    const json::Field refusal = part["refusal"];
    return gemini::Text{refusal.take_string()};
  }
  if (type == "image_url" || type == "input_image") return read_image(part, context);
  if (type == "input_audio") return read_audio(part, context);
  if (type == "file" || type == "input_file") return read_file(part, context);
  refuse_part(type_field);
}

}  // namespace

std::vector<gemini::Part> read_content(const json::Field& content, const ContentContext& context) {
  std::vector<gemini::Part> parts;
  if (content.empty()) return parts;
  if (content.is_string()) {
    parts.emplace_back(gemini::Text{content.take_string()});
    return parts;
  }
  if (!content.is_array()) content.fail("expected a string or an array of parts");
  for (std::size_t i = 0; i < content.size(); ++i) {
    parts.push_back(read_part(content.at(i), context));
  }
  return parts;
}

std::vector<json::string> read_texts(const json::Field& content) {
  std::vector<json::string> texts;
  if (content.empty()) return texts;
  if (content.is_string()) {
    texts.push_back(content.take_string());
    return texts;
  }
  if (!content.is_array()) content.fail("expected a string or an array of parts");
  for (std::size_t i = 0; i < content.size(); ++i) {
    const json::Field part = content.at(i);
    const json::Field type = part["type"];
    const json::Field text = part["text"];
    if (!is_text(type.string())) refuse_part(type);
    texts.push_back(text.take_string());
  }
  return texts;
}

}  // namespace castor::openai
