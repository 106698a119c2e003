#include <boost/test/unit_test.hpp>

#include "gemini/error.h"
#include "json/json.h"

namespace castor::gemini {
namespace {

// An error body in Google's shape; `details` is the inside of its array.
std::string body(int code, const std::string& status, const std::string& message,
                 const std::string& details = "") {
  json::object error{{"code", code}, {"message", message}, {"status", status}};
  if (!details.empty()) error["details"] = json::parse("[" + details + "]");
  return json::serialize(json::object{{"error", error}});
}

std::string error_info(const std::string& reason) {
  return R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":")" + reason +
         R"(","domain":"googleapis.com"})";
}

std::string quota(const std::string& id, const std::string& value = "20") {
  return R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"m","quotaId":")" +
         id + R"(","quotaValue":")" + value + R"("}]})";
}

std::string retry_info(const std::string& delay) {
  return R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":")" + delay + R"("})";
}

constexpr const char* kFieldViolation =
    R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"tools[0]"}]})";

struct Case {
  int http_status;
  std::string body;
  UpstreamFault expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& test : cases) {
    const UpstreamFault fault = parse_error(test.http_status, test.body).fault;
    BOOST_TEST((fault == test.expected), name(fault)
                                             << " instead of " << name(test.expected) << ": "
                                             << test.http_status << " " << test.body);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gemini_error)

// K4.
BOOST_AUTO_TEST_CASE(a_400_is_about_the_key_the_place_the_account_or_the_request) {
  using enum UpstreamFault;
  const auto bad = [](const char* message, const std::string& details = "") {
    return body(400, "INVALID_ARGUMENT", message, details);
  };
  check({
      {400, bad("Something.", error_info("API_KEY_INVALID")), invalid_key},
      {400, bad("Something.", error_info("API_KEY_EXPIRED")), invalid_key},
      {400, bad("API key not valid. Please pass a valid API key."), invalid_key},
      {400, bad("api key expired. Please renew the API key."), invalid_key},
      {400, body(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
       location},
      {400,
       body(400, "FAILED_PRECONDITION",
            "Gemini API free tier is not available in your country. Please enable billing."),
       billing},
      {400, body(400, "FAILED_PRECONDITION", "The File x is not in an ACTIVE state."), bad_request},
      {400, bad("LogProbs is not supported in streaming mode"), bad_request},
      {400, "", bad_request},
      {409, body(409, "ABORTED", "again"), bad_request},
      {413, "<html>413</html>", too_large},
      {413, body(413, "INVALID_ARGUMENT", "too large"), too_large},
  });
}

BOOST_AUTO_TEST_CASE(a_400_about_the_body_says_which_repair_may_help) {
  using enum UpstreamFault;
  const auto bad = [](const char* message, const std::string& details = "") {
    return body(400, "INVALID_ARGUMENT", message, details);
  };
  check({
      {400,
       bad("Unable to submit request because function call `default_api:Read` in the `2.` content "
           "block is missing a `thought_signature`."),
       bad_signature},
      {400, bad("Function call is missing a thought_signature in functionCall parts."),
       bad_signature},
      {400, bad("Invalid thought signature."), bad_signature},
      {400, bad("CORRUPTED THOUGHT SIGNATURE"), bad_signature},
      {400,
       bad("* GenerateContentRequest.tools[0].function_declarations[2].parameters.properties: "
           "should be non-empty for OBJECT type\n"),
       bad_schema},
      {400,
       bad("Invalid JSON payload received. Unknown name \"const\" at "
           "'tools[0].function_declarations[0].parameters.properties[3].value': Cannot find field.",
           kFieldViolation),
       bad_schema},
      {400, bad("* GenerateContentRequest.tools[0].functionDeclarations[0].parameters: x"),
       bad_schema},
      {400, bad("The specified schema produces a constraint that has too many states for serving."),
       bad_schema},
      {400, bad("* GenerateContentRequest.tools[0].function_declarations[0].name: Invalid name"),
       bad_request},
      {400, bad("Thinking level MINIMAL is not supported for this model."), bad_thinking},
      {400, bad("Thinking level is not supported for this model."), bad_thinking},
      {400, bad("Budget 0 is invalid. This model only works in thinking mode."), bad_thinking},
      {400,
       bad("Please ensure that function response turn comes immediately after a function call "
           "turn."),
       bad_turns},
      {400,
       bad("Please ensure that function call turn comes immediately after a user turn or after a "
           "function response turn."),
       bad_turns},
      {400,
       bad("Please ensure that the number of function response parts is equal to the number of "
           "function call parts of the function call turn."),
       bad_turns},
      {400, bad("Requests ending with a model turn are not supported."), bad_turns},
      {400, bad("* GenerateContentRequest.contents: contents is not specified"), bad_turns},
      {400, bad("Please use a valid role: user, model."), bad_turns},
      {400, "[" + bad("Requests ending with a model turn are not supported.") + "]", bad_turns},
  });
}

BOOST_AUTO_TEST_CASE(the_words_of_a_client_in_an_error_cannot_touch_a_key) {
  using enum UpstreamFault;
  for (const char* words :
       {"API key not valid", "API key expired", "billing", "User location is not supported"}) {
    const std::string message =
        std::string("Invalid JSON payload received. Unknown name \"") + words + "\": Cannot find.";
    const std::string prefixed = std::string("* GenerateContentRequest.tools[0]: ") + words;
    check({{400, body(400, "INVALID_ARGUMENT", message), bad_request},
           {400, body(400, "INVALID_ARGUMENT", words, kFieldViolation), bad_request},
           {400, body(400, "INVALID_ARGUMENT", prefixed), bad_request}});
  }
  check({{403,
          body(403, "PERMISSION_DENIED",
               "You do not have permission to access the File reported as leaked or it may not "
               "exist."),
          resource_denied}});
}

// U10.
BOOST_AUTO_TEST_CASE(a_prompt_that_is_too_long_tells_how_long) {
  const struct {
    const char* message;
    std::int64_t tokens, limit;
  } cases[] = {
      {"The input token count (1196265) exceeds the maximum number of tokens allowed (1048576).",
       1196265, 1048576},
      {"the INPUT token count (1,196,265) exceeds the maximum number of tokens allowed "
       "(1,048,576).",
       1196265, 1048576},
      {"The input token count exceeds the maximum number of tokens allowed (1048576).", 0, 1048576},
      {"The input token count is 32800 but model only supports up to 32767.", 32800, 32767},
      {"The input token count exceeds the limit", 0, 0},
      {"The input token count (99999999999999999999999) exceeds the limit", 0, 0},
  };
  for (const auto& test : cases) {
    const UpstreamError error = parse_error(400, body(400, "INVALID_ARGUMENT", test.message));
    BOOST_TEST((error.fault == UpstreamFault::too_long), test.message);
    BOOST_TEST(error.tokens == test.tokens, test.message);
    BOOST_TEST(error.token_limit == test.limit, test.message);
  }
}

// K3, K4, K14.
BOOST_AUTO_TEST_CASE(a_refusal_is_told_by_reason_then_by_message) {
  using enum UpstreamFault;
  const auto denied = [](const char* message, const std::string& details = "") {
    return body(403, "PERMISSION_DENIED", message, details);
  };
  check({
      {401, body(401, "UNAUTHENTICATED", "x", error_info("CREDENTIALS_MISSING")), invalid_key},
      {401, body(401, "UNAUTHENTICATED", "x"), invalid_key},
      {402, body(402, "RESOURCE_EXHAUSTED", "Your prepay credit balance is depleted."), no_credit},
      {403, denied("Your API key was reported as leaked. Please use another API key."), key_denied},
      {403, denied("Permission denied: Consumer 'api_key:x' has been suspended."), key_denied},
      {403, denied("x", error_info("CONSUMER_SUSPENDED")), key_denied},
      {403, denied("Your project has been denied access. Please contact support."), key_denied},
      {403, denied("x", error_info("SERVICE_DISABLED")), service_disabled},
      {403, denied("The API has not been used in project 1 before or it is disabled."),
       service_disabled},
      {403, denied("x", error_info("API_KEY_SERVICE_BLOCKED")), service_disabled},
      {403, denied("x", error_info("API_KEY_IP_ADDRESS_BLOCKED")), service_disabled},
      {403, denied("x", error_info("API_KEY_HTTP_REFERRER_BLOCKED")), service_disabled},
      {403, denied("x", error_info("BILLING_DISABLED")), billing},
      {403, denied("CachedContent not found (or permission denied)"), resource_denied},
      {403, denied("You do not have permission to access the File abc or it may not exist."),
       resource_denied},
      {403, denied("Method doesn't allow unregistered callers."), forbidden},
      // Not the API's words: an address is refused on the way, no key.
      {403, "<html><title>Error 403 (Forbidden)!!1</title></html>", location},
      {401, "", location},
      {404,
       body(404, "NOT_FOUND",
            "models/x is not found for API version v1beta, or is not supported for "
            "generateContent."),
       model_unknown},
      {404, "<html>404</html>", model_unknown},
      {404, body(404, "NOT_FOUND", "This model models/x is no longer available to new users."),
       model_closed},
      {404, body(404, "NOT_FOUND", "Not found: cache content metadata 12."), resource_denied},
  });
}

// K5, K6, K7.
BOOST_AUTO_TEST_CASE(a_429_is_told_by_its_quota_then_by_its_delay) {
  using enum UpstreamFault;
  const auto many = [](const std::string& details, const char* message = "Quota exceeded.") {
    return body(429, "RESOURCE_EXHAUSTED", message, details);
  };
  const std::string day = quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier");
  const std::string minute = quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "5");
  check({
      {429, many(day), daily_quota},
      {429, many(day + "," + retry_info("3s")), daily_quota},
      {429, many(minute + "," + day), daily_quota},
      {429, many(quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "0")), no_access},
      {429, many(quota("GenerateContentInputTokensPerModelPerMinute", "0")), no_access},
      {429, many(day, "* Quota exceeded for metric: x, limit: 0, model: y"), no_access},
      {429, many(minute, "* Quota exceeded for metric: x, limit: 05, model: y"), rate_limited},
      {429, many(minute, "* Quota exceeded for metric: x, limit: 0.5"), rate_limited},
      {429, many(minute), rate_limited},
      {429, many(minute + "," + retry_info("48s")), rate_limited},
      {429, many(retry_info("48s")), rate_limited},
      {429, many("", "Your project has reached its spend limit."), spend_limit},
      {429, many("", "Resource has been exhausted (e.g. check quota)."), exhausted},
      {429, many(retry_info("soon")), exhausted},
      {429, many(R"({"@type":"type.googleapis.com/google.rpc.Help","links":[]})"), exhausted},
      {429, many(quota("SomethingNew")), exhausted},
      {429, "too many", exhausted},
      {429,
       many(R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"RATE_LIMIT_EXCEEDED",
                "metadata":{"quota_limit":"GenerateContentRequestsPerMinutePerProjectPerRegion",
                            "quota_limit_value":"60"}})"),
       rate_limited},
  });
  BOOST_TEST(parse_error(429, many(minute + "," + day)).quota_id ==
             "GenerateRequestsPerDayPerProjectPerModel-FreeTier");
}

BOOST_AUTO_TEST_CASE(a_retry_delay_is_read_to_the_millisecond_or_not_at_all) {
  const auto delay = [](const std::string& text) {
    return parse_error(429, body(429, "RESOURCE_EXHAUSTED", "x", retry_info(text)))
        .retry_delay_ms.value_or(-1);
  };
  BOOST_TEST(delay("48s") == 48000);
  BOOST_TEST(delay("34.4s") == 34400);
  BOOST_TEST(delay("0.5s") == 500);
  BOOST_TEST(delay("48.939935699s") == 48940);
  BOOST_TEST(delay("0s") == 0);
  for (const char* garbage : {"", "s", "48", "-3s", "4 8s", "48ms", "infs", "nans", "1e3s", "9e99s",
                              "99999999999999999999s", "0x10s"}) {
    BOOST_TEST(delay(garbage) == -1, garbage);
  }
}

// K8.
BOOST_AUTO_TEST_CASE(faults_of_the_server_are_told_by_status) {
  using enum UpstreamFault;
  check({
      {0, "", unreachable},
      {499, body(499, "CANCELLED", "x"), cancelled},
      {500, body(500, "INTERNAL", "An internal error has occurred."), internal},
      {501, body(501, "UNIMPLEMENTED", "x"), internal},
      {502, "<html>Bad Gateway</html>", internal},
      {503, body(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
       overloaded},
      {503, "", overloaded},
      {504, body(504, "DEADLINE_EXCEEDED", "x"), timeout},
      {302, "<a href='/login'>", bad_reply},
  });
}

// R10.
BOOST_AUTO_TEST_CASE(an_error_in_a_stream_of_200_counts_by_its_own_code) {
  using enum UpstreamFault;
  check({
      {200, body(503, "UNAVAILABLE", "The model is overloaded."), overloaded},
      {200, body(429, "RESOURCE_EXHAUSTED", "x", retry_info("7s")), rate_limited},
      {200, "[" + body(500, "INTERNAL", "x") + "]", internal},
      {200, R"({"error":{"status":"UNAVAILABLE"}})", overloaded},
      {200, R"({"error":{"code":14,"status":"DEADLINE_EXCEEDED"}})", timeout},
      {200, R"({"error":{"code":200}})", bad_reply},
      {200, R"({"candidates":[]})", bad_reply},
      {200, "", bad_reply},
  });
  BOOST_TEST(parse_error(200, body(503, "UNAVAILABLE", "x")).http_status == 503);
  // Of an error answer, the status line counts.
  BOOST_TEST(parse_error(503, body(400, "INVALID_ARGUMENT", "x")).http_status == 503);
}

BOOST_AUTO_TEST_CASE(everything_that_was_told_is_kept) {
  const UpstreamError error =
      parse_error(429, body(429, "RESOURCE_EXHAUSTED", " Please wait.\n",
                            error_info("RATE_LIMIT_EXCEEDED") + "," +
                                quota("GenerateRequestsPerMinutePerProjectPerModel") + "," +
                                retry_info("34.4s")));
  BOOST_TEST(error.http_status == 429);
  BOOST_TEST(error.status == "RESOURCE_EXHAUSTED");
  BOOST_TEST(error.reason == "RATE_LIMIT_EXCEEDED");
  BOOST_TEST(error.quota_id == "GenerateRequestsPerMinutePerProjectPerModel");
  BOOST_TEST(error.message == "Please wait.");
  BOOST_TEST(error.retry_delay_ms.value() == 34400);
}

// K2, K3.
BOOST_AUTO_TEST_CASE(a_message_is_scrubbed_of_keys_and_cut) {
  const std::string key = "AIza" + std::string(35, 'x');
  const UpstreamError suspended = parse_error(
      403, body(403, "PERMISSION_DENIED",
                "Permission denied: Consumer 'api_key:" + key + "' has been suspended."));
  BOOST_TEST(suspended.message == "Permission denied: Consumer 'api_key:***' has been suspended.");

  const UpstreamError endless =
      parse_error(400, body(400, "INVALID_ARGUMENT", std::string(1999, 'x') + "\xC3\xA4" + key));
  BOOST_TEST(endless.message == std::string(1999, 'x'));
}

BOOST_AUTO_TEST_CASE(nothing_that_comes_makes_it_throw) {
  for (const std::string& bytes :
       {std::string("null"), std::string("[]"), std::string("[[]]"), std::string("[null]"),
        std::string("{}"), std::string("{\"error\":null}"), std::string("{\"error\":\"text\"}"),
        std::string("{\"error\":[]}"), std::string("\xFF\xFE"), std::string("\0\0", 2),
        std::string(100'000, '['), std::string("{\"error\":{\"code\":1e400}}"),
        std::string("{\"error\":{\"code\":\"503\",\"message\":7,\"details\":{}}}"),
        std::string("{\"error\":{\"details\":[null,[],{\"@type\":3},{\"@type\":\"QuotaFailure\","
                    "\"violations\":[1,{\"quotaId\":{},\"quotaValue\":[]}]},{\"@type\":"
                    "\"ErrorInfo\",\"metadata\":[]},{\"@type\":\"RetryInfo\",\"retryDelay\":5}]}}"),
        std::string("{\"error\":{\"code\":503")}) {
    for (const int status : {-1, 0, 100, 200, 400, 403, 404, 429, 500, 600, 99999}) {
      BOOST_CHECK_NO_THROW(parse_error(status, bytes));
    }
  }
}

BOOST_AUTO_TEST_CASE(clients_are_told_no_in_googles_shape) {
  using enum ErrorKind;
  const struct {
    ErrorKind kind;
    int http_status;
    const char* expected;
  } cases[] = {
      {bad_request, 400, R"({"error":{"code":400,"message":"why","status":"INVALID_ARGUMENT"}})"},
      {context_too_long, 400,
       R"({"error":{"code":400,"message":"why","status":"INVALID_ARGUMENT"}})"},
      {unauthenticated, 400,
       R"({"error":{"code":400,"message":"API key not valid. why","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]}})"},
      {forbidden, 403, R"({"error":{"code":403,"message":"why","status":"PERMISSION_DENIED"}})"},
      {not_found, 404, R"({"error":{"code":404,"message":"why","status":"NOT_FOUND"}})"},
      {method_not_allowed, 405,
       R"({"error":{"code":405,"message":"why","status":"UNIMPLEMENTED"}})"},
      {too_large, 413, R"({"error":{"code":413,"message":"why","status":"INVALID_ARGUMENT"}})"},
      {rate_limited, 429,
       R"({"error":{"code":429,"message":"why","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"7s"}]}})"},
      {quota_exhausted, 429,
       R"({"error":{"code":429,"message":"why","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}]}})"},
      {unavailable, 503, R"({"error":{"code":503,"message":"why","status":"UNAVAILABLE"}})"},
      {no_usable_key, 503, R"({"error":{"code":503,"message":"why","status":"UNAVAILABLE"}})"},
      {overloaded, 503, R"({"error":{"code":503,"message":"why","status":"UNAVAILABLE"}})"},
      {internal, 500, R"({"error":{"code":500,"message":"why","status":"INTERNAL"}})"},
      {bad_gateway, 502, R"({"error":{"code":502,"message":"why","status":"UNAVAILABLE"}})"},
      {timeout, 504, R"({"error":{"code":504,"message":"why","status":"DEADLINE_EXCEEDED"}})"},
  };
  for (const auto& test : cases) {
    ApiError error(test.kind, "why");
    error.retry_after = 7;
    BOOST_TEST(http_status(test.kind) == test.http_status);
    BOOST_TEST(error_body(error) == test.expected);
  }
  BOOST_TEST(error_body(ApiError(rate_limited, "why")) ==
             R"({"error":{"code":429,"message":"why","status":"RESOURCE_EXHAUSTED"}})");
}

// What we say is read by our own reader, too: a gateway may stand behind another.
BOOST_AUTO_TEST_CASE(our_answers_mean_the_same_to_us) {
  using enum ErrorKind;
  const auto fault = [](ErrorKind kind) {
    ApiError error(kind, "why");
    error.retry_after = 7;
    return parse_error(http_status(kind), error_body(error)).fault;
  };
  BOOST_TEST((fault(unauthenticated) == UpstreamFault::invalid_key));
  BOOST_TEST((fault(rate_limited) == UpstreamFault::rate_limited));
  BOOST_TEST((fault(quota_exhausted) == UpstreamFault::daily_quota));
  BOOST_TEST((fault(overloaded) == UpstreamFault::overloaded));
  BOOST_TEST((fault(timeout) == UpstreamFault::timeout));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
