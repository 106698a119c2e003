#include "util/diagnostics.h"

#include <unistd.h>

#include "util/text.h"

namespace castor {
namespace {

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::info:
      return "info";
    case Severity::debug:
      return "debug";
  }
  return "";
}

}  // namespace

void Diagnostics::report(Severity severity, std::string_view request_id,
                         std::string_view message) const {
  if (!shows(severity)) return;
  std::string line("castor: ");
  line.append(word(severity)).append(": ");
  if (!request_id.empty()) line.append("[").append(request_id).append("] ");
  line.append(cut_utf8(printable(message.substr(0, 4000)), 3900)).append("\n");
  // One write of less than PIPE_BUF is not torn. Nothing can be done about one that fails.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace castor
