// The one request of a CGI process (RFC 3875).
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "http/server.h"
#include "util/text.h"

namespace castor::http {
namespace {

class CgiConnection : public Connection {
 public:
  std::string_view variable(std::string_view name) const override {
    const char* value = std::getenv(std::string(name).c_str());
    return value ? std::string_view(value) : std::string_view();
  }

  std::ptrdiff_t read(char* buffer, std::size_t size) override {
    // No more than was announced (RFC 3875, 4.2): a server need not close its end. A chunked upload
    // announces nothing and is read to the end of file.
    if (left_) size = std::min(size, static_cast<std::size_t>(std::max<std::int64_t>(0, *left_)));
    if (size == 0) return 0;
    ssize_t count;
    do {
      count = ::read(STDIN_FILENO, buffer, size);
    } while (count < 0 && errno == EINTR);
    if (left_ && count > 0) *left_ -= count;
    return count;
  }

  bool write(std::string_view bytes) override {
    pending_.append(bytes);
    return pending_.size() < kBuffer || flush();
  }

  bool flush() override {
    std::string_view rest = pending_;
    while (!rest.empty()) {
      const ssize_t count = ::write(STDOUT_FILENO, rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    pending_.clear();
    return true;
  }

  void finish() override {
    flush();
    // The web server takes the end of file for the end of the answer.
    close(STDOUT_FILENO);
  }

  // No input is expected on standard output: only errors and hang-ups. Under mod_cgid it is a
  // socket whose other half is shut for writing, so POLLRDHUP would always be there.
  Watch watch() const override { return {STDOUT_FILENO, 0}; }

 private:
  static constexpr std::size_t kBuffer = 65536;
  std::string pending_;
  std::optional<std::int64_t> left_ = parse_integer(variable("CONTENT_LENGTH"));  // of the body
};

}  // namespace

void serve_cgi(const Handler& handler) {
  signal(SIGPIPE, SIG_IGN);
  CgiConnection connection;
  handler(connection);
}

}  // namespace castor::http
