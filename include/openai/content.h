#pragma once

#include <string>
#include <vector>

#include "gemini/media.h"
#include "gemini/turns.h"
#include "json/field.h"

namespace castor::openai {

struct ContentContext {
  gemini::MediaReader& media;
  std::vector<std::string>& notes;  // learns what is dropped
};

// The content of a message or of a tool's output, in the words of either API: null, a string, or
// an array of parts. What is large is moved out.
//
//   Chat Completions  Responses                                  Gemini
//   ----------------  ---------                                  ------
//   text, refusal     input_text, output_text, refusal,          text
//                     summary_text, reasoning_text
//   image_url         input_image                                image
//   input_audio       input_audio                                audio
//   file              input_file                                 its data, by the type in the data
//                                                                URL or the ending of the filename
//     file_id           file_id                                  refused: unsupported_value
//
// Throws FieldError for a part of another type (C7), ApiError for media beyond the limit.
std::vector<gemini::Part> read_content(const json::Field& content, const ContentContext& context);

// The same of messages that instruct: text only.
std::vector<json::string> read_texts(const json::Field& content);

}  // namespace castor::openai
