#include "app/exchange.h"

#include <exception>

#include "app/cors.h"
#include "app/credentials.h"
#include "app/rate_limit_headers.h"
#include "app/relay.h"
#include "app/worker.h"
#include "domain/passed_keys.h"
#include "json/append.h"
#include "json/field.h"
#include "util/text.h"

namespace castor::app {
namespace {

// How long to read an upload that is not wanted. Longer ones are cut off.
constexpr std::int64_t kStrangersPatienceMs = 30'000;
constexpr std::int64_t kHurryMs = 2'000;  // where one thread answers all who are too many

ApiError body_error(const http::BodyError& error) {
  using Kind = http::BodyError::Kind;
  ApiError told(error.kind == Kind::too_large ? ErrorKind::too_large : ErrorKind::bad_request,
                error.what());
  if (error.kind == Kind::bad_encoding) told.code = "request_body_encoding_invalid";
  if (error.kind == Kind::unsupported_encoding) told.code = "request_body_encoding_unsupported";
  return told;
}

ApiError route_error(const RouteMatch& match) {
  if (match.allow.empty()) return ApiError(ErrorKind::not_found, "there is no " + match.path);
  ApiError error(ErrorKind::method_not_allowed, match.path + " takes " + match.allow);
  error.allow = match.allow;
  return error;
}

std::string joined(const std::vector<std::string>& notes) {
  std::string text;
  for (const std::string& note : notes) text.append(text.empty() ? "" : ", ").append(note);
  return text;
}

}  // namespace

Exchange::Exchange(Worker& its_worker, http::Connection& its_connection)
    : worker(its_worker),
      connection(its_connection),
      request(connection, worker.process().config.server.base),
      response(connection),
      match(find_route(request)),
      dialect(match.dialect) {
  record.started_ms = worker.process().clock.now_ms();
  request_id = worker.process().ids.make(dialect->request_id_prefix, 24);
  record.request_id = request_id;
  record.path = match.path;
  record.api = dialect->name;
  record.address = origin_of(request.remote_address(), request.header("X_FORWARDED_FOR"),
                             worker.process().config.server.trusted_proxies);
  record.user_agent = valid_utf8(cut_utf8(request.header("USER_AGENT"), 200));
  if (request.method() == "HEAD") response.omit_body();
}

void Exchange::run() {
  try {
    answer();
  } catch (const ApiError& error) {
    send_error(error);
  } catch (const json::FieldError& error) {
    ApiError told(ErrorKind::bad_request, error.what());
    told.param = error.path();
    send_error(told);
  } catch (const json::ParseError& error) {
    send_error(ApiError(ErrorKind::bad_request, error.what()));
  } catch (const http::BodyError& error) {
    send_error(body_error(error));
  } catch (const sql::Error& error) {
    send_error(error.busy() ? worker.database_busy(error) : internal_error());
  } catch (...) {
    send_error(internal_error());
  }
  finish();
}

void Exchange::turn_away() {
  record.bytes_in = http::drain_body(connection, kHurryMs);
  ApiError error(ErrorKind::overloaded, "all workers are busy; please try again");
  error.retry_after = 1;
  send_error(error);
  finish();
}

void Exchange::answer() {
  try {
    admit();
  } catch (...) {
    record.bytes_in = http::drain_body(connection, kStrangersPatienceMs);
    throw;
  }
  // Always, and first: a client whose upload is not read may never read the answer. Only that of a
  // client we know is kept, else anyone could fill our memory.
  if (is_logged_) {
    body = http::read_body(connection,
                           static_cast<std::size_t>(worker.process().config.server.max_body_bytes));
    record.bytes_in = static_cast<std::int64_t>(body.size());
  } else {
    record.bytes_in = http::drain_body(connection, kStrangersPatienceMs);
  }
  if (!match.route) {
    http::Headers all = headers("text/plain");
    all.emplace_back("Allow", match.allow);
    response.send(204, all, {});
    return;
  }
  match.route->handle(*this);
}

// Is there something to answer, and may this client ask for it? Whoever asks for the methods of a
// path may.
void Exchange::admit() {
  if (request.method() == "OPTIONS" && !match.allow.empty()) return;
  if (!match.route) throw route_error(match);
  if (match.route->access == Access::everyone) return;
  authenticate();
  is_logged_ = true;
}

void Exchange::authenticate() {
  if (const auto owner = owner_of_upload(*this)) {
    record.client_id = owner->client_id;
    record.pinned_key = owner->key_id;
    return;
  }
  const Config& config = worker.process().config;
  const Access access = match.route->access;
  // A trusted proxy that does not say whom it serves: the wrong keys of all the world are not its.
  const std::string_view origin = is_among(record.address, config.server.trusted_proxies)
                                      ? std::string_view()
                                      : record.address;
  worker.store()->clients.check_address(origin);
  const std::vector<std::string> tokens = credentials(request);
  for (const std::string& token : tokens) {
    if (accept(worker.store()->clients.find(token, access))) return;
  }
  if (config.clients.pass_through && access == Access::client) {
    for (const std::string& token : tokens) {
      record.own_keys = keys_in(token);
      if (!record.own_keys.empty()) return;
    }
  }
  const bool was_forwarded = !request.header("X_FORWARDED_FOR").empty() ||
                             !request.header("FORWARDED").empty() ||
                             !request.header("X_REAL_IP").empty() ||
                             !request.header("ORIGIN").empty();  // a web page, from who knows where
  accept(
      worker.store()->clients.check({.token = tokens.empty() ? std::string_view() : tokens.front(),
                                     .address = request.remote_address(),
                                     .was_forwarded = was_forwarded,
                                     .origin = origin},
                                    access));
}

bool Exchange::accept(std::optional<Client> found) {
  if (!found) return false;
  client = std::move(found);
  record.client_id = client->id;
  if (client->rights.limits.any()) record.limits = client->rights.limits;
  return true;
}

void Exchange::check_model() const {
  if (!client || record.model.empty()) return;
  if (client->rights.allows_model(record.requested_model, record.model)) return;
  ApiError error(
      ErrorKind::forbidden,
      "model: this client key may not use " +
          std::string(cut_utf8(
              record.requested_model.empty() ? record.model : record.requested_model, 200)));
  error.param = "model";
  throw error;
}

json::value Exchange::parse_body() {
  json::value document = read_body();
  drop_body();
  return document;
}

json::value Exchange::read_body() {
  json::value document = json::parse(body, storage());
  if (!document.is_object()) {
    throw ApiError(ErrorKind::bad_request, "request body: expected a JSON object");
  }
  return document;
}

void Exchange::drop_body() {
  std::string().swap(body);  // an assignment would keep the memory
}

std::string Exchange::give_away(json::object& request) {
  std::string text;
  // Of about the size of the client's; a doubling string would copy it several times.
  text.reserve(static_cast<std::size_t>(record.bytes_in) * 5 / 4 + 1024);
  json::append_object(text, request);
  request = json::object();
  arena_.release();
  return text;
}

http::Headers Exchange::headers(std::string_view content_type) const {
  http::Headers all{{"Content-Type", std::string(content_type)},
                    {std::string(dialect->request_id_header), request_id}};
  if (!record.notes.empty()) all.emplace_back("x-castor-note", joined(record.notes));
  if (record.fell_back) all.emplace_back("x-castor-model", record.model);
  for (auto& header :
       cors_headers(worker.process().config.server.cors_origins, request, match.allow)) {
    all.push_back(std::move(header));
  }
  if (!record.cache.empty()) all.emplace_back("x-castor-cache", record.cache);
  if (record.allowance) {
    for (auto& header :
         rate_limit_headers(dialect->api, *record.allowance, worker.process().clock.now_ms())) {
      all.push_back(std::move(header));
    }
  }
  return all;
}

void Exchange::send(int status, std::string_view content_type, std::string_view text) {
  response.send(status, headers(content_type), text);
}

void Exchange::note(const ApiError& error) {
  record.error = error.kind;
  record.message = error.what();
}

ApiError Exchange::internal_error() const {
  worker.report_current_exception(request_id);
  return ApiError(ErrorKind::internal,
                  "internal error; the operator finds it in the log as " + request_id);
}

void Exchange::send_error(const ApiError& error) {
  note(error);
  if (response.begun()) return;  // too late to say anything a client would read
  http::Headers all = headers("application/json");
  for (auto& header : response_headers(error)) all.push_back(std::move(header));
  response.send(dialect->status(error.kind), all, dialect->error_body(error, request_id));
}

void Exchange::finish() {
  record.status = response.status();
  record.bytes_out = response.bytes();
  record.client_gone = record.client_gone || response.client_gone();
  // The client has everything; what follows is bookkeeping and may take its time.
  connection.finish();
  record.finished_ms = worker.process().clock.now_ms();
  worker.settle(*this, is_logged_);
}

}  // namespace castor::app
