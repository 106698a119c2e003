#include "app/upstream.h"

#include <algorithm>
#include <map>

#include "app/exchange.h"
#include "app/worker.h"
#include "domain/client_error.h"
#include "domain/key_policy.h"
#include "domain/scrub.h"
#include "gemini/repair.h"
#include "json/append.h"
#include "util/clock.h"

namespace castor::app {
namespace {

// Between two looks for a key.
constexpr std::int64_t kShortestPauseMs = 10;

// The attempts of one question, one after the other.
class Attempts {
 public:
  Attempts(Exchange& exchange, Upstream::Call call, Upstream::Consumer& consumer)
      : exchange_(exchange),
        call_(std::move(call)),
        consumer_(consumer),
        config_(call_.config ? *call_.config : exchange.worker.process().config.upstream),
        record_(exchange.record),
        started_ms_(call_.started_ms ? call_.started_ms : steady_ms()),
        patience_ms_(call_.may_wait ? config_.max_wait_ms : 0) {}

  void run() {
    std::optional<Lease> lease = first_lease();
    while (lease) {
      consumer_.leased(*lease);
      consumer_.begin_attempt();
      const http::ClientResult result = send(*lease);
      std::optional<UpstreamError> error = consumer_.end_attempt(result);
      if (result.ended == http::Ended::client_gone) record_.client_gone = true;
      if (!error) return;
      // Nobody else knows which key an upstream might repeat here.
      const std::string_view secret = lease->secret;
      error->message = scrub(error->message, {&secret, 1});
      const Decision decision = judge(*error, *lease);
      if (decision.retry == Retry::repair) {
        const std::string refused = call_.body;
        repair(decision.repair);
        if (call_.body != refused)
          record_.notes.push_back(std::string("repaired=") + name(error->fault));
      }
      lease = next_lease(*error, decision);
    }
  }

 private:
  StorePool::Loan store() { return exchange_.worker.store(); }
  std::int64_t now_ms() const { return exchange_.worker.process().clock.now_ms(); }
  std::int64_t left_ms() const { return started_ms_ + config_.retry_budget_ms - steady_ms(); }

  // Seldom enough to read the whole request again.
  void repair(Repair repair) {
    json::monotonic_resource arena;
    json::value body = json::parse(call_.body, &arena);
    json::value& request =
        call_.request_member.empty() ? body : body.as_object().at(call_.request_member);
    gemini::apply(repair, request.as_object(), call_.model);
    call_.body.clear();
    json::append_value(call_.body, body);
  }

  http::ClientResult send(const Lease& lease) {
    http::ClientRequest request;
    request.method = call_.verb;
    request.url = config_.base_url;
    if (call_.path.empty()) {
      request.url.append("/v1beta/models/").append(call_.model.id).append(":").append(call_.method);
      request.headers = {"Content-Type: application/json"};
    } else {
      request.url.append(call_.path);
      request.headers = call_.headers;
    }
    request.headers.push_back(std::string("x-goog-api-key: ").append(lease.secret));
    request.body = std::move(call_.body);
    request.proxy = lease.proxy.empty() ? config_.proxy : lease.proxy;
    request.connect_timeout_ms = config_.connect_timeout_ms;
    request.first_byte_timeout_ms =
        call_.may_think_long ? config_.slow_first_byte_timeout_ms : config_.first_byte_timeout_ms;
    request.idle_timeout_ms = config_.idle_timeout_ms;

    AttemptRecord& attempt = record_.attempts.back();
    const http::ClientResult result =
        exchange_.worker.client().send(request, consumer_, exchange_.connection.watch());
    call_.body = std::move(request.body);
    attempt.http_status = result.status;
    attempt.finished_ms = now_ms();
    if (result.first_byte_ms > 0) attempt.first_byte_ms = attempt.started_ms + result.first_byte_ms;
    return result;
  }

  // What the policy table says, within what this request may still do.
  Decision judge(const UpstreamError& error, const Lease& lease) {
    AttemptHistory history;
    history.own_proxy = !lease.proxy.empty();
    history.same_fault = ++faults_[error.fault];
    history.attempts = tries_;
    history.repaired = repaired_.contains(error.fault);
    Decision decision =
        decide(error, store()->ledger.memory(record_, error.fault), history, now_ms());
    // A key of the client's own is the client's to mend; what Google says of it, it is told.
    if (!record_.own_keys.empty() && decision.final == ErrorKind::no_usable_key) {
      decision.final = ErrorKind::unauthenticated;
    }
    if (decision.retry == Retry::repair) {
      repaired_[error.fault] = true;
      if (!call_.repairs) decision.retry = Retry::no;
    } else if (decision.retry != Retry::no) {
      const bool allowed = ++tries_ <= config_.max_attempts && decision.wait_ms < left_ms();
      if (!allowed) decision.retry = Retry::no;
    }
    const bool was_sent = error.fault != UpstreamFault::unreachable;
    if (consumer_.committed() || exchange_.response.client_gone() || (call_.once && was_sent)) {
      decision.retry = Retry::no;
    }
    return decision;
  }

  std::optional<Lease> first_lease() {
    LeaseResult result = store()->ledger.admit(record_);  // the loan must not last while we wait
    return await_lease(std::move(result), [&](const Shortage& shortage) {
      return shortage_error(shortage, call_.model.id, now_ms());
    });
  }

  // Nothing: the client has left. Throws when there is no other try.
  std::optional<Lease> next_lease(const UpstreamError& error, const Decision& decision) {
    if (decision.retry == Retry::no) {
      store()->ledger.close(record_, error, decision);
      throw client_error(error, decision, now_ms(), usable_at(decision));
    }
    store()->ledger.close(record_, error, decision);
    if (decision.wait_ms > 0) {
      store()->ledger.publish(record_);  // lest others walk into the same trouble meanwhile
      if (!wait(decision.wait_ms)) return std::nullopt;
    }
    LeaseResult result = store()->ledger.next(record_, decision);
    return await_lease(std::move(result), [&](const Shortage& shortage) {
      // What all keys have says more than what the last one had.
      if (is_of_keys(decision.final) && shortage.resting > 0 && shortage.tried == 0) {
        return shortage_error(shortage, call_.model.id, now_ms());
      }
      return client_error(error, decision, now_ms(),
                          shortage.wake_ms > 0 ? std::optional(shortage.wake_ms) : std::nullopt);
    });
  }

  // A key, waited for as long as that is worth it: others may be faster when one wakes. Nothing:
  // the client has left. Throws what `refusal` says of the shortage.
  template <typename Refusal>
  std::optional<Lease> await_lease(LeaseResult result, const Refusal& refusal) {
    while (!result.lease) {
      const std::int64_t pause_ms = std::max(result.shortage.wake_ms - now_ms(), kShortestPauseMs);
      if (result.shortage.wake_ms == 0 || pause_ms > std::min(patience_ms_, left_ms())) {
        throw refusal(result.shortage);
      }
      patience_ms_ -= pause_ms;
      if (!wait(pause_ms)) return std::nullopt;
      result = store()->ledger.admit(record_);
    }
    return result.lease;
  }

  // When another request may find a key. The last decision is not published yet.
  std::optional<std::int64_t> usable_at(const Decision& decision) {
    std::optional<std::int64_t> at = store()->ledger.usable_at(record_);
    const std::int64_t wakes = decision.cool_until_ms;
    if (wakes > 0 && (!at || wakes < *at)) at = wakes;
    return at;
  }

  bool wait(std::int64_t milliseconds) {
    if (http::Client::wait(milliseconds, consumer_, exchange_.connection.watch())) return true;
    record_.client_gone = true;
    return false;
  }

  Exchange& exchange_;
  Upstream::Call call_;
  Upstream::Consumer& consumer_;
  const UpstreamConfig& config_;
  RequestRecord& record_;
  const std::int64_t started_ms_;
  std::int64_t patience_ms_;  // with keys that rest
  int tries_ = 1;             // repairs not counted
  std::map<UpstreamFault, int> faults_;
  std::map<UpstreamFault, bool> repaired_;
};

}  // namespace

bool may_think_long(const Model& model, std::string_view thinking) {
  return model.long_decode || thinking == "level=high" || thinking == "level=xhigh";
}

void Upstream::ask(Call call, Consumer& consumer) {
  if (call.is_of_model) exchange_.check_model();
  Attempts(exchange_, std::move(call), consumer).run();
}

}  // namespace castor::app
