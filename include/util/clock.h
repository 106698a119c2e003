#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace castor {

// The time, as something that is passed in. A Clock is a value: copy it.
class Clock {
 public:
  // The system's time.
  Clock() = default;
  // A clock for tests, which shows what `now_ms` holds; that must outlive the clock.
  explicit Clock(const std::atomic<std::int64_t>* now_ms) : fixed_(now_ms) {}

  // Unix time in milliseconds.
  std::int64_t now_ms() const {
    if (fixed_) return fixed_->load();
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  }

 private:
  const std::atomic<std::int64_t>* fixed_ = nullptr;
};

// Milliseconds of a clock that never jumps: for intervals and time-outs.
inline std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace castor
