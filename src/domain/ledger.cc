#include "domain/ledger.h"

#include <cassert>
#include <exception>
#include <string>

#include "domain/scrub.h"
#include "util/crypto.h"
#include "util/text.h"

namespace castor {
namespace {

// Texts of strangers in one row of the log, bytes.
constexpr std::size_t kMaxName = 200;
constexpr std::size_t kMaxText = 2'000;

// One request in 16 drops up to 64 rows: more than came in since, and never many at once.
constexpr std::int64_t kPurgeEvery = 16;
constexpr int kPurgeCount = 64;

// Within what is left of a transaction one may throw; afterwards the record says what is written.
void mark_written(RequestRecord& record, std::int64_t row) {
  record.row = row;
  for (AttemptRecord& attempt : record.attempts) attempt.written = attempt.learned = true;
}

ApiError limits_unknown() {
  ApiError error(ErrorKind::unavailable,
                 "the limits of this client key cannot be checked, as the gateway's database is "
                 "busy; please try again in 1s");
  error.retry_after = 1;
  return error;
}

std::vector<std::int64_t> tried_keys(const RequestRecord& record) {
  std::vector<std::int64_t> tried;
  for (const AttemptRecord& attempt : record.attempts) {
    if (attempt.model == record.model) tried.push_back(attempt.key_id);
  }
  return tried;
}

}  // namespace

Ledger::Ledger(sql::Database& database, const SecretBox& secrets, Clock clock, Report report,
               const LedgerOptions& options)
    : database_(database),
      clock_(clock),
      report_(report),
      options_(options),
      pool_(database, secrets, std::move(report), options.keys),
      passed_(database, secrets),
      log_(database),
      usage_(database) {}

Ledger::~Ledger() { flush(); }

void Ledger::prepare() {
  pool_.prepare();
  log_.prepare();
}

LeaseResult Ledger::admit(RequestRecord& record) {
  if (!pending_.empty()) write_pending(0);
  if (!record.row) clean(record);
  if (!record.attempts.empty()) {
    AttemptRecord& attempt = record.attempts.back();
    const bool answered = attempt.finished_ms && !attempt.error;
    if (answered) attempt.written = attempt.learned = false;
  }
  return lease_and_write(record, {.model = record.model, .conversation = record.conversation});
}

KeyMemory Ledger::memory(const RequestRecord& record, UpstreamFault fault) {
  assert(!record.attempts.empty());
  const AttemptRecord& attempt = record.attempts.back();
  KeyMemory memory;
  try {
    memory = pool_.memory(attempt.key_id, attempt.model, clock_.now_ms());
  } catch (const sql::Error& error) {
    report_(std::string("earlier trouble is not known: ").append(error.what()));
  }
  if (fault == UpstreamFault::internal) ++memory.recent_internal;
  if (fault == UpstreamFault::overloaded) ++memory.recent_overloaded;
  return memory;
}

void Ledger::close(RequestRecord& record, const UpstreamError& error, const Decision& decision) {
  assert(!record.attempts.empty());
  AttemptRecord& attempt = record.attempts.back();
  attempt.finished_ms = clock_.now_ms();
  attempt.http_status = error.http_status;
  attempt.error = error;
  attempt.error->message = cut_utf8(scrub(error.message, pool_.known_secrets()), kMaxText);
  attempt.decision = decision;
  attempt.cost = cost(attempt);
  attempt.written = attempt.learned = false;
}

void Ledger::publish(RequestRecord& record) noexcept {
  try {
    sql::Transaction transaction(database_, options_.admit_patience_ms);
    learn(record);
    const std::int64_t row = log_.write(record);
    transaction.commit();
    mark_written(record, row);
  } catch (const std::exception& error) {
    report_(std::string("request ")
                .append(record.request_id)
                .append(" goes on without its log row: ")
                .append(error.what()));
  }
}

LeaseResult Ledger::next(RequestRecord& record, const Decision& decision) {
  assert(decision.retry != Retry::no);
  LeaseWish wish{.model = record.model, .conversation = record.conversation};
  const std::vector<std::int64_t> tried = tried_keys(record);
  if (decision.retry == Retry::same_key || decision.retry == Retry::repair) {
    wish.same_key = tried.back();
  } else {
    wish.tried = tried;
  }
  LeaseResult result = lease_and_write(record, wish);
  if (result.lease || result.shortage.braked_until_ms > 0) return result;
  if (wish.same_key) {  // others have found it wanting meanwhile
    wish.same_key.reset();
    wish.tried = tried;
    result = lease_and_write(record, wish);
  } else if (decision.retry == Retry::any_key && result.shortage.tried > 0) {
    wish.tried = {};
    result = lease_and_write(record, wish);
  }
  return result;
}

// A lease and all that the record has to say so far, in one transaction; without one if that cannot
// be had.
LeaseResult Ledger::lease_and_write(RequestRecord& record, const LeaseWish& wish) {
  const std::size_t attempts_before = record.attempts.size();
  try {
    sql::Transaction transaction(database_, options_.admit_patience_ms);
    const std::optional<Booking> booking = book(record);
    learn(record);
    LeaseResult result = lease(record, wish, true);
    const std::int64_t row = log_.write(record);
    transaction.commit();
    mark_written(record, row);
    record.booking = booking;
    return result;
  } catch (const sql::Error& error) {
    const bool must_be_written = record.limits && !record.booking;
    report_(std::string("request ")
                .append(record.request_id)
                .append(must_be_written ? " is refused, as its client's limits cannot be checked: "
                                        : " goes on without its log row: ")
                .append(error.what()));
    if (must_be_written) throw limits_unknown();
  }
  record.attempts.resize(attempts_before);
  try {
    return lease(record, wish, false);
  } catch (const sql::Error& error) {
    report_(error.what());
    ApiError refusal(ErrorKind::overloaded, "the gateway's database is busy; try again shortly");
    refusal.retry_after = 1;
    throw refusal;
  }
}

// Lets the client's request through once, however often it looks for a key.
std::optional<Booking> Ledger::book(RequestRecord& record) {
  if (!record.limits || !record.client_id || record.booking) return record.booking;
  const std::int64_t now_ms = clock_.now_ms();
  Expense expected{.tokens = record.expected.input() + record.expected.output(), .cost = 0};
  if (!record.model.empty()) {
    expected.cost = options_.prices ? options_.prices->cost(record.model, record.expected, now_ms)
                                    : std::nullopt;
  }
  return usage_.admit(*record.client_id, *record.limits, expected, now_ms, record.allowance);
}

void Ledger::settle_booking(const RequestRecord& record) {
  if (!record.booking) return;
  Expense used{.tokens = 0, .cost = record.cost};
  for (const AttemptRecord& attempt : record.attempts) {
    used.tokens += attempt.usage.input() + attempt.usage.output();
  }
  usage_.settle(*record.booking, used, record.finished_ms);
}

// From the pool or, never mixed with it, from the keys that the client brought.
LeaseResult Ledger::find_key(const RequestRecord& record, LeaseWish wish, std::int64_t now_ms,
                             bool book) {
  wish.only_key = record.pinned_key;
  if (!record.own_keys.empty()) return passed_.lease(record.own_keys, wish, now_ms, book);
  return pool_.lease(wish, now_ms, book);
}

LeaseResult Ledger::lease(RequestRecord& record, const LeaseWish& wish, bool book) {
  const std::int64_t now_ms = clock_.now_ms();
  LeaseResult result = find_key(record, wish, now_ms, book);
  if (result.lease) {
    record.attempts.push_back({.key_id = result.lease->key_id,
                               .model = record.model,
                               .started_ms = now_ms,
                               .after_brake = result.lease->after_brake,
                               .is_counted = result.lease->is_counted});
  }
  return result;
}

// Tells the other workers what the attempts have shown, as far as they do not know.
void Ledger::learn(const RequestRecord& record) {
  for (const AttemptRecord& attempt : record.attempts) {
    if (attempt.learned || !attempt.finished_ms) continue;
    if (is_passed(attempt.key_id)) {
      learn_of_passed(attempt);
    } else if (attempt.error) {
      pool_.learn(attempt.key_id, attempt.model, record.thinking, name(attempt.error->fault),
                  attempt.decision, attempt.started_ms, attempt.finished_ms);
    } else if (attempt.http_status == 200) {
      const std::int64_t answered_ms =
          attempt.first_byte_ms ? attempt.first_byte_ms : attempt.finished_ms;
      pool_.succeeded(attempt.key_id, attempt.model, answered_ms - attempt.started_ms,
                      attempt.finished_ms);
      if (attempt.is_counted) {
        pool_.count(attempt.key_id, attempt.model, 0,
                    record.usage.prompt + record.usage.tool_prompt, attempt.finished_ms);
      }
      if (attempt.after_brake) pool_.release_brake(attempt.model, attempt.started_ms);
    }
  }
}

// Only of the key: what a stranger's keys meet says nothing of our models.
void Ledger::learn_of_passed(const AttemptRecord& attempt) {
  if (attempt.error) {
    passed_.learn(attempt.key_id, attempt.model, attempt.error->fault, attempt.decision);
  } else if (attempt.http_status == 200) {
    const std::int64_t answered_ms =
        attempt.first_byte_ms ? attempt.first_byte_ms : attempt.finished_ms;
    passed_.succeeded(attempt.key_id, answered_ms - attempt.started_ms, attempt.finished_ms);
  }
}

void Ledger::settle(RequestRecord&& record) noexcept {
  try {
    clean(record);
    for (std::string& key : record.own_keys) crypto::wipe(key);
    record.own_keys.clear();
    if (!record.finished_ms) record.finished_ms = clock_.now_ms();
    if (!record.attempts.empty() && !record.attempts.back().error) {
      AttemptRecord& attempt = record.attempts.back();
      if (!attempt.finished_ms) attempt.finished_ms = record.finished_ms;
      attempt.written = attempt.learned = false;
    }
    add_up(record);
    pending_.push_back(std::move(record));
    write_pending(options_.settle_patience_ms);
    if (pending_.size() > options_.max_pending) {
      report_("the log row of request " + pending_.front().request_id +
              " is given up: too many wait for the database");
      pending_.pop_front();
    }
    purge_now_and_then();
  } catch (const std::exception& error) {  // no memory
    report_(error.what());
  }
}

// What a client's own key cost is not ours to know.
std::optional<std::int64_t> Ledger::cost(const AttemptRecord& attempt) const {
  if (!options_.prices || is_passed(attempt.key_id)) return std::nullopt;
  return options_.prices->cost(attempt.model, attempt.usage, attempt.started_ms);
}

// What the request cost: failed attempts, too, may have been answers, and are billed then.
void Ledger::add_up(RequestRecord& record) const {
  if (!record.attempts.empty() && !record.attempts.back().error) {
    AttemptRecord& last = record.attempts.back();
    last.usage = record.usage;
    last.cost = cost(last);
  }
  record.cost = 0;
  for (const AttemptRecord& attempt : record.attempts) {
    if (attempt.cost && record.cost) {
      *record.cost += *attempt.cost;
    } else {
      record.cost.reset();
    }
  }
}

// The time serves as a die: processes that answer one request have no count.
void Ledger::purge_now_and_then() noexcept {
  if (!pending_.empty() || clock_.now_ms() % kPurgeEvery != 0) return;
  try {
    sql::Transaction transaction(database_, 0);  // while others write: another time
    purge(kPurgeCount);
    transaction.commit();
  } catch (const sql::Error& error) {
    if (!error.busy()) report_(std::string("old log rows are not dropped: ").append(error.what()));
  }
}

std::int64_t Ledger::purge(int count) {
  return log_.purge(clock_.now_ms() - options_.keep_ms, count);
}

bool Ledger::flush() noexcept { return write_pending(database_.patience_ms()); }

bool Ledger::write_pending(std::int64_t patience_ms) noexcept {
  while (!pending_.empty()) {
    RequestRecord& record = pending_.front();
    try {
      sql::Transaction transaction(database_, patience_ms);
      learn(record);
      log_.write(record);
      settle_booking(record);
      transaction.commit();
    } catch (const sql::Error& error) {
      report_(std::string("cannot write the log row of request ")
                  .append(record.request_id)
                  .append(": ")
                  .append(error.what()));
      // Later it may work, unless it is this very row that is wrong.
      if (!error.refused()) return false;
    } catch (const std::exception& error) {
      report_(error.what());
      return false;
    }
    pending_.pop_front();
  }
  return true;
}

std::optional<std::int64_t> Ledger::usable_at(const RequestRecord& record) noexcept {
  try {
    const std::int64_t now_ms = clock_.now_ms();
    const std::vector<std::int64_t> tried = tried_keys(record);
    const LeaseResult result =
        find_key(record, {.model = record.model, .tried = tried}, now_ms, /*book=*/false);
    if (result.lease) return now_ms;
    if (result.shortage.wake_ms > 0) return result.shortage.wake_ms;
  } catch (const std::exception& error) {
    report_(error.what());
  }
  return std::nullopt;
}

bool Ledger::refuses_thinking(std::string_view model, std::string_view thinking) noexcept {
  try {
    return pool_.refuses_thinking(model, thinking, clock_.now_ms());
  } catch (const std::exception& error) {
    report_(error.what());
    return false;
  }
}

// Strangers' texts may hold secrets, and are as long as they like.
void Ledger::clean(RequestRecord& record) const {
  const std::vector<std::string_view> own_keys(record.own_keys.begin(), record.own_keys.end());
  const auto clean_text = [&](std::string& text, std::size_t limit) {
    if (text.empty()) return;
    text = cut_utf8(scrub(scrub(text, pool_.known_secrets()), own_keys), limit);  // not half a key
  };
  if (!record.row) {
    clean_text(record.user_agent, kMaxName);
    clean_text(record.path, kMaxName);
    clean_text(record.requested_model, kMaxName);
    clean_text(record.user_hash, kMaxName);
    clean_text(record.conversation, kMaxName);
  }
  clean_text(record.message, kMaxText);
  std::size_t left = kMaxText;
  for (std::string& note : record.notes) {
    clean_text(note, left);
    left -= std::min(left, note.size());
  }
}

}  // namespace castor
