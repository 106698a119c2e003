#pragma once

#include <string>
#include <vector>

#include "domain/generate_call.h"
#include "gemini/media.h"
#include "gemini/turns.h"
#include "json/field.h"
#include "openai/kept_replies.h"
#include "openai/responses_tools.h"

namespace castor::openai {

// `input` of a request.
//
//   Responses                              the conversation
//   ---------                              ----------------
//   a string                               user text
//   message of user, assistant             text and media (content.h)
//   message of system, developer           system text; after the first other item user text in
//                                          <system-reminder>
//   reasoning                              what its encrypted_content carries (D.8)
//   function_call, custom_tool_call,       call
//     tool_search_call, local_shell_call,
//     shell_call, apply_patch_call
//   their outputs                          result; without a call_id that of the call of its name
//                                          which waits longest
//   tool_search_output, additional_tools   tools (responses_tools.h)
//   web_search_call, file_search_call,     model text that says what was done
//     code_interpreter_call, mcp_call
//   image_generation_call                  the image, for models that make some; else likewise
//   compaction                             user text with the summary; a stranger's is noted
//   compaction_trigger                     compacts
//   configuration_update                   effort
//   item_reference                         the item, if replies are kept; else reasoning is noted
//   computer_call, mcp_list_tools …        noted
//
// Any other item is refused with its path: nothing a client said is lost in silence (C7).
struct ResponsesInput {
  std::vector<json::string> system;
  std::vector<gemini::Turn> turns;
  std::string effort;     // of the last configuration_update that names one; empty: none does
  bool compacts = false;  // the client wants a summary instead of an answer
};

struct ResponsesInputContext {
  KeptReplies& kept;
  const Model& model;
  gemini::MediaReader& media;
  ResponsesTools& tools;            // learns of the tools that items bring
  std::vector<std::string>& notes;  // learns what is dropped
  json::storage_ptr storage;        // of the request, whose texts and media are moved out
};

// `before` are the items of the conversation so far. What is large is moved out of both. Throws
// FieldError, and ApiError for media beyond the limit and for what is not kept.
ResponsesInput read_responses_input(json::array before, const json::Field& input,
                                    const ResponsesInputContext& context);

}  // namespace castor::openai
