#pragma once

#include <atomic>
#include <cstdint>

namespace castor::http {

// The wish of the outside world that this process ends: SIGTERM, SIGINT, SIGUSR1 (lighttpd and
// mod_fcgid use it) or SIGHUP. The signals are blocked and looked at through a descriptor, so no
// system call is ever interrupted: libfcgi takes EINTR for the end of a stream.
//
// Make one before any thread is started; threads inherit the mask. Shared by all threads.
class Shutdown {
 public:
  Shutdown();
  ~Shutdown();
  Shutdown(const Shutdown&) = delete;
  Shutdown& operator=(const Shutdown&) = delete;

  // Readable from the request on, for ever: for poll().
  int fd() const { return fd_; }

  // Milliseconds since the request was first noticed; -1: none was made.
  std::int64_t requested_for_ms() const;
  bool requested() const { return requested_for_ms() >= 0; }

 private:
  int fd_;
  mutable std::atomic<std::int64_t> since_ms_{0};  // steady; 0: not noticed yet
};

}  // namespace castor::http
