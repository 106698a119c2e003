#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/process.h"
#include "app/store_pool.h"
#include "domain/generate_call.h"
#include "domain/request_log.h"
#include "http/client.h"
#include "http/connection.h"
#include "http/shutdown.h"

namespace castor::app {

class Exchange;

// What one thread needs to serve requests, one after the other: made once in its thread, because
// curl handles cross neither threads nor forks.
class Worker {
 public:
  // All must outlive the worker.
  Worker(const Process& process, const http::Shutdown& shutdown, StorePool& stores);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Serves a request, or tells it that there is no room.
  void serve(http::Connection& connection) noexcept;
  void turn_away(http::Connection& connection) noexcept;

  const Process& process() const { return process_; }
  http::Client& client() { return client_; }

  // Keys, clients, log and signatures, for one operation. Throws ApiError: StorePool::borrow().
  StorePool::Loan store() { return stores_.borrow(); }

  // What a client is told while another process holds the database; the operator is told `error`.
  ApiError database_busy(const sql::Error& error) const { return stores_.busy(error); }

  // `link`: of the chain of models that the client's name means.
  ReadContext read_context(Exchange& exchange, std::size_t link = 0);

  // The web server is about to end this process: what is under way must be closed now.
  bool must_stop_now() const;

  // The end user whom a client names, as the log has it: the same user, the same word; no way back.
  std::string hash_user(std::string_view user) const;

  // The same of a conversation; of another client or user it is another one.
  std::string hash_conversation(const RequestRecord& record, std::string_view conversation) const;

  // After the answer: the row of the log, and the line of the access log.
  void settle(Exchange& exchange, bool is_logged) noexcept;

  // Looks at a key that Google has refused, if it is time for one: never with anybody's words.
  void probe_now_and_then() noexcept;

  // The exception being handled, for the operator.
  void report_current_exception(std::string_view request_id) const noexcept;

 private:
  const Process& process_;
  const http::Shutdown& shutdown_;
  StorePool& stores_;
  http::Client client_;
};

}  // namespace castor::app
