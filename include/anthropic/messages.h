#pragma once

#include <string>
#include <vector>

#include "anthropic/tools.h"
#include "domain/config.h"
#include "gemini/media.h"
#include "gemini/turns.h"
#include "json/field.h"

namespace castor::anthropic {

// `system` and `messages` of a request.
//
//   Anthropic                             the conversation
//   ---------                             ----------------
//   system, and role system before the    system text; without Claude Code's billing line, which
//     first answer                        changes with each version and spoils the prefix cache
//   role system later                     user text in <system-reminder>
//   text                                  text
//   image, document                       media; a document of text or blocks as those, with its
//   title
//     source url                          fileData for https; http and file ids are refused
//   search_result                         text
//   thinking, redacted_thinking           not sent back; what their signature carries is (D.8)
//   tool_use, tool_result                 call and result; what a result shows goes along
//   tool_reference, tool_addition,        change which tools are declared
//     tool_removal
//   server_tool_use and its result        one text, without what is encrypted
//   compaction                            user text in place of all before it
//   container_upload, mcp_tool_use        noted
//   fallback, mcp_tool_listing            nothing
//   citations                             nothing but the signature of the text that one may carry
//                                         (docs/decisions/2026-11-20-text-signatures-in-citations.md)
//   cache_control, caller …               nothing
//
// Any other block is refused with its path: nothing a client said is lost in silence (C7).
struct Messages {
  std::vector<json::string> system;
  std::vector<gemini::Turn> turns;
  std::string effort;  // of the last system message that names one; empty: none does
};

struct MessagesContext {
  const TranslationConfig& config;
  gemini::MediaReader& media;
  Tools& tools;                     // learns what the messages say about tools
  std::vector<std::string>& notes;  // learns what is dropped
  json::storage_ptr storage;        // of the request, whose texts and media are moved out
};

// Throws FieldError, and ApiError for media beyond the limit.
Messages read_messages(const json::Field& system, const json::Field& messages,
                       const MessagesContext& context);

}  // namespace castor::anthropic
