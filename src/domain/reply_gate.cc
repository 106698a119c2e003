#include "domain/reply_gate.h"

namespace castor {

void ReplyGate::accept_empty() {
  rejected_.reset();
  finished_ = Finish{.reason = FinishReason::stop, .name = "STOP"};
  next_.finish(*finished_);
}

void ReplyGate::usage(const Usage& usage) {
  usage_ = usage;
  next_.usage(usage);
}

void ReplyGate::text(std::string_view delta) {
  started_ = true;
  next_.text(delta);
}

void ReplyGate::thought(std::string_view delta) {
  started_ = started_ || show_thoughts_;
  next_.thought(delta);
}

void ReplyGate::function_call(const FunctionCall& call) {
  started_ = true;
  next_.function_call(call);
}

void ReplyGate::inline_data(std::string_view mime_type, std::string_view base64) {
  started_ = true;
  next_.inline_data(mime_type, base64);
}

void ReplyGate::finish(const Finish& finish) {
  const bool gained_nothing =
      !started_ && (finish.reason == FinishReason::stop || failure(finish, false));
  if (gained_nothing) {
    rejected_ = finish;
    return;
  }
  finished_ = finish;
  next_.finish(finish);
}

}  // namespace castor
