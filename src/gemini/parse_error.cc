#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "gemini/error.h"
#include "json/json.h"
#include "util/scrub.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

// Enough for a list of complaints about a schema.
constexpr std::size_t kMaxMessage = 2000;

bool mentions(std::string_view text, std::span<const std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return contains_ignoring_case(text, phrase); });
}

bool mentions(std::string_view text, std::string_view phrase) {
  return contains_ignoring_case(text, phrase);
}

// The object that tells of the error: {"error": {…}}, or the first of an array of such.
const json::object* find_error(const json::value& document) {
  const json::value* holder = &document;
  if (const json::array* list = document.if_array()) {
    if (list->empty()) return nullptr;
    holder = &list->front();
  }
  return holder->is_object() ? json::find_object(holder->get_object(), "error") : nullptr;
}

// A protobuf Duration in JSON, "34.4s", in milliseconds, rounded up.
std::optional<std::int64_t> parse_duration(std::string_view text) {
  if (!text.ends_with('s')) return std::nullopt;
  text.remove_suffix(1);
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  // Nor "inf" or "nan", which from_chars takes for numbers.
  if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) ||
      seconds > 1e9) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(std::ceil(seconds * 1000));
}

// "limit: 0" in the message; not "limit: 0.5" or "limit: 05".
bool says_limit_zero(std::string_view message) {
  constexpr std::string_view kPhrase = "limit: 0";
  for (std::size_t at = 0; (at = message.find(kPhrase, at)) != std::string_view::npos;) {
    at += kPhrase.size();
    const std::string_view rest = message.substr(at);
    const bool goes_on = !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
    const bool has_fraction = rest.size() > 1 && rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9';
    if (!goes_on && !has_fraction) return true;
  }
  return false;
}

bool is_zero(const json::value* quota) {
  if (quota == nullptr) return false;
  if (const json::string* text = quota->if_string()) return parse_integer(*text) == 0;
  return quota->is_number() && quota->to_number<double>() == 0;
}

// What decides, of the typed messages in error.details.
struct Details {
  std::string reason;
  std::optional<std::int64_t> retry_delay_ms;
  std::string first_quota, daily_quota, minute_quota, zero_quota;  // ids
  bool about_a_field = false;
  bool from_api = false;  // there was an error object at all

  void add_quota(std::string_view id, bool is_zero) {
    if (id.empty()) return;
    if (first_quota.empty()) first_quota = id;
    if (is_zero && zero_quota.empty()) zero_quota = id;
    if (daily_quota.empty() && mentions(id, "PerDay")) daily_quota = id;
    if (minute_quota.empty() && mentions(id, "PerMinute")) minute_quota = id;
  }
};

Details read_details(const json::object& error) {
  Details found;
  found.from_api = true;
  const json::array* details = json::find_array(error, "details");
  if (details == nullptr) return found;
  for (const json::value& value : *details) {
    const json::object* detail = value.if_object();
    if (detail == nullptr) continue;
    const std::string_view type = json::find_string(*detail, "@type");
    if (type.ends_with("ErrorInfo")) {
      if (found.reason.empty()) found.reason = json::find_string(*detail, "reason");
      // Google's service control, which stands before the API, tells the quota here.
      if (const json::object* metadata = json::find_object(*detail, "metadata")) {
        found.add_quota(json::find_string(*metadata, "quota_limit"),
                        is_zero(json::find(*metadata, "quota_limit_value")));
      }
    } else if (type.ends_with("RetryInfo")) {
      found.retry_delay_ms = parse_duration(json::find_string(*detail, "retryDelay"));
    } else if (type.ends_with("BadRequest")) {
      found.about_a_field = true;
    } else if (type.ends_with("QuotaFailure")) {
      const json::array* violations = json::find_array(*detail, "violations");
      if (violations == nullptr) continue;
      for (const json::value& violation : *violations) {
        if (const json::object* quota = violation.if_object()) {
          found.add_quota(json::find_string(*quota, "quotaId"),
                          is_zero(json::find(*quota, "quotaValue")));
        }
      }
    }
  }
  return found;
}

// The HTTP status that belongs to a google.rpc.Code; 0 for other words.
int status_of(std::string_view code) {
  static constexpr struct {
    std::string_view code;
    int status;
  } kCodes[] = {
      {"INVALID_ARGUMENT", 400},   {"FAILED_PRECONDITION", 400},
      {"OUT_OF_RANGE", 400},       {"UNAUTHENTICATED", 401},
      {"PERMISSION_DENIED", 403},  {"NOT_FOUND", 404},
      {"RESOURCE_EXHAUSTED", 429}, {"CANCELLED", 499},
      {"INTERNAL", 500},           {"UNKNOWN", 500},
      {"DATA_LOSS", 500},          {"UNIMPLEMENTED", 501},
      {"UNAVAILABLE", 503},        {"DEADLINE_EXCEEDED", 504},
  };
  for (const auto& row : kCodes) {
    if (row.code == code) return row.status;
  }
  return 0;
}

bool is_error_status(std::int64_t status) { return status >= 400 && status <= 599; }

// "(1048577)", "1,048,577": the next number at or after `at`, which moves behind it; 0: none.
std::int64_t next_number(std::string_view text, std::size_t& at) {
  constexpr std::string_view kDigits = "0123456789";
  at = text.find_first_of(kDigits, at);
  if (at == std::string_view::npos) return 0;
  std::string digits;
  while (at < text.size() &&
         (text[at] == ',' || kDigits.find(text[at]) != std::string_view::npos)) {
    if (text[at] != ',') digits += text[at];
    ++at;
  }
  return parse_integer(digits).value_or(0);
}

// "The input token count (N) exceeds the maximum number of tokens allowed (M)."; some back ends say
// "The input token count is N but model only supports up to M.", some leave N out.
bool read_too_long(UpstreamError& error) {
  constexpr std::string_view kCount = "token count", kExceeds = "exceeds",
                             kSupports = "supports up to";
  const std::string text = to_lower(error.message);
  const std::size_t count = text.find(kCount);
  if (count == std::string::npos) return false;
  const std::size_t limit = std::min(text.find(kExceeds, count), text.find(kSupports, count));
  if (limit == std::string::npos) return false;
  std::size_t at = count;
  error.tokens = next_number(std::string_view(text).substr(0, limit), at);
  at = limit;
  error.token_limit = next_number(text, at);
  return true;
}

// The rest are phrases of Google's messages (protocol-mapping A.5, A.6, A.8, A.13). They match
// loosely, because the wording changes.

bool about_signatures(std::string_view message) {
  constexpr std::string_view kSubject[] = {"thought_signature", "thought signature",
                                           "thoughtSignature"};
  constexpr std::string_view kComplaint[] = {"missing", "invalid", "not valid", "corrupt"};
  return mentions(message, kSubject) && mentions(message, kComplaint);
}

bool about_thinking(std::string_view message) {
  constexpr std::string_view kSubject[] = {"thinking level",  "thinking_level",  "thinkingLevel",
                                           "thinking budget", "thinking_budget", "thinkingBudget",
                                           "thinking_config", "thinkingConfig",  "thinking mode"};
  return mentions(message, kSubject) ||
         (mentions(message, "budget") && mentions(message, "invalid"));
}

bool about_turns(std::string_view message) {
  constexpr std::string_view kPhrases[] = {
      "function response turn",
      "function call turn",
      "function response parts",
      "ending with a model turn",
      "ends with a model turn",
      "multiturn requests alternate",
      "use a valid role",
      "contents is not specified",
      "parts must not be empty",
      "must have a text parameter",
      "must include at least one parts field",
      "oneof field 'data' must have one initialized field",
  };
  return mentions(message, kPhrases);
}

bool about_schemas(std::string_view message) {
  constexpr std::string_view kPhrases[] = {"schema",
                                           "too many states",
                                           "should be non-empty for object type",
                                           "items: missing field",
                                           "only allowed for string type",
                                           "property is not defined"};
  // "tools[0].function_declarations[1].parameters.properties[2]"
  constexpr std::string_view kDeclarations[] = {"function_declarations", "functionDeclarations"};
  return mentions(message, kPhrases) ||
         (mentions(message, kDeclarations) && mentions(message, ".parameters"));
}

UpstreamFault bad_request_fault(UpstreamError& error, bool about_a_field) {
  using enum UpstreamFault;
  const std::string_view message = error.message;
  // A complaint about a field quotes the client, whose words must not get a key disabled.
  constexpr std::string_view kFieldComplaints[] = {"Invalid JSON payload", "Invalid value at",
                                                   "GenerateContentRequest."};
  if (!about_a_field && !mentions(message, kFieldComplaints)) {
    constexpr std::string_view kInvalidKey[] = {"API key not valid", "API key expired",
                                                "pass a valid API key", "renew the API key"};
    if (mentions(message, kInvalidKey)) return invalid_key;
    if (mentions(message, "user location is not supported")) return location;
    // Other preconditions are the request's: a file that is still being processed.
    constexpr std::string_view kBilling[] = {"billing", "free tier"};
    if (error.status == "FAILED_PRECONDITION" && mentions(message, kBilling)) return billing;
  }
  if (read_too_long(error)) return too_long;
  if (about_signatures(message)) return bad_signature;
  if (about_schemas(message)) return bad_schema;
  if (about_thinking(message)) return bad_thinking;
  if (about_turns(message)) return bad_turns;
  return bad_request;
}

UpstreamFault forbidden_fault(const UpstreamError& error) {
  using enum UpstreamFault;
  // First, because it quotes the client: a file may be named "leaked".
  constexpr std::string_view kResource[] = {"CachedContent", "cached content", "access the File"};
  if (mentions(error.message, kResource)) return resource_denied;
  if (error.reason == "SERVICE_DISABLED" ||
      (error.reason.starts_with("API_KEY_") && error.reason.ends_with("_BLOCKED"))) {
    return service_disabled;
  }
  constexpr std::string_view kDenied[] = {"reported as leaked", "has been suspended",
                                          "project has been denied access"};
  if (error.reason == "CONSUMER_SUSPENDED" || mentions(error.message, kDenied)) return key_denied;
  if (mentions(error.message, "has not been used in project")) return service_disabled;
  return forbidden;
}

UpstreamFault not_found_fault(const UpstreamError& error) {
  using enum UpstreamFault;
  constexpr std::string_view kResource[] = {"CachedContent", "cached content", "cache content",
                                            "files/"};
  if (mentions(error.message, kResource)) return resource_denied;
  if (mentions(error.message, "no longer available")) return model_closed;
  return model_unknown;
}

// Sets quota_id, too.
UpstreamFault too_many_fault(UpstreamError& error, const Details& details) {
  using enum UpstreamFault;
  // A quota of nothing does not turn over at midnight.
  if (!details.zero_quota.empty() || says_limit_zero(error.message)) {
    error.quota_id = details.zero_quota.empty() ? details.first_quota : details.zero_quota;
    return no_access;
  }
  if (!details.daily_quota.empty()) {
    error.quota_id = details.daily_quota;
    return daily_quota;
  }
  error.quota_id = details.minute_quota.empty() ? details.first_quota : details.minute_quota;
  if (!details.minute_quota.empty() || error.retry_delay_ms) return rate_limited;
  if (mentions(error.message, "spend")) return spend_limit;
  return exhausted;
}

UpstreamFault fault_of(UpstreamError& error, const Details& details) {
  using enum UpstreamFault;
  const int status = error.http_status;
  if (status == 0) return unreachable;
  if (!is_error_status(status)) return bad_reply;
  // Only the API judges keys. Without its error object this is the page of Google's front end,
  // which refuses addresses, or of a proxy on the way.
  if (!details.from_api && (status == 401 || status == 403)) return location;
  if (status < 500) {
    // The words that Google keeps for machines, whatever the status.
    if (error.reason == "API_KEY_INVALID" || error.reason == "API_KEY_EXPIRED") return invalid_key;
    if (error.reason == "BILLING_DISABLED") return billing;
  }
  switch (status) {
    case 401:
      return invalid_key;
    case 402:
      return no_credit;
    case 403:
      return forbidden_fault(error);
    case 404:
      return not_found_fault(error);
    case 413:
      return too_large;
    case 429:
      return too_many_fault(error, details);
    case 499:
      return cancelled;
    case 503:
      return overloaded;
    case 504:
      return timeout;
    default:
      return status >= 500 ? internal : bad_request_fault(error, details.about_a_field);
  }
}

}  // namespace

UpstreamError parse_error(int http_status, std::string_view body) {
  UpstreamError error;
  error.http_status = http_status;
  Details details;
  try {
    const json::value document = json::parse(body);
    if (const json::object* told = find_error(document)) {
      details = read_details(*told);
      error.status = json::find_string(*told, "status");
      error.reason = details.reason;
      error.retry_delay_ms = details.retry_delay_ms;
      error.message = cut_utf8(scrub_keys(trim(json::find_string(*told, "message"))), kMaxMessage);
      if (http_status >= 200 && http_status < 300) {
        const std::int64_t code = json::find_integer(*told, "code");
        const std::int64_t own = is_error_status(code) ? code : status_of(error.status);
        if (own != 0) error.http_status = static_cast<int>(own);
      }
    }
  } catch (const json::ParseError&) {
    // The front end's HTML, or a proxy's: the status has to do.
  }
  error.fault = fault_of(error, details);
  return error;
}

}  // namespace castor::gemini
