#pragma once

#include <string>
#include <vector>

#include "domain/reply.h"

namespace castor {

// A ReplyHandler that writes one line per call. Texts and thoughts are also joined in `text_` and
// `thoughts_`.
struct RecordingHandler : ReplyHandler {
  std::vector<std::string> calls;
  std::string text_;
  std::string thoughts_;
  Usage usage_;
  Finish finish_;

  void add(std::string line) { calls.push_back(std::move(line)); }

  void open() override { add("open"); }
  void ping() override { add("ping"); }
  void usage(const Usage& usage) override { usage_ = usage; }
  void text(std::string_view delta) override {
    text_.append(delta);
    add("text " + std::string(delta));
  }
  void thought(std::string_view delta) override {
    thoughts_.append(delta);
    add("thought " + std::string(delta));
  }
  void signature(std::string_view signature) override {
    add("signature " + std::string(signature));
  }
  void function_call(const FunctionCall& call) override {
    std::string line = "call ";
    line.append(call.name).append(" ").append(json::serialize(call.args));
    if (!call.id.empty()) line.append(" id=").append(call.id);
    if (!call.client_id.empty()) line.append(" client_id=").append(call.client_id);
    if (!call.toolset.empty()) line.append(" toolset=").append(call.toolset);
    if (!call.signature.empty()) line.append(" signature=").append(call.signature);
    add(std::move(line));
  }
  void inline_data(std::string_view mime_type, std::string_view base64) override {
    add("data " + std::string(mime_type) + " " + std::string(base64));
  }
  void grounding(const Grounding& grounding) override {
    std::string line = "grounding";
    for (const std::string& query : grounding.queries) line.append(" ?").append(query);
    for (const Source& source : grounding.sources) {
      line.append(" ").append(source.url).append("=").append(source.title);
    }
    add(std::move(line));
  }
  void finish(const Finish& finish) override {
    static constexpr const char* kReasons[] = {"stop",      "max_tokens", "refused",
                                               "malformed", "other",      "stop_sequence"};
    finish_ = finish;
    std::string line = std::string("finish ") + kReasons[static_cast<int>(finish.reason)];
    for (const std::string* word : {&finish.name, &finish.message, &finish.stop_sequence}) {
      if (!word->empty()) line.append(" ").append(*word);
    }
    add(std::move(line));
  }
  void fail(const ApiError& error) override { add(std::string("fail ") + error.what()); }
};

using Calls = std::vector<std::string>;

}  // namespace castor
