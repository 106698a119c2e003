#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "domain/reply.h"

namespace castor::gemini {

// Turns a generateContent response, whole or as the chunks of a stream, into calls on a
// ReplyHandler.
//
//   Gemini                                  calls
//   ------                                  -----
//   parts[].text                            text; thought where thought is true
//   parts[].functionCall                    function_call, once for each id
//   parts[].executableCode, codeExecution-
//     Result                                text, fenced
//   parts[].inlineData                      inline_data
//   parts[].toolCall, toolResponse          none: they are between Google's servers
//   parts[].thoughtSignature                in function_call; of text or of nothing else: signature
//   groundingMetadata                       grounding, the increments together, at the end
//   finishReason, promptFeedback            finish, at the end: text may follow a STOP
//   usageMetadata                           usage
//
// Nothing an upstream sends is an exception: unknown words and parts are passed over, members of a
// wrong type count as absent. Each chunk is read in a buffer on the stack.
class ReplyDecoder {
 public:
  // `next` must outlive the decoder.
  explicit ReplyDecoder(ReplyHandler& next) : next_(next) {}
  ReplyDecoder(const ReplyDecoder&) = delete;
  ReplyDecoder& operator=(const ReplyDecoder&) = delete;

  // The JSON text of one chunk, or of a whole response. After a chunk that is broken or an error
  // nothing more is read.
  void feed(std::string_view chunk);

  // The upstream has ended. Passes on what was held back and finish; or, if the reply never came to
  // an end of its own, fail. Whoever can try again asks finish(), broken() and error() first.
  void end();

  // Was any part passed on?
  bool started() const { return started_; }
  // Did the model say that it is done, or that it refuses? Then finish() says how.
  bool finished() const { return finish_.has_value(); }
  const std::optional<Finish>& finish() const { return finish_; }
  // Was a chunk no JSON object, or did it hold a call that cannot be read?
  bool broken() const { return broken_; }
  // The text of a chunk {"error": …}, which upstream sends when a stream under way fails.
  const std::optional<std::string>& error() const { return error_; }

  const Usage& usage() const { return usage_; }
  const std::string& model_version() const { return model_version_; }
  const std::string& response_id() const { return response_id_; }

 private:
  void response(const json::object& response, std::string_view text);
  void candidate(const json::object& candidate);
  void part(const json::object& part);
  void function_call(const json::object& call, std::string_view signature);
  void text(std::string_view text);
  void prompt_feedback(const json::object& feedback);
  void finish_reason(const json::object& candidate);
  void usage_metadata(const json::object& usage);
  void grounding_metadata(const json::object& metadata);

  ReplyHandler& next_;
  bool started_ = false;
  bool broken_ = false;
  std::optional<std::string> error_;
  std::optional<Finish> finish_;
  bool blocked_ = false;  // finish_ is a blocked prompt's, which nothing changes
  Usage usage_;
  Grounding grounding_;
  std::set<std::string, std::less<>> seen_;  // ids of calls; queries and URLs of the grounding
  std::string model_version_;
  std::string response_id_;
};

// What a finishReason means (protocol-mapping D.11). Unknown ones are FinishReason::other.
FinishReason finish_reason(std::string_view name);

}  // namespace castor::gemini
