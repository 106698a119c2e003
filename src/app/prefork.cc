#include "app/prefork.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <string>

#include "util/clock.h"

namespace castor::app {
namespace {

constexpr std::int64_t kYoungMs = 1000;

class Master {
 public:
  Master(const PreforkOptions& options, const Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics), pid_(getpid()) {
    sigemptyset(&signals_);
    for (const int number : {SIGTERM, SIGINT, SIGUSR1, SIGHUP, SIGCHLD})
      sigaddset(&signals_, number);
    sigprocmask(SIG_BLOCK, &signals_, &old_mask_);
  }

  int run() {
    fill();
    while (!ending_ || !children_.empty()) {
      // Signals are waited for, not handled: nothing is ever interrupted. The timeout is for a
      // young death that must not be answered at once.
      const timespec second{1, 0};
      const int signal = sigtimedwait(&signals_, nullptr, &second);
      if (signal == SIGHUP && !ending_) replace_all();
      if (signal == SIGTERM || signal == SIGINT || signal == SIGUSR1) end_all();
      bury();
      if (!ending_) fill();
    }
    return 0;
  }

 private:
  struct Child {
    std::int64_t born_ms;
    bool told_to_end;
  };

  void fill() {
    int current = 0;
    for (const auto& [pid, child] : children_) current += !child.told_to_end;
    for (; current < options_.processes; ++current) {
      if (steady_ms() < not_before_ms_) return;
      start();
    }
  }

  void start() {
    const pid_t pid = fork();
    if (pid < 0) {
      diagnostics_.report(Severity::error, {}, std::string("fork: ") + std::strerror(errno));
      not_before_ms_ = steady_ms() + kYoungMs;
      return;
    }
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGTERM);
      if (getppid() != pid_) _exit(0);  // the master died before the line above
      sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
      _exit(options_.work());
    }
    children_[pid] = {steady_ms(), false};
  }

  void replace_all() {
    if (!options_.reload()) return;
    tell_to_end();
  }

  void end_all() {
    ending_ = true;
    tell_to_end();
  }

  void tell_to_end() {
    for (auto& [pid, child] : children_) {
      child.told_to_end = true;
      kill(pid, SIGTERM);
    }
  }

  // Three stories: it was asked to go, it ended by itself, it crashed. Requests may be lost only in
  // the last.
  void bury() {
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto found = children_.find(pid);
      if (found == children_.end()) continue;
      const Child child = found->second;
      children_.erase(found);
      if (child.told_to_end && WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
      std::string story = "worker process " + std::to_string(pid);
      if (WIFSIGNALED(status)) {
        story.append(" was ended by signal ").append(std::to_string(WTERMSIG(status)));
      } else {
        story.append(" ended with status ").append(std::to_string(WEXITSTATUS(status)));
      }
      diagnostics_.report(Severity::warning, {}, story);
      if (steady_ms() - child.born_ms < kYoungMs) not_before_ms_ = steady_ms() + kYoungMs;
    }
  }

  const PreforkOptions& options_;
  const Diagnostics& diagnostics_;
  const pid_t pid_;
  sigset_t signals_;
  sigset_t old_mask_;
  std::map<pid_t, Child> children_;
  bool ending_ = false;
  std::int64_t not_before_ms_ = 0;
};

}  // namespace

int prefork(const PreforkOptions& options, const Diagnostics& diagnostics) {
  return Master(options, diagnostics).run();
}

}  // namespace castor::app
