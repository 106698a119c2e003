// A week of traffic against a Google of our own making, with a clock that jumps from event to
// event: what castor has been told of a key holds for every later request.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <queue>
#include <random>
#include <set>

#include "domain/client_error.h"
#include "domain/ledger.h"
#include "gemini/error.h"
#include "storage_fixture.h"

namespace castor {
namespace {

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

// 2026-10-29 00:00 UTC: the clocks in California change in the night to 1 November.
constexpr std::int64_t kStart = 1'793'232'000'000;
constexpr std::int64_t kEnd = kStart + 7 * kDay;

constexpr int kKeys = 50, kModels = 10;
constexpr int kOverloaded = 3, kStormy = 4;  // models that fail for a while
constexpr std::int64_t kOverloadBegin = kStart + 2 * kDay + 12 * kHour;
constexpr std::int64_t kOverloadEnd = kOverloadBegin + 10 * kMinute;
constexpr std::int64_t kStormBegin = kStart + 3 * kDay + 12 * kHour;
constexpr std::int64_t kStormEnd = kStormBegin + 15 * kMinute;

// The last and the next midnight in California: 7 hours behind UTC until 1 November, then 8.
std::int64_t midnight_after(std::int64_t now_ms) {
  for (int day = 0;; ++day) {
    const std::int64_t midnight = kStart + day * kDay + (day <= 3 ? 7 : 8) * kHour;
    if (midnight > now_ms) return midnight;
  }
}

// Keys 1 to 30 have a project each, the others five projects of four.
int project_of(int key) { return key <= 30 ? key : 31 + (key - 31) / 4; }

std::string model_name(int model) { return "gemini-" + std::to_string(model); }

// What a call comes back with. What follows from it for later calls is said here a second time,
// independently of the table that is tested.
struct Verdict {
  int status = 200;
  std::string body;
  std::int64_t rest_ms = 0;   // how long the key may not be used; -1: for ever
  std::int64_t until_ms = 0;  // or until when
  bool all_models = false;
  bool project = true;  // the rest is that of all keys of the project
};

std::string error_body(int code, const char* status, const std::string& message,
                       const std::string& details = {}) {
  return R"({"error":{"code":)" + std::to_string(code) + R"(,"message":")" + message +
         R"(","status":")" + status + R"(","details":[)" + details + "]}}";
}

std::string quota_details(const char* id, const char* value, std::int64_t retry_seconds) {
  return std::string(R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[)") +
         R"({"quotaId":")" + id + R"(","quotaValue":")" + value + R"("}]},)" +
         R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":")" +
         std::to_string(retry_seconds) + R"(s"})";
}

std::string reason_details(const char* reason) {
  return std::string(R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":")") + reason +
         "\"}";
}

class Google {
 public:
  static constexpr int kPerMinute = 3, kPerDay = 12;  // of a project and model

  Verdict ask(int key, int model, std::int64_t now_ms) {
    if (auto verdict = of_key(key, model, now_ms)) return *verdict;
    if (model == kOverloaded && now_ms >= kOverloadBegin && now_ms < kOverloadEnd) {
      return {503, error_body(503, "UNAVAILABLE", "The model is overloaded.")};
    }
    if (model == kStormy && now_ms >= kStormBegin && now_ms < kStormEnd) {
      return {429, error_body(429, "RESOURCE_EXHAUSTED",
                              "Resource has been exhausted (e.g. check quota).")};
    }
    Use& use = used_[{project_of(key), model}];
    use.turn_over(now_ms);
    if (use.in_day >= kPerDay) {
      return {
          429,
          error_body(429, "RESOURCE_EXHAUSTED", "Quota exceeded.",
                     quota_details("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "12", 7)),
          0, midnight_after(now_ms) + kMinute};
    }
    if (use.in_minute >= kPerMinute) {
      const std::int64_t seconds = 60 - now_ms / kSecond % 60;
      return {
          429,
          error_body(429, "RESOURCE_EXHAUSTED", "Quota exceeded.",
                     quota_details("GenerateRequestsPerMinutePerProjectPerModel", "3", seconds)),
          seconds * kSecond};
    }
    ++use.in_day;
    ++use.in_minute;
    return {};
  }

 private:
  struct Use {
    std::int64_t minute = 0, midnight_ms = 0;
    int in_minute = 0, in_day = 0;
    void turn_over(std::int64_t now_ms) {
      if (minute != now_ms / kMinute) in_minute = 0;
      if (midnight_ms != midnight_after(now_ms)) in_day = 0;
      minute = now_ms / kMinute;
      midnight_ms = midnight_after(now_ms);
    }
  };

  static std::optional<Verdict> of_key(int key, int model, std::int64_t now_ms) {
    const auto during = [&](std::int64_t begin, std::int64_t length) {
      return now_ms >= kStart + begin && now_ms < kStart + begin + length;
    };
    if (key == 1 && during(kDay, 7 * kDay)) {
      return Verdict{
          400,
          error_body(400, "INVALID_ARGUMENT", "API key not valid.", reason_details("API_KEY_INVALID")),
          -1,
          0,
          true,
          false};
    }
    if (key == 2 && during(2 * kDay, 7 * kDay)) {
      return Verdict{
          403,  error_body(403, "PERMISSION_DENIED", "Your API key was reported as leaked."),
          -1,   0,
          true, false};
    }
    if (key == 3 && during(kDay, 5 * kHour)) {
      return Verdict{402, error_body(402, "RESOURCE_EXHAUSTED", "Your prepay balance is depleted."),
                     kHour, 0, true};
    }
    if (key == 31 && model < 2) {
      return Verdict{429,
                     error_body(429, "RESOURCE_EXHAUSTED", "Quota exceeded, limit: 0",
                                quota_details("GenerateRequestsPerDayPerProjectPerModel", "0", 5)),
                     kDay};
    }
    if (key == 4 && model == 2) {
      return Verdict{403,   error_body(403, "PERMISSION_DENIED", "The caller has no permission."),
                     kHour, 0,
                     false, false};
    }
    if (key == 5 && during(4 * kDay, kHour)) {
      return Verdict{429, error_body(429, "RESOURCE_EXHAUSTED", "The spend limit is reached."),
                     10 * kMinute, 0, true};
    }
    return std::nullopt;
  }

  std::map<std::pair<int, int>, Use> used_;  // by project and model
};

// Until when castor has been told not to use a key.
class Told {
 public:
  void hear(int key, int model, const Verdict& verdict, std::int64_t now_ms) {
    if (verdict.rest_ms == 0 && verdict.until_ms == 0) return;
    const std::int64_t until_ms = verdict.until_ms      ? verdict.until_ms
                                  : verdict.rest_ms < 0 ? kEnd + kDay
                                                        : now_ms + verdict.rest_ms;
    for (int other = 1; other <= kKeys; ++other) {
      const bool same_project = project_of(other) == project_of(key);
      if (other != key && !(verdict.project && same_project)) continue;
      std::int64_t& until = until_[{other, verdict.all_models ? -1 : model}];
      until = std::max(until, until_ms);
    }
  }
  std::int64_t until(int key, int model) const {
    std::int64_t latest = 0;
    for (const int scope : {model, -1}) {
      const auto found = until_.find({key, scope});
      if (found != until_.end()) latest = std::max(latest, found->second);
    }
    return latest;
  }

 private:
  std::map<std::pair<int, int>, std::int64_t> until_;
};

// A request under way, and what app/upstream.cc would do with it.
struct Ongoing {
  RequestRecord record;
  int model = 0;
  Verdict verdict;
  int tries = 1;
  std::map<UpstreamFault, int> faults;
  Decision decision;
  bool pauses = false;  // else a call is under way
};

struct Figures {
  int requests = 0, answered = 0, refused_at_once = 0, failed = 0, calls = 0;
  int needless = 0;  // calls with a key that was known to be no good
  int early = 0;     // refusals although a key was usable
  int storm_requests = 0, storm_calls = 0, overload_requests = 0, overload_calls = 0;
  std::map<std::string, int> faults;
};

class Week : public StorageFixture {
 public:
  Week() : ledger_(database, secrets, clock, report) {
    std::string own;
    for (int key = 1; key <= 30; ++key) own += secret(key) + "\n";
    admin().add(own);
    for (int first = 31; first <= kKeys; first += 4) {
      std::string four;
      for (int key = first; key < first + 4; ++key) four += secret(key) + "\n";
      admin().add(four, {.project = "p" + std::to_string(first)});
    }
    plan();
  }

  void run() {
    while (!events_.empty()) {
      const auto [at_ms, number] = events_.top();
      events_.pop();
      now_ms = at_ms;
      step(number);
    }
  }

  Figures figures;

 private:
  using Event = std::pair<std::int64_t, std::size_t>;  // when, which request

  void arrive(std::int64_t at_ms, int model) {
    Ongoing request{.model = model};
    request.record = {.request_id = "r",
                      .started_ms = at_ms,
                      .api = "anthropic",
                      .path = "/v1/messages",
                      .model = model_name(model)};
    if (random_() % 2 == 0) request.record.conversation = std::to_string(random_() % 100);
    events_.emplace(at_ms, requests_.size());
    requests_.push_back(std::move(request));
  }

  // Popular models and others, bursts, and much to do while two models fail.
  void plan() {
    for (std::int64_t at_ms = kStart; at_ms < kEnd;) {
      at_ms += static_cast<std::int64_t>(random_() % (200 * kSecond));
      const int model = static_cast<int>(std::min(random_() % kModels, random_() % kModels));
      const int burst = random_() % 20 == 0 ? 60 : 1;
      for (int i = 0; i < burst; ++i) {
        arrive(at_ms + static_cast<std::int64_t>(random_() % (20 * kSecond)), model);
      }
    }
    for (std::int64_t at_ms = kOverloadBegin; at_ms < kOverloadEnd; at_ms += kSecond) {
      arrive(at_ms, kOverloaded);
      ++figures.overload_requests;
    }
    for (std::int64_t at_ms = kStormBegin; at_ms < kStormEnd; at_ms += kSecond / 2) {
      arrive(at_ms, kStormy);
      ++figures.storm_requests;
    }
  }

  void step(std::size_t number) {
    Ongoing& request = requests_[number];
    if (request.record.attempts.empty()) {
      ++figures.requests;
      go_on(number, ledger_.admit(request.record));
    } else if (request.pauses) {
      request.pauses = false;
      go_on(number, ledger_.next(request.record, request.decision));
    } else {
      hear(number);
    }
  }

  void go_on(std::size_t number, const LeaseResult& result) {
    Ongoing& request = requests_[number];
    if (!result.lease) {
      check(result.shortage, request.model);
      ++(request.record.attempts.empty() ? figures.refused_at_once : figures.failed);
      request.record.error = shortage_error(result.shortage, request.record.model, now_ms).kind;
      ledger_.settle(std::move(request.record));
      return;
    }
    const int key = static_cast<int>(result.lease->key_id);
    ++figures.calls;
    if (told_.until(key, request.model) > now_ms) ++figures.needless;
    const bool storm = request.model == kStormy && now_ms >= kStormBegin && now_ms < kStormEnd;
    const bool overload =
        request.model == kOverloaded && now_ms >= kOverloadBegin && now_ms < kOverloadEnd;
    figures.storm_calls += storm;
    figures.overload_calls += overload;
    request.verdict = google_.ask(key, request.model, now_ms);
    const std::int64_t patience = request.verdict.status == 200 ? 30 * kSecond : kSecond;
    events_.emplace(now_ms + 100 + static_cast<std::int64_t>(random_() % patience), number);
  }

  // The answer is there.
  void hear(std::size_t number) {
    Ongoing& request = requests_[number];
    RequestRecord& record = request.record;
    const int key = static_cast<int>(record.attempts.back().key_id);
    record.attempts.back().http_status = request.verdict.status;
    if (request.verdict.status == 200) {
      ++figures.answered;
      record.status = 200;
      ledger_.settle(std::move(record));
      return;
    }
    const UpstreamError error = gemini::parse_error(request.verdict.status, request.verdict.body);
    ++figures.faults[name(error.fault)];
    request.decision = decide(error, ledger_.memory(record, error.fault),
                              {.same_fault = ++request.faults[error.fault]}, now_ms);
    if (++request.tries > UpstreamConfig().max_attempts) request.decision.retry = Retry::no;
    told_.hear(key, request.model, request.verdict, now_ms);
    ledger_.close(record, error, request.decision);
    if (request.decision.retry == Retry::no) {
      ++figures.failed;
      record.error = client_error(error, request.decision, now_ms).kind;
      ledger_.settle(std::move(record));
    } else if (request.decision.wait_ms > 0) {
      ledger_.publish(record);
      request.pauses = true;
      events_.emplace(now_ms + request.decision.wait_ms, number);
    } else {
      go_on(number, ledger_.next(record, request.decision));
    }
  }

  // Nobody is refused while a key is usable, and the time that is told is right.
  void check(const Shortage& shortage, int model) {
    if (model == kOverloaded || model == kStormy || shortage.tried > 0) return;
    std::int64_t earliest_ms = kEnd + kDay;
    for (int key = 1; key <= kKeys; ++key) {
      earliest_ms = std::min(earliest_ms, told_.until(key, model));
    }
    if (earliest_ms <= now_ms) ++figures.early;
    if (earliest_ms > now_ms && shortage.wake_ms != earliest_ms) {
      BOOST_ERROR("the earliest key wakes in " << earliest_ms - now_ms << " ms, told is "
                                               << shortage.wake_ms - now_ms);
    }
  }

  std::mt19937 random_{7};
  Ledger ledger_;
  Google google_;
  Told told_;
  std::vector<Ongoing> requests_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(key_simulation)

BOOST_AUTO_TEST_CASE(in_a_week_no_request_uses_a_key_that_is_known_to_be_no_good) {
  Week week;
  week.now_ms = kStart;
  week.run();

  const Figures& figures = week.figures;
  std::string faults;
  for (const auto& [fault, count] : figures.faults) {
    faults += " " + fault + " " + std::to_string(count);
  }
  BOOST_TEST_MESSAGE(figures.requests
                     << " requests, " << figures.calls << " calls: " << figures.answered
                     << " answered, " << figures.refused_at_once << " refused at once, "
                     << figures.failed << " failed;" << faults << "; the storm met "
                     << figures.storm_requests << " requests and made " << figures.storm_calls
                     << " calls, the overload " << figures.overload_requests << " and "
                     << figures.overload_calls);
  BOOST_TEST(figures.needless == 0);
  BOOST_TEST(figures.early == 0);
  BOOST_TEST(figures.requests == figures.answered + figures.refused_at_once + figures.failed);
  BOOST_TEST(week.number("SELECT count(*) FROM requests") == figures.requests);
  BOOST_TEST(week.number("SELECT count(*) FROM attempts") == figures.calls);
  BOOST_TEST(week.number("SELECT count(*) FROM unsettled_requests") == 0);
  // Two keys were bad, and no other has suffered for it.
  BOOST_TEST(week.text("SELECT group_concat(id) FROM api_keys WHERE NOT enabled") == "1,2");

  // The faults that it met are those that there were.
  for (const char* fault : {"daily_quota", "rate_limited", "invalid_key", "key_denied", "no_credit",
                            "no_access", "forbidden", "spend_limit", "exhausted", "overloaded"}) {
    BOOST_TEST(figures.faults.contains(fault), fault);
  }
  // K7, K8: a fault at Google does not walk the pool.
  BOOST_TEST(figures.storm_calls < 60);
  BOOST_TEST(figures.overload_calls < figures.overload_requests);
  // A refusal is told at once: what Google has to refuse itself is the exception.
  BOOST_TEST(figures.faults.at("daily_quota") < figures.answered / 10);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
