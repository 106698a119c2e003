#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/model_map.h"
#include "json/text_edits.h"

namespace castor::gemini {

// What may be changed in the body of a native request (protocol-mapping D.13). All else in it
// passes byte for byte, and thoughtSignature above all.
//
//   member                                      becomes
//   ------                                      -------
//   model, where it is another name             the model's id
//   generationConfig: temperature, topP, topK,
//     candidateCount, if the model refuses them  nothing
//   thinkingBudget, likewise                    thinkingLevel
//   thinkingConfig, if the name in the path has  that level, unless the body has one
//     a suffix: "gemini-…-high"
//   functionCall, the first of a content none   the same and the dummy thoughtSignature
//     of whose calls is signed, if the model
//     demands signatures
//
// Names are understood in camelCase and in snake_case, as Google does.
struct NativeRules {
  const ModelChoice& choice;
  // What a model's name without "models/" stands for.
  std::function<std::string(std::string_view name)> resolve;
  bool generates = true;  // the method takes a generationConfig
  bool fix = true;        // TranslationConfig::fix_native
  bool sign = true;       // TranslationConfig::native_signatures
};

// A native request as the relay must know it.
struct NativeRequest {
  json::TextEdits edits;
  std::vector<std::string> notes;
  std::string model;  // the id of that which the body names first; empty: none
  std::vector<std::string>
      resources;             // that it names: "files/abc", "cachedContents/abc"; at most 256
  std::int64_t tokens = 0;   // about, of the prompt
  std::string thinking;      // what is asked, as the log has it: "level=high", "budget=1024"
  std::string conversation;  // the same for the same first content; empty: there is none
};

// Reads a body of generateContent, countTokens, embedContent, batchEmbedContents, or a cached
// content, in one pass and without parsing it. A body that is no JSON object passes unchanged: what
// is wrong with it Google says best.
NativeRequest read_native(std::string_view body, const NativeRules& rules);

// "files/abc" of "https://…/v1beta/files/abc"; empty: it is the address of something else.
std::string file_of(std::string_view uri);

}  // namespace castor::gemini
