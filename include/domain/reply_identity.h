#pragma once

#include <cstdint>
#include <string>

namespace castor {

// What a writer of replies needs besides the reply itself.
struct ReplyIdentity {
  std::string id;                // of the reply, in the dialect's form: "msg_01AbC…"
  std::int64_t created_s = 0;    // Unix seconds, for APIs that tell
  std::string model;             // the client's name for it
  std::string request_id;        // told with errors
  std::string signature_family;  // of the model that answers: "gemini-4"; see Model::family
  bool show_thoughts = false;
  bool carry_signatures = false;            // of text, too; those of calls are always carried
  bool include_usage = false;               // in a stream, where the API asks for it
  std::int64_t estimated_input_tokens = 0;  // told until the upstream has counted
};

}  // namespace castor
