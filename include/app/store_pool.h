#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "app/process.h"
#include "domain/error.h"
#include "domain/store.h"

namespace castor::app {

// The stores of one process, lent to its threads for one operation each.
//
// A store of its own for each thread would cost every open stream 160 KB, and its pages would be
// read anew for every request, since another thread has written in between. One for all would let
// a checkpoint on a slow disk, or another process's lock, hold up every stream. So there are a
// few, and nearly always one that is warm.
class StorePool {
 public:
  static constexpr std::size_t kMostStores = 4;

  // `process` must outlive the pool. Opens nothing yet: connections do not cross forks.
  explicit StorePool(const Process& process) : process_(process) { free_.reserve(kMostStores); }
  StorePool(const StorePool&) = delete;
  StorePool& operator=(const StorePool&) = delete;

  // A store, as long as this lives: for one expression, never while waiting for anybody else.
  class Loan {
   public:
    Loan(StorePool& pool, std::unique_ptr<Store> store) : pool_(pool), store_(std::move(store)) {}
    ~Loan() { pool_.take_back(std::move(store_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    Store* operator->() const { return store_.get(); }

   private:
    StorePool& pool_;
    std::unique_ptr<Store> store_;
  };

  // Throws ApiError when the database cannot be opened (the operator is told why), or when every
  // store is in use for longer than the database's patience.
  Loan borrow();

  // What a client is told while another process holds the database; the operator is told `error`.
  ApiError busy(const std::exception& error) const;

 private:
  std::unique_ptr<Store> open();
  ApiError no_database(const std::exception& error) const;
  void take_back(std::unique_ptr<Store> store);

  const Process& process_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Store>> free_;  // the last one returned is the warmest
  std::size_t count_ = 0;                     // of stores, lent ones included
};

}  // namespace castor::app
