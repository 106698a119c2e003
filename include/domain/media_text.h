#pragma once

#include <string>
#include <string_view>

namespace castor {

// Media in a reply, for APIs whose replies have text only: an image of up to 1 MiB of base64 as
// Markdown, anything else as a note that says what there was.
std::string media_text(std::string_view mime_type, std::string_view base64);

}  // namespace castor
