#pragma once

#include "domain/reply.h"

namespace castor {

// A ReplyHandler that passes every call on to the next one, which must outlive it. Filters override
// what they change.
class ReplyFilter : public ReplyHandler {
 public:
  explicit ReplyFilter(ReplyHandler& next) : next_(next) {}

  void open() override { next_.open(); }
  void ping() override { next_.ping(); }
  void usage(const Usage& usage) override { next_.usage(usage); }
  void text(std::string_view delta) override { next_.text(delta); }
  void thought(std::string_view delta) override { next_.thought(delta); }
  void signature(std::string_view signature) override { next_.signature(signature); }
  void function_call(const FunctionCall& call) override { next_.function_call(call); }
  void inline_data(std::string_view mime_type, std::string_view base64) override {
    next_.inline_data(mime_type, base64);
  }
  void grounding(const Grounding& grounding) override { next_.grounding(grounding); }
  void finish(const Finish& finish) override { next_.finish(finish); }
  void fail(const ApiError& error) override { next_.fail(error); }

 protected:
  ReplyHandler& next_;
};

}  // namespace castor
