#include "app/store_pool.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace castor::app {
namespace {

// An operation takes 0.05 ms, to open another store 1 ms and 160 KB for ever.
constexpr std::chrono::milliseconds kWorthWaiting{20};

}  // namespace

StorePool::Loan StorePool::borrow() {
  std::unique_lock lock(mutex_);
  if (count_ > 0) returned_.wait_for(lock, kWorthWaiting, [this] { return !free_.empty(); });
  const std::chrono::milliseconds patience(process_.config.storage.busy_timeout_ms);
  const auto can_lend = [this] { return !free_.empty() || count_ < kMostStores; };
  if (!returned_.wait_for(lock, patience, can_lend)) {
    throw busy(std::runtime_error("all connections to the database are in use"));
  }
  if (free_.empty()) {
    ++count_;
    lock.unlock();
    return Loan(*this, open());
  }
  // Rows that could not be written wait in the store that tried: it comes first.
  auto chosen = std::find_if(free_.begin(), free_.end(),
                             [](const auto& store) { return store->ledger.pending() > 0; });
  if (chosen == free_.end()) --chosen;
  std::unique_ptr<Store> store = std::move(*chosen);
  free_.erase(chosen);
  return Loan(*this, std::move(store));
}

// A store that is counted already.
std::unique_ptr<Store> StorePool::open() {
  const Report report = [this](std::string_view line) {
    process_.diagnostics.report(Severity::warning, {}, line);
  };
  try {
    return std::make_unique<Store>(process_.config, process_.secrets(), process_.prices,
                                   process_.clock, report, process_.manner == Manner::cgi);
  } catch (const std::exception& error) {
    {
      const std::lock_guard lock(mutex_);
      --count_;
    }
    returned_.notify_one();
    const auto* refusal = dynamic_cast<const sql::Error*>(&error);
    throw refusal && refusal->busy() ? busy(error) : no_database(error);
  }
}

ApiError StorePool::busy(const std::exception& error) const {
  process_.diagnostics.report(Severity::warning, {}, error.what());
  ApiError told(ErrorKind::overloaded, "the gateway's database is busy; try again shortly");
  told.retry_after = 1;
  return told;
}

ApiError StorePool::no_database(const std::exception& error) const {
  process_.diagnostics.report(Severity::error, {}, error.what());
  ApiError told(ErrorKind::no_usable_key,
                "the gateway cannot open its database; its operator finds the reason in the web "
                "server's error log");
  told.should_retry = false;
  return told;
}

void StorePool::take_back(std::unique_ptr<Store> store) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(store));
  }
  returned_.notify_one();
}

}  // namespace castor::app
