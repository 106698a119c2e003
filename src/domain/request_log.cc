#include "domain/request_log.h"

#include <unistd.h>

#include "sql/text.h"

namespace castor {
namespace {

constexpr std::int64_t kMinute = 60'000;

const char* name(ErrorKind kind) {
  switch (kind) {
    using enum ErrorKind;
    // clang-format off
    case bad_request: return "bad_request";
    case context_too_long: return "context_too_long";
    case unauthenticated: return "unauthenticated";
    case forbidden: return "forbidden";
    case not_found: return "not_found";
    case not_implemented: return "not_implemented";
    case method_not_allowed: return "method_not_allowed";
    case too_large: return "too_large";
    case rate_limited: return "rate_limited";
    case quota_exhausted: return "quota_exhausted";
    case no_usable_key: return "no_usable_key";
    case unavailable: return "unavailable";
    case overloaded: return "overloaded";
    case internal: return "internal";
    case bad_gateway: return "bad_gateway";
    case timeout: return "timeout";
      // clang-format on
  }
  return "unknown";
}

const char* name(KeyEffect effect) {
  switch (effect) {
    using enum KeyEffect;
    // clang-format off
    case none: return "";
    case disable: return "disable";
    case cool_key: return "cool_key";
    case cool_key_model: return "cool_key_model";
      // clang-format on
  }
  return "unknown";
}

std::string_view name(Retry retry) {
  switch (retry) {
    using enum Retry;
    // clang-format off
    case no: return "";
    case same_key: return "same_key";
    case other_key: return "other_key";
    case any_key: return "any_key";
    case repair: return "repair";
      // clang-format on
  }
  return "unknown";
}

const char* outcome(const RequestRecord& record) {
  if (record.error) return name(*record.error);
  return record.client_gone ? "client_gone" : "ok";
}

std::optional<std::int64_t> time_or_null(std::int64_t time_ms) {
  return time_ms ? std::optional(time_ms) : std::nullopt;
}

std::optional<std::int64_t> last_key(const RequestRecord& record) {
  if (record.attempts.empty()) return std::nullopt;
  return record.attempts.back().key_id;
}

std::string join(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text.append(text.empty() ? "" : " ").append(piece);
  return text;
}

}  // namespace

RequestLog::RequestLog(sql::Database& database)
    : database_(database),
      start_request_(database, sql::text::start_request),
      settle_request_(database, sql::text::settle_request),
      write_attempt_(database, sql::text::write_attempt),
      touch_client_(database, sql::text::touch_client),
      purge_(database, sql::text::purge_requests, sql::Statement::Keep::for_one_run),
      change_model_(database, sql::text::change_model, sql::Statement::Keep::for_one_run) {}

void RequestLog::prepare() {
  for (sql::Statement* statement :
       {&start_request_, &settle_request_, &write_attempt_, &touch_client_}) {
    statement->prepare();
  }
}

std::int64_t RequestLog::write(const RequestRecord& record) {
  const std::int64_t row = record.row ? record.row : start(record);
  for (std::size_t i = 0; i < record.attempts.size(); ++i) {
    if (!record.attempts[i].written) write(record.attempts[i], row, i + 1);
  }
  if (record.finished_ms) settle(record, row);
  return row;
}

std::int64_t RequestLog::purge(std::int64_t before_ms, int count) {
  return purge_.run(before_ms, count);
}

std::int64_t RequestLog::start(const RequestRecord& record) {
  if (record.client_id) {
    touch_client_.run(*record.client_id, record.started_ms, record.started_ms - kMinute);
  }
  const auto conversation = record.conversation.empty()
                                ? std::nullopt
                                : std::optional<std::string_view>(record.conversation);
  start_request_.run(record.request_id, record.started_ms, record.client_id, record.address,
                     record.user_agent, record.api, record.path, record.requested_model,
                     record.model, record.thinking, record.stream, record.bytes_in, conversation,
                     record.user_hash, getpid(), last_key(record));
  return database_.last_insert_id();
}

void RequestLog::settle(const RequestRecord& record, std::int64_t row) {
  if (record.fell_back) change_model_.run(row, record.model, record.thinking);
  const Usage& usage = record.usage;
  settle_request_.run(row, time_or_null(record.first_byte_ms), record.finished_ms, last_key(record),
                      record.status, outcome(record), record.message, record.stop_reason,
                      usage.prompt, usage.cached, usage.tool_prompt, usage.candidates,
                      usage.thoughts, record.bytes_out, join(record.notes), record.cost,
                      record.cache);
}

void RequestLog::write(const AttemptRecord& attempt, std::int64_t row, std::size_t number) {
  const UpstreamError none;
  const UpstreamError& error = attempt.error ? *attempt.error : none;
  const Decision& decision = attempt.decision;
  const bool cools =
      decision.effect == KeyEffect::cool_key || decision.effect == KeyEffect::cool_key_model;
  write_attempt_.run(row, number, attempt.key_id, attempt.model, attempt.started_ms,
                     time_or_null(attempt.first_byte_ms), time_or_null(attempt.finished_ms),
                     attempt.http_status, attempt.error ? name(error.fault) : "",
                     error.quota_id.empty() ? error.reason : error.quota_id, error.message,
                     name(decision.effect),
                     cools ? std::optional(decision.cool_until_ms) : std::nullopt,
                     name(decision.retry), attempt.cost);
}

}  // namespace castor
