#include "app/upstream.h"

#include <algorithm>
#include <map>

#include "app/exchange.h"
#include "app/worker.h"
#include "domain/client_error.h"
#include "domain/key_policy.h"
#include "gemini/repair.h"
#include "json/append.h"
#include "util/clock.h"

namespace castor::app {
namespace {

// May the model think for minutes before its first byte?
bool is_slow(const Model& model, const json::object& body) {
  if (model.long_decode) return true;
  const json::object* generation = json::find_object(body, "generationConfig");
  const json::object* thinking =
      generation ? json::find_object(*generation, "thinkingConfig") : nullptr;
  const std::string_view level = thinking ? json::find_string(*thinking, "thinkingLevel") : "";
  return level == "HIGH" || level == "XHIGH";
}

// By how much Gemini's words may be longer than the client's.
constexpr std::size_t kUsualGrowth = 2048;

// The attempts of one question, one after the other.
class Attempts {
 public:
  Attempts(Exchange& exchange, const Upstream::Call& call, Upstream::Consumer& consumer)
      : exchange_(exchange),
        call_(call),
        consumer_(consumer),
        config_(exchange.worker.process().config.upstream),
        ledger_(exchange.worker.store().ledger),
        record_(exchange.record),
        started_ms_(steady_ms()) {}

  void run() {
    std::string body = serialize();
    std::optional<Lease> lease = first_lease();
    while (lease) {
      consumer_.begin_attempt();
      const http::ClientResult result = send(*lease, body);
      const std::optional<UpstreamError> error = consumer_.end_attempt(result);
      if (result.ended == http::Ended::client_gone) record_.client_gone = true;
      if (!error) return;
      const Decision decision = judge(*error);
      if (decision.retry == Retry::repair) {
        gemini::apply(decision.repair, call_.request, call_.model);
        std::string repaired = serialize();
        if (repaired != body)
          record_.notes.push_back(std::string("repaired=") + name(error->fault));
        body = std::move(repaired);
      }
      lease = next_lease(*error, decision);
    }
  }

 private:
  // Into memory of about the size it will need: json::serialize would double its own until it fits,
  // which for a large image is twice too much.
  std::string serialize() const {
    std::string text;
    text.reserve(static_cast<std::size_t>(record_.bytes_in) + kUsualGrowth);
    json::append_value(text, call_.body);
    return text;
  }

  std::int64_t now_ms() const { return exchange_.worker.process().clock.now_ms(); }
  std::int64_t left_ms() const { return started_ms_ + config_.retry_budget_ms - steady_ms(); }

  http::ClientResult send(const Lease& lease, std::string_view body) {
    const bool slow = is_slow(call_.model, call_.request);
    http::ClientRequest request;
    request.url = config_.base_url;
    request.url.append("/v1beta/models/").append(call_.model.id).append(":").append(call_.method);
    request.headers = {"Content-Type: application/json",
                       std::string("x-goog-api-key: ").append(lease.secret)};
    request.body = body;
    request.proxy = config_.proxy;
    request.connect_timeout_ms = config_.connect_timeout_ms;
    request.first_byte_timeout_ms =
        slow ? config_.slow_first_byte_timeout_ms : config_.first_byte_timeout_ms;
    request.idle_timeout_ms = config_.idle_timeout_ms;

    AttemptRecord& attempt = record_.attempts.back();
    const http::ClientResult result =
        exchange_.worker.client().send(request, consumer_, exchange_.connection.watch());
    attempt.http_status = result.status;
    attempt.finished_ms = now_ms();
    if (result.first_byte_ms > 0) attempt.first_byte_ms = attempt.started_ms + result.first_byte_ms;
    return result;
  }

  // What the policy table says, within what this request may still do.
  Decision judge(const UpstreamError& error) {
    AttemptHistory history;
    history.same_fault = ++faults_[error.fault];
    history.attempts = tries_;
    history.repaired = repaired_.contains(error.fault);
    Decision decision = decide(error, ledger_.memory(record_, error.fault), history, now_ms());
    if (decision.retry == Retry::repair) {
      repaired_[error.fault] = true;
    } else if (decision.retry != Retry::no) {
      const bool allowed = ++tries_ <= config_.max_attempts && decision.wait_ms < left_ms();
      if (!allowed) decision.retry = Retry::no;
    }
    if (consumer_.committed() || exchange_.response.client_gone()) decision.retry = Retry::no;
    return decision;
  }

  std::optional<Lease> first_lease() {
    LeaseResult result = ledger_.admit(record_);
    if (result.lease) return result.lease;
    if (!wait_for_key(result.shortage)) return std::nullopt;
    result = ledger_.admit(record_);
    if (result.lease) return result.lease;
    throw shortage_error(result.shortage, call_.model.id, now_ms());
  }

  // Nothing: the client has left. Throws when there is no other try.
  std::optional<Lease> next_lease(const UpstreamError& error, const Decision& decision) {
    if (decision.retry == Retry::no) {
      ledger_.close(record_, error, decision);
      throw client_error(error, decision, now_ms(), usable_at(decision));
    }
    LeaseResult result = ledger_.next(record_, error, decision);
    if (!result.lease) {
      const std::int64_t wake_ms = result.shortage.wake_ms;
      if (!can_wait_for(result.shortage)) {
        throw client_error(error, decision, now_ms(),
                           wake_ms > 0 ? std::optional(wake_ms) : std::nullopt);
      }
      if (!wait_for_key(result.shortage)) return std::nullopt;
      result = ledger_.admit(record_);
      if (!result.lease) throw client_error(error, decision, now_ms());
      return result.lease;
    }
    if (decision.wait_ms > 0 && !wait(decision.wait_ms)) return std::nullopt;
    return result.lease;
  }

  // When another request may find a key. The last decision is not published yet.
  std::optional<std::int64_t> usable_at(const Decision& decision) {
    std::optional<std::int64_t> at = ledger_.usable_at(record_);
    const std::int64_t wakes = decision.cool_until_ms;
    if (wakes > 0 && (!at || wakes < *at)) at = wakes;
    return at;
  }

  bool can_wait_for(const Shortage& shortage) const {
    const std::int64_t wait_ms = shortage.wake_ms - now_ms();
    return shortage.wake_ms > 0 && wait_ms <= std::min(config_.max_wait_ms, left_ms());
  }

  // Waits until the first key wakes; false: the client has left. Throws when that takes too long.
  bool wait_for_key(const Shortage& shortage) {
    if (!can_wait_for(shortage)) throw shortage_error(shortage, call_.model.id, now_ms());
    return wait(std::max<std::int64_t>(1, shortage.wake_ms - now_ms()));
  }

  bool wait(std::int64_t milliseconds) {
    if (http::Client::wait(milliseconds, consumer_, exchange_.connection.watch())) return true;
    record_.client_gone = true;
    return false;
  }

  Exchange& exchange_;
  const Upstream::Call& call_;
  Upstream::Consumer& consumer_;
  const UpstreamConfig& config_;
  Ledger& ledger_;
  RequestRecord& record_;
  const std::int64_t started_ms_;
  int tries_ = 1;  // repairs not counted
  std::map<UpstreamFault, int> faults_;
  std::map<UpstreamFault, bool> repaired_;
};

}  // namespace

void Upstream::ask(const Call& call, Consumer& consumer) {
  Attempts(exchange_, call, consumer).run();
}

}  // namespace castor::app
