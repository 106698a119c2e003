#include "gemini/media.h"

#include <algorithm>
#include <string>

#include "domain/error.h"
#include "gemini/native_request.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

// Of a file whose name tells nothing.
constexpr std::string_view kUnknownDocument = "application/pdf";

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

// RFC 6838: the characters of both halves of a media type.
bool is_name(std::string_view text) {
  constexpr std::string_view kOthers = "!#$&-^_.+";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || kOthers.find(c) != kOthers.npos;
  });
}

bool is_of(MediaKind kind, std::string_view family) {
  switch (kind) {
    case MediaKind::image:
      return family == "image";
    case MediaKind::document:
      return family == "application" || family == "text";
    case MediaKind::audio:
      return family == "audio";
    case MediaKind::file:
      return is_name(family);
  }
  return false;
}

const char* complaint(MediaKind kind) {
  switch (kind) {
    case MediaKind::image:
      return "expected the media type of an image, as image/png";
    case MediaKind::audio:
      return "expected the media type of a sound, as audio/wav";
    case MediaKind::document:
    case MediaKind::file:
      break;
  }
  return "expected the media type of a document, as application/pdf";
}

// The type in lower case. `where` is the field that has it.
std::string checked(std::string_view mime_type, MediaKind kind, const json::Field& where) {
  std::string type = to_lower(mime_type);
  const std::size_t slash = type.find('/');
  const bool has_subtype = slash != type.npos && is_name(std::string_view(type).substr(slash + 1));
  if (!has_subtype || !is_of(kind, std::string_view(type).substr(0, slash))) {
    where.fail(complaint(kind));
  }
  return type;
}

}  // namespace

MediaReader::MediaReader(std::int64_t max_bytes, json::storage_ptr storage)
    : bytes_left_(max_bytes), storage_(std::move(storage)) {}

Media MediaReader::data(MediaKind kind, const json::Field& mime_type, const json::Field& base64) {
  const std::string type = checked(mime_type.string(), kind, mime_type);
  return inline_data(type, base64.take_string(), base64);
}

Media MediaReader::data(MediaKind kind, std::string_view mime_type, const json::Field& base64) {
  const std::string type = checked(mime_type, kind, base64);
  return inline_data(type, base64.take_string(), base64);
}

Media MediaReader::file(std::string_view name, const json::Field& data) {
  if (data.string().starts_with("data:")) return url(MediaKind::file, data);
  const std::string_view mime_type = mime_type_of(name);
  return this->data(MediaKind::file, mime_type.empty() ? kUnknownDocument : mime_type, data);
}

Media MediaReader::url(MediaKind kind, const json::Field& url) {
  const std::string_view address = url.string();
  if (const auto data = parse_data_url(address)) {
    const std::string mime_type = checked(data->mime_type, kind, url);
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
  const bool is_known_to_google = !file_of(address).empty();
  const bool may_be_guessed = kind == MediaKind::document || kind == MediaKind::file;
  if (mime_type.empty() && may_be_guessed && !is_known_to_google) mime_type = kUnknownDocument;
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
