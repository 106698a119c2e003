#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace castor::http {

// A descriptor that tells when the client has left, for poll(): any of `events` on it, or an error
// or hang-up, means gone. fd -1: nothing to watch.
struct Watch {
  int fd = -1;
  short events = 0;
};

// What the web server gives us for one request, as CGI defines it (RFC 3875): variables, a body in,
// bytes out. Abstract so that tests can play the web server; the real ones speak FastCGI and CGI.
class Connection {
 public:
  virtual ~Connection() = default;

  // A variable such as REQUEST_URI or HTTP_X_API_KEY; empty when absent. Header variables that came
  // more than once are joined by ", ". Valid as long as the connection.
  virtual std::string_view variable(std::string_view name) const = 0;

  // Reads up to `size` bytes of the body; 0 at its end, -1 when the upload broke off.
  virtual std::ptrdiff_t read(char* buffer, std::size_t size) = 0;

  // Appends to the answer; flush() sends what was written. False: the client is gone.
  virtual bool write(std::string_view bytes) = 0;
  virtual bool flush() = 0;

  // Ends the answer, so that the client has all of it before any bookkeeping begins.
  virtual void finish() = 0;

  // Meaningful once the body was read to its end.
  virtual Watch watch() const = 0;
};

using Handler = std::function<void(Connection&)>;

}  // namespace castor::http
