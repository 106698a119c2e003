#pragma once

#include <signal.h>
#include <time.h>

namespace castor {

// http::Shutdown blocks signals for the rest of its thread's life; the tests that follow are not to
// notice. A SIGTERM that is pending at the end is forgotten.
class ScopedSignals {
 public:
  ScopedSignals() { pthread_sigmask(SIG_SETMASK, nullptr, &old_); }
  ~ScopedSignals() {
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    const timespec at_once{};
    sigtimedwait(&ours, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }
  ScopedSignals(const ScopedSignals&) = delete;
  ScopedSignals& operator=(const ScopedSignals&) = delete;

 private:
  sigset_t old_;
};

}  // namespace castor
