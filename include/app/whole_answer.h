#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/upstream.h"
#include "app/worker.h"

namespace castor::app {

// The upstream's answer where it is one small JSON document: kept whole.
class WholeAnswer : public Upstream::Consumer {
 public:
  // An answer of more than `max_bytes` is a bad one; and so is one that is not there after
  // `patience_ms`, over all attempts, if that is not 0.
  WholeAnswer(const Worker& worker, std::size_t max_bytes, std::int64_t patience_ms = 0);

  // The body of the last attempt's answer; only that of a success means anything.
  const std::string& text() const { return text_; }

  void begin_attempt() override { text_.clear(); }
  bool body(int status, std::string_view bytes) override;
  std::int64_t idle() override;
  std::optional<UpstreamError> end_attempt(const http::ClientResult& result) override;
  bool committed() const override { return false; }

 private:
  bool is_too_late() const;

  const Worker& worker_;
  const std::size_t max_bytes_;
  const std::int64_t deadline_ms_;  // steady; 0: none
  std::string text_;
};

}  // namespace castor::app
