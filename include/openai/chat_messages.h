#pragma once

#include <vector>

#include "gemini/turns.h"
#include "json/field.h"
#include "openai/content.h"

namespace castor::openai {

// `messages` of a Chat Completions request.
//
//   Chat Completions                     the conversation
//   ----------------                     ----------------
//   system, developer before the first   system text
//     answer
//   system, developer later              user text in <system-reminder>
//   user                                 content.h
//   assistant content, refusal           text
//     tool_calls function                call; `arguments` parsed (call_input.h)
//     tool_calls custom                  call; {"input": …}
//     function_call                      call; its id is its number
//     extra_content.google.thought_      the signature of that call; beside the content, of
//       signature                        function_call, else of the text
//     reasoning_details                  nothing but signatures of ours that one may carry
//     reasoning_content, reasoning       nothing: Gemini reads no thoughts
//     audio                              noted
//   tool                                 result; images and files go along
//   function                             result of the last function_call
//   name                                 nothing
//
// Any other role or part is refused with its path: nothing a client said is lost in silence.
struct ChatMessages {
  std::vector<json::string> system;
  std::vector<gemini::Turn> turns;
};

// `storage` is the request's. Throws FieldError, and ApiError for media beyond the limit.
ChatMessages read_chat_messages(const json::Field& messages, const ContentContext& context,
                                const json::storage_ptr& storage);

}  // namespace castor::openai
