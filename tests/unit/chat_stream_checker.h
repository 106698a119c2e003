#pragma once

#include <string>
#include <string_view>

#include "json/json.h"

namespace castor {

// An independent reading of a Chat Completions stream, as strict as the strictest client
// (protocol-mapping C.2). Shares no code with what writes it.
struct ChatStream {
  std::string problem;      // empty: the stream obeys the grammar
  json::object completion;  // what a client has at the end: the deltas put together
  json::value error;        // of the data that ended the stream; null if there was none
  int pings = 0;
};

ChatStream read_chat_stream(std::string_view bytes);

}  // namespace castor
