// Server-sent events mean the same however the stream is cut into pieces.
#include "fuzz.h"
#include "http/sse.h"

void castor::fuzz(std::string_view bytes) {
  const auto events = [&](std::size_t piece) {
    std::vector<std::string> seen;
    http::SseParser parser([&](std::string_view data) { seen.emplace_back(data); });
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
      parser.feed(
          std::string(bytes.substr(i, piece)));  // a copy: views into it must not outlive it
    }
    parser.finish();
    return seen;
  };
  const auto whole = events(bytes.size() + 1);
  for (const std::size_t piece : {1, 2, 7}) require(events(piece) == whole);
}
