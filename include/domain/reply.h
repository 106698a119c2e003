#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.h"
#include "json/json.h"

namespace castor {

// Tokens as Gemini counts them (protocol-mapping A.10): prompt includes cached, candidates excludes
// thoughts. Decoders keep each within 0 … 2^53, whatever the upstream says.
struct Usage {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  std::int64_t tool_prompt = 0;  // results of server tools, billed as input
  std::int64_t audio = 0;        // of the prompt, those of audio: some models bill them higher
  std::int64_t candidates = 0;
  std::int64_t thoughts = 0;

  std::int64_t input() const { return prompt + tool_prompt; }
  std::int64_t output() const { return candidates + thoughts; }
};

enum class FinishReason {
  stop,           // the model is done, or waits for its calls to be answered
  max_tokens,     // also CONTINUATION: the budget of one request is used up
  refused,        // safety, recitation and their like, and a blocked prompt
  malformed,      // the model broke off in a call that cannot be read
  other,          // OTHER, TOO_MANY_TOOL_CALLS, and words we do not know
  stop_sequence,  // the gateway saw one of the client's stop sequences
};

struct Finish {
  FinishReason reason = FinishReason::stop;
  std::string name;           // Gemini's word: "SAFETY"; of a blocked prompt the block reason
  std::string message;        // finishMessage, for people
  std::string stop_sequence;  // the one that was seen
};

// What a client is told instead of an end where `finish` is none (protocol-mapping D.11): the model
// broke off, or gave a reason nobody knows and nothing else. `has_content`: the client got some.
std::optional<ApiError> failure(const Finish& finish, bool has_content);

// What a client declared a tool as; its calls come back in that form. Only OpenAI's APIs have
// others than functions.
enum class ToolKind {
  function,      // arguments are a JSON object
  old_function,  // Chat Completions: declared in `functions`, called by `function_call`
  custom,        // arguments are a text, in the member "input"
  tool_search,   // Responses: a search for tools that the client runs
  local_shell,   // Responses: built-in tools that the client runs
  shell,
  apply_patch,
};

struct FunctionCall {
  std::string_view id;         // Gemini's; empty where it gives none
  std::string_view client_id;  // ours, which the client answers with; filled in by ClientCalls
  std::string_view name;
  const json::object& args;
  std::string_view signature;          // thoughtSignature of the call; empty: none
  std::string_view toolset = {};       // that the client has the tool in; filled in by ClientCalls
  ToolKind kind = ToolKind::function;  // what the client declared; filled in by ClientCalls
};

// One web page that an answer rests on.
struct Source {
  std::string url;
  std::string title;
};

// What Google Search contributed to a reply.
struct Grounding {
  std::vector<std::string> queries;
  std::vector<Source> sources;
};

// A model's reply as a sequence of calls, whichever API it came from and whether or not it was
// streamed. Decoders make the calls; filters pass them on; writers, builders and tests receive
// them. Arguments are valid during the call only.
//
// Order: usage and the parts as they come, then grounding at most once, then exactly one of finish
// or fail. open and ping are made by whoever drives the connection.
class ReplyHandler {
 public:
  virtual ~ReplyHandler() = default;

  // The reply is committed to: write what comes first. Implied by the first part; harmless twice.
  virtual void open() {}
  // Nothing came for a while: write something that means nothing, if the reply is open.
  virtual void ping() {}

  // Counts so far; the last call holds.
  virtual void usage(const Usage& usage) = 0;
  virtual void text(std::string_view delta) = 0;
  virtual void thought(std::string_view delta) = 0;
  // The thought signature (base64) of a part that is no function call.
  virtual void signature(std::string_view signature) = 0;
  virtual void function_call(const FunctionCall& call) = 0;
  virtual void inline_data(std::string_view mime_type, std::string_view base64) = 0;
  virtual void grounding(const Grounding& grounding) = 0;
  virtual void finish(const Finish& finish) = 0;
  // The reply breaks off; what was sent stands.
  virtual void fail(const ApiError& error) = 0;
};

}  // namespace castor
