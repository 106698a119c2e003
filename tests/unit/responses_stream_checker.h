#pragma once

#include <string>
#include <string_view>

#include "json/json.h"

namespace castor {

// An independent reading of a Responses stream, as strict as the strictest client
// (protocol-mapping C.4). Shares no code with what writes it.
struct ResponsesStream {
  std::string problem;    // empty: the stream obeys the grammar
  std::string terminal;   // "response.completed" …
  json::object response;  // of the last event
  json::array items;      // what a client has that believes the events only
  int pings = 0;
};

ResponsesStream read_responses_stream(std::string_view bytes);

}  // namespace castor
