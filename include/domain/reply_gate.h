#pragma once

#include <optional>

#include "domain/reply_filter.h"

namespace castor {

// Stands between the decoders of a request's attempts and the client's side of its reply. Keeps the
// counts for the log, and holds back an end that says nothing was gained while nothing was passed
// on yet: another attempt may do better, and the client need never know (protocol-mapping D.11).
class ReplyGate : public ReplyFilter {
 public:
  // `show_thoughts`: thoughts are content that the client sees.
  ReplyGate(ReplyHandler& next, bool show_thoughts)
      : ReplyFilter(next), show_thoughts_(show_thoughts) {}

  // Content was passed on: from now on an attempt's failure is the reply's.
  bool started() const { return started_; }
  // The end that was held back: malformed, or an end without any part.
  const std::optional<Finish>& rejected() const { return rejected_; }
  // The end that was passed on.
  const std::optional<Finish>& finished() const { return finished_; }
  const Usage& counts() const { return usage_; }

  void begin_attempt() { rejected_.reset(); }
  // No other attempt is made: the model has nothing to say, and the client is told so.
  void accept_empty();

  void usage(const Usage& usage) override;
  void text(std::string_view delta) override;
  void thought(std::string_view delta) override;
  void function_call(const FunctionCall& call) override;
  void inline_data(std::string_view mime_type, std::string_view base64) override;
  void finish(const Finish& finish) override;

 private:
  const bool show_thoughts_;
  bool started_ = false;
  Usage usage_;
  std::optional<Finish> rejected_;
  std::optional<Finish> finished_;
};

}  // namespace castor
