#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config.h"
#include "domain/model_map.h"
#include "domain/reply.h"
#include "json/json.h"

namespace castor {

// A thought signature that was kept for a client that does not carry it.
struct StoredSignature {
  std::string model_family;  // "gemini-4"
  std::string signature;     // base64, as Gemini gave it
};

// Looks a client's tool-call id up in the shared table. Called only for calls that carry no
// signature themselves and need one.
using SignatureLookup = std::function<std::optional<StoredSignature>(std::string_view call_id)>;

// A reply that was kept, so that a later request may name it instead of repeating it.
struct KeptReply {
  std::string previous;  // id of the one before it in its conversation; empty: it began one
  std::string input;     // what its request added to the conversation: items, a JSON array
  std::string reply;     // as the client got it, a JSON object
};

// Looks a reply of the client's up by its id.
using ReplyLookup = std::function<std::optional<KeptReply>(std::string_view id)>;

// What a reader needs besides the request. The referents outlive the call.
struct ReadContext {
  const ModelMap& models;
  const TranslationConfig& config;
  SignatureLookup signatures;
  json::storage_ptr storage;  // of the request document and of the result: so moves are free
  ReplyLookup replies = {};   // empty: none are kept
  std::size_t link = 0;       // of the chain of models that the client's name means
};

// Between the names of a toolset and of its member, where a member stands alone.
inline constexpr std::string_view kToolsetSeparator = "__";

// A client's request, read: what Gemini is sent and what the reply's way back must know.
struct GenerateCall {
  std::string requested_model;  // as the client wrote it; echoed in the reply
  ModelChoice choice;           // what it means
  bool stream = false;          // how the client wants its reply framed
  json::object body;            // GenerateContentRequest
  bool include_usage = false;   // in a stream, where the API asks for it
  bool show_thoughts = false;   // deltas of thought are for the client
  bool carry_signatures =
      false;                 // the client gets signatures of text, too (thinking was asked for)
  bool single_call = false;  // only the first function call of the reply is passed on
  bool generates_nothing = false;           // max_tokens 0: answer at once, call nobody
  std::vector<std::string> stop_sequences;  // enforced here, on visible text
  std::map<std::string, std::string, std::less<>> tool_names;  // Gemini's name -> the client's
  // The client's name of a tool, "computer__left_click" -> the toolset it is in, "computer"; the
  // client knows it as "left_click" of that.
  std::map<std::string, std::string, std::less<>> toolsets;
  // The client's name of a tool -> what it is, of those that are no functions.
  std::map<std::string, ToolKind, std::less<>> tool_kinds;
  std::vector<std::string> wrapped_tools;  // Gemini's names of tools whose args are {"value": …}
  // What was dropped or changed: "dropped=top_k", "clamped=max_tokens:128000" (notes.h). Fit for a
  // header: nothing in them comes from the client but numbers.
  std::vector<std::string> notes;

  // Responses only:
  std::string echo;                  // members of the request that the reply repeats, as JSON text
  bool encrypted_reasoning = false;  // the client carries signatures in its reasoning items
  bool compacts = false;             // the reply is a summary that takes the conversation's place
  // To be kept with the reply, whose text is filled in then; nothing: it is not kept.
  std::optional<KeptReply> keep;

  std::string conversation;  // same value, same conversation: keeps it on one key; may be empty
  std::string user;  // the end user as the client named it; to be hashed before anybody keeps it
};

}  // namespace castor
