#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/dialect.h"
#include "app/router.h"
#include "domain/client_auth.h"
#include "domain/reply_cache.h"
#include "domain/request_log.h"
#include "http/connection.h"
#include "http/request.h"
#include "http/response.h"
#include "json/json.h"

namespace castor::app {

class Worker;

// One request from its first byte to its log row. Lives on the stack of its thread and owns what
// the request needs: body, arena, answer, record. Handlers get it and nothing else.
class Exchange {
 public:
  Exchange(Worker& worker, http::Connection& connection);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // Routes, asks who it is, answers, and settles the account. Throws nothing.
  void run();

  // Answers at once that there is no room.
  void turn_away();

  // The body as JSON, in this exchange's arena; the body itself is gone then. Throws
  // json::ParseError.
  json::value parse_body();
  // The same, where the body may have to be read again. drop_body() when that is over: everything
  // is in the document.
  json::value read_body();
  void drop_body();

  // Headers that every answer has, and those of this one.
  http::Headers headers(std::string_view content_type) const;

  // A whole answer.
  void send(int status, std::string_view content_type, std::string_view body);
  void send_error(const ApiError& error);

  // What the client is told of the exception being handled, which nobody expected. The operator is
  // told the rest.
  ApiError internal_error() const;

  // Throws ApiError if the client's key is not for the record's model.
  void check_model() const;

  // For the log: why the request failed.
  void note(const ApiError& error);

  Worker& worker;
  http::Connection& connection;
  http::Request request;
  http::Response response;
  RouteMatch match;
  const Dialect* dialect;
  std::string request_id;
  std::optional<Client> client;  // nothing: a local one, or one with Gemini keys of its own
  RequestRecord record;
  std::string body;
  std::optional<CachedReply> to_cache;  // for others, when this request has ended

  // Of the request's document and of what is made from it, so that moves between them are free.
  json::storage_ptr storage() { return &arena_; }

  // The text of a request that was made in this exchange's arena. Ends the arena, and with it all
  // values in it: a stream may last for minutes, and its text is all that it still needs.
  std::string give_away(json::object& request);

 private:
  void answer();
  void admit();
  void authenticate();
  bool accept(std::optional<Client> found);
  void finish();

  json::monotonic_resource arena_;
  bool is_logged_ = false;
};

}  // namespace castor::app
