#include "http/shutdown.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "util/clock.h"

namespace castor::http {

Shutdown::Shutdown() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Never read from: a pending signal keeps the descriptor readable for every thread.
  fd_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

Shutdown::~Shutdown() { close(fd_); }

std::int64_t Shutdown::requested_for_ms() const {
  std::int64_t since = since_ms_.load(std::memory_order_relaxed);
  if (since == 0) {
    pollfd wish{fd_, POLLIN, 0};
    if (poll(&wish, 1, 0) <= 0) return -1;
    std::int64_t none = 0;
    since = steady_ms();
    if (!since_ms_.compare_exchange_strong(none, since)) since = none;
  }
  return steady_ms() - since;
}

}  // namespace castor::http
