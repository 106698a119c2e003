#pragma once

#include <string>
#include <string_view>

#include "json/json.h"

namespace castor {

// An independent reading of a Messages stream, as strict as the strictest client
// (protocol-mapping B.4). Shares no code with what writes it.
struct AnthropicStream {
  std::string problem;   // empty: the stream obeys the grammar
  json::object message;  // what a client has at the end: message_start with the deltas applied
  json::value error;     // data of the error event; null if there was none
  int pings = 0;
};

AnthropicStream read_anthropic_stream(std::string_view bytes);

}  // namespace castor
