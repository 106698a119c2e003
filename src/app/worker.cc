#include "app/worker.h"

#include <cstdio>
#include <exception>

#include "app/exchange.h"
#include "app/key_probe.h"
#include "util/text.h"

namespace castor::app {

Worker::Worker(const Process& process, const http::Shutdown& shutdown, StorePool& stores)
    : process_(process), shutdown_(shutdown), stores_(stores), client_(process.trust) {}

void Worker::serve(http::Connection& connection) noexcept {
  try {
    Exchange(*this, connection).run();
  } catch (...) {
    // Not even an exchange could be made: no memory, most likely. The connection is closed
    // unanswered.
    report_current_exception({});
  }
}

void Worker::turn_away(http::Connection& connection) noexcept {
  try {
    Exchange(*this, connection).turn_away();
  } catch (...) {
    report_current_exception({});
  }
}

ReadContext Worker::read_context(Exchange& exchange, std::size_t link) {
  ReadContext context{
      .models = process_.models,
      .config = process_.config.translation,
      .signatures = [this](std::string_view id) { return store()->signatures.find(id); },
      .storage = exchange.storage(),
      .link = link};
  // Whoever brings Gemini keys of his own has no name to keep anything under.
  if (process_.config.storage.keep_responses_ms > 0 && exchange.record.own_keys.empty()) {
    context.replies = [this, client = exchange.record.client_id](std::string_view id) {
      return store()->replies.find(id, client);
    };
  }
  return context;
}

bool Worker::must_stop_now() const {
  return shutdown_.requested_for_ms() >= process_.shutdown_grace_ms();
}

std::string Worker::hash_user(std::string_view user) const {
  return hex(process_.secrets().fingerprint(SecretPurpose::end_user, user).substr(0, 8));
}

std::string Worker::hash_conversation(const RequestRecord& record,
                                      std::string_view conversation) const {
  std::string whole = std::to_string(record.client_id.value_or(0));
  whole.append(" ").append(record.user_hash).append(" ").append(conversation);
  return hex(process_.secrets().fingerprint(SecretPurpose::conversation, whole).substr(0, 8));
}

void Worker::settle(Exchange& exchange, bool is_logged) noexcept {
  try {
    const RequestRecord& record = exchange.record;
    if (process_.config.log.access) {
      char numbers[160];
      std::snprintf(numbers, sizeof numbers, " - %d - %lld ms - in %lld out %lld bytes",
                    record.status, static_cast<long long>(record.finished_ms - record.started_ms),
                    static_cast<long long>(record.bytes_in),
                    static_cast<long long>(record.bytes_out));
      std::string line(exchange.request.method());
      line.append(" ").append(record.path).append(numbers);
      if (!record.model.empty()) line.append(" - model ").append(record.model);
      if (record.client_gone) line.append(" - client gone");
      if (record.error) line.append(" - ").append(record.message);
      process_.diagnostics.report(Severity::info, exchange.request_id, line);
    }
    if (exchange.to_cache) store()->cache.put(*exchange.to_cache);
    if (is_logged) store()->ledger.settle(std::move(exchange.record));
  } catch (...) {
    report_current_exception({});
  }
  if (is_logged) probe_now_and_then();
}

// The time serves as a die, as in the ledger. A process that answers one request must end.
void Worker::probe_now_and_then() noexcept {
  constexpr std::int64_t kEvery = 16;
  if (process_.manner == Manner::cgi || process_.clock.now_ms() % kEvery != 0) return;
  try {
    const std::optional<std::int64_t> id = store()->keys.claim_probe();
    if (!id) return;
    const KeyAdmin::Secrets secrets = store()->keys.secrets_of(*id);
    const auto error = probe_key(client_, process_.config.upstream, secrets);
    if (!error) store()->keys.enable(*id);
    process_.diagnostics.report(
        Severity::info, {},
        "key " + std::to_string(*id) + " was looked at again: " +
            (error ? std::string("still ") + name(error->fault) : "it is used again"));
  } catch (...) {
    report_current_exception({});
  }
}

void Worker::report_current_exception(std::string_view request_id) const noexcept {
  try {
    throw;
  } catch (const std::exception& error) {
    process_.diagnostics.report(Severity::error, request_id, error.what());
  } catch (...) {
    process_.diagnostics.report(Severity::error, request_id, "an exception of an unknown kind");
  }
}

}  // namespace castor::app
