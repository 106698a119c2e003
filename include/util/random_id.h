#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace castor {

// Makes ids such as "msg_01AbC…". A value: copy it.
class IdSource {
 public:
  // From the system's randomness.
  IdSource() = default;
  // For tests: the ids count up from what `counter` holds; that must outlive the source.
  explicit IdSource(std::atomic<std::uint64_t>* counter) : counter_(counter) {}

  // `prefix` and `length` characters of 0-9A-Za-z.
  std::string make(std::string_view prefix, std::size_t length) const;

 private:
  std::atomic<std::uint64_t>* counter_ = nullptr;
};

}  // namespace castor
