#pragma once

#include <cstdint>
#include <string_view>

#include "gemini/turns.h"
#include "json/field.h"

namespace castor::gemini {

// What a client says that its data are.
enum class MediaKind {
  image,     // image/…
  document,  // application/…, text/…
  audio,     // audio/…
  file,      // any
};

// Images, documents and other media of one request as Gemini's parts. Data are moved, not copied,
// out of a request that lives in `storage`.
class MediaReader {
 public:
  // `max_bytes`: of all data together, decoded.
  MediaReader(std::int64_t max_bytes, json::storage_ptr storage);

  // Base64 data. Throws FieldError when it is not base64 or its type is not of that kind, ApiError
  // (too_large) beyond the limit.
  Media data(MediaKind kind, const json::Field& mime_type, const json::Field& base64);

  Media data(MediaKind kind, std::string_view mime_type, const json::Field& base64);

  // A file's data, as a "data:" URL or as base64, whose type is guessed from the ending of its
  // name.
  Media file(std::string_view name, const json::Field& data);

  // A "data:" URL with base64, or an https URL that Gemini fetches itself; its type is guessed from
  // the ending, else a document is a PDF, and that of an image or of a file that Google keeps is
  // left out. Throws FieldError for any other.
  Media url(MediaKind kind, const json::Field& url);

 private:
  Media inline_data(std::string_view mime_type, json::value base64, const json::Field& where);

  std::int64_t bytes_left_;
  json::storage_ptr storage_;
};

}  // namespace castor::gemini
