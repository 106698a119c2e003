#include "gemini/media.h"

#include <string>

#include "domain/error.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

// By the ending of a URL's path; empty: not known.
std::string_view mime_type_of(std::string_view url) {
  static constexpr struct {
    std::string_view ending, type;
  } kTypes[] = {
      {".png", "image/png"},       {".jpg", "image/jpeg"},      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},     {".gif", "image/gif"},       {".heic", "image/heic"},
      {".heif", "image/heif"},     {".pdf", "application/pdf"}, {".txt", "text/plain"},
      {".html", "text/html"},      {".csv", "text/csv"},        {".md", "text/markdown"},
      {".mp3", "audio/mp3"},       {".wav", "audio/wav"},       {".ogg", "audio/ogg"},
      {".flac", "audio/flac"},     {".mp4", "video/mp4"},       {".webm", "video/webm"},
      {".mov", "video/quicktime"},
  };
  const std::string path = to_lower(url.substr(0, url.find_first_of("?#")));
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return {};
}

}  // namespace

MediaReader::MediaReader(std::int64_t max_bytes, json::storage_ptr storage)
    : bytes_left_(max_bytes), storage_(std::move(storage)) {}

Media MediaReader::data(std::string_view mime_type, const json::Field& base64) {
  base64.string();
  return inline_data(mime_type, base64.take(), base64);
}

Media MediaReader::url(const json::Field& url, std::string_view otherwise) {
  const std::string_view address = url.string();
  if (const auto data = parse_data_url(address)) {
    const std::string mime_type(data->mime_type);
    const auto head = static_cast<std::size_t>(data->base64.data() - address.data());
    json::value base64 = url.take();
    base64.get_string().erase(0, head);
    return inline_data(mime_type, std::move(base64), url);
  }
  if (!address.starts_with("https://")) {
    url.fail("must be an https URL or a data URL with base64");
  }
  Media media{json::object(storage_)};
  json::object& file = media.part["fileData"].emplace_object();
  std::string_view mime_type = mime_type_of(address);
  if (mime_type.empty()) mime_type = otherwise;
  if (!mime_type.empty()) file.emplace("mimeType", mime_type);
  file.emplace("fileUri", url.take());
  return media;
}

Media MediaReader::inline_data(std::string_view mime_type, json::value base64,
                               const json::Field& where) {
  const json::string& text = base64.get_string();
  if (text.empty() || !is_base64(text)) where.fail("is not base64");
  bytes_left_ -= static_cast<std::int64_t>(text.size() / 4 * 3);
  if (bytes_left_ < 0) {
    throw ApiError(ErrorKind::too_large,
                   where.path() + ": the images and documents of this request are too large");
  }
  Media media{json::object(storage_)};
  json::object& data = media.part["inlineData"].emplace_object();
  data.emplace("mimeType", mime_type);
  data.emplace("data", std::move(base64));
  return media;
}

}  // namespace castor::gemini
