#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

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

  // Responses only:
  std::string_view echo;             // GenerateCall::echo, which outlives the writer
  bool encrypted_reasoning = false;  // reasoning items carry the signatures of calls
  bool compacts = false;             // the text is a summary, for an item of its own
  // Called with the whole reply before its end is written; empty: it need not be kept.
  std::function<void(std::string_view response)> keep;
};

}  // namespace castor
