#include "domain/media_text.h"

namespace castor {
namespace {

constexpr std::size_t kMaxImageBytes = 1 << 20;  // of base64

}  // namespace

std::string media_text(std::string_view mime_type, std::string_view base64) {
  std::string text;
  if (mime_type.starts_with("image/") && base64.size() <= kMaxImageBytes) {
    return text.append("![image](data:").append(mime_type).append(";base64,").append(base64) + ")";
  }
  return text.append("[")
      .append(mime_type.empty() ? "media" : mime_type)
      .append(", ")
      .append(std::to_string(base64.size() / 4 * 3))
      .append(" bytes: not shown]");
}

}  // namespace castor
