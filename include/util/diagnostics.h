#pragma once

#include <string>
#include <string_view>

namespace castor {

enum class Severity { error, warning, info, debug };

// Lines to the operator, on standard error, which a web server adds to its error log. A line is
// written at once and whole, so those of several threads and processes do not mix. A value: copy
// it. Callers scrub secrets before.
class Diagnostics {
 public:
  explicit Diagnostics(Severity least = Severity::info) : least_(least) {}

  // "castor: error: [req_…] message"; `request_id` may be empty.
  void report(Severity severity, std::string_view request_id, std::string_view message) const;
  bool shows(Severity severity) const { return severity <= least_; }

 private:
  Severity least_;
};

}  // namespace castor
