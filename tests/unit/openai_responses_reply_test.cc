// ResponsesStreamWriter and ResponseBuilder together; what they make of whole replies is in
// tests/golden.

#include <boost/test/unit_test.hpp>

#include "openai/response_builder.h"
#include "openai/responses_stream_writer.h"
#include "responses_stream_checker.h"

namespace castor::openai {
namespace {

const ReplyIdentity kIdentity{.id = "resp_1",
                              .created_s = 1'795'000'000,
                              .model = "gpt-5.5",
                              .request_id = "req_1",
                              .signature_family = "gemini-4",
                              .show_thoughts = true,
                              .carry_signatures = true,
                              .echo = R"("store":true,"tools":[])",
                              .encrypted_reasoning = true};

struct Writer {
  explicit Writer(ReplyIdentity identity = kIdentity) : writer(out, std::move(identity)) {}
  std::string out;
  ResponsesStreamWriter writer;
};

json::value built(const std::function<void(ReplyHandler&)>& reply) {
  std::string out;
  ResponseBuilder builder(out, kIdentity);
  reply(builder);
  return json::parse(std::string_view(out));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openai_responses_reply)

BOOST_FIXTURE_TEST_CASE(the_opening_is_longer_than_what_servers_hold_back, Writer) {
  writer.open();
  BOOST_TEST(out.size() >= 128u);
  const std::size_t once = out.size();
  writer.open();
  BOOST_TEST(out.size() == once);
}

BOOST_FIXTURE_TEST_CASE(R14_pings_are_comments_between_the_opening_and_the_end_only, Writer) {
  writer.ping();
  BOOST_TEST(out == "");
  writer.open();
  writer.ping();
  writer.thought("t");
  writer.ping();
  writer.text("a");
  writer.ping();
  writer.finish({});
  const std::size_t end = out.size();
  writer.ping();
  BOOST_TEST(out.size() == end);
  const ResponsesStream read = read_responses_stream(out);
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.pings == 3);
}

BOOST_FIXTURE_TEST_CASE(R10_a_reply_that_breaks_off_is_a_failed_response_and_nothing_follows,
                        Writer) {
  writer.usage({.prompt = 5, .candidates = 1});
  writer.text("a");
  writer.fail(ApiError(ErrorKind::bad_gateway, "It broke off."));
  const std::string end = out;
  writer.fail(ApiError(ErrorKind::internal, "Again."));
  writer.finish({});
  writer.ping();
  BOOST_TEST(out == end);
  const ResponsesStream read = read_responses_stream(out);
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.terminal == "response.failed");
  BOOST_TEST(read.response.at("error").at("code") == "server_error");
  BOOST_TEST(read.response.at("output").at(0).at("status") == "incomplete");
  BOOST_TEST(read.response.at("usage").at("total_tokens") == 6);
}

BOOST_AUTO_TEST_CASE(codes_are_those_that_codex_knows) {
  const std::pair<ErrorKind, const char*> codes[] = {
      {ErrorKind::bad_request, "invalid_prompt"},
      {ErrorKind::context_too_long, "context_length_exceeded"},
      {ErrorKind::quota_exhausted, "insufficient_quota"},
      {ErrorKind::rate_limited, "rate_limit_exceeded"},
      {ErrorKind::overloaded, "server_error"},
      {ErrorKind::timeout, "server_error"},
  };
  for (const auto& [kind, code] : codes) {
    Writer failed;
    failed.writer.fail(ApiError(kind, "No."));
    const ResponsesStream read = read_responses_stream(failed.out);
    BOOST_TEST(read.problem == "");
    BOOST_TEST(read.response.at("error").at("code") == code);
  }
}

BOOST_FIXTURE_TEST_CASE(a_rate_limit_says_when_to_try_again, Writer) {
  ApiError error(ErrorKind::rate_limited, "All keys rest.");
  error.retry_after = 7;
  writer.fail(error);
  BOOST_TEST(read_responses_stream(out).response.at("error").at("message") ==
             "All keys rest. Please try again in 7s.");
}

BOOST_FIXTURE_TEST_CASE(every_response_of_a_stream_repeats_the_request, Writer) {
  writer.text("a");
  writer.finish({});
  std::size_t times = 0;
  for (std::size_t at = 0; (at = out.find(kIdentity.echo, at)) != out.npos; ++at) ++times;
  BOOST_TEST(times == 3u);
  BOOST_TEST(read_responses_stream(out).problem == "");
}

BOOST_AUTO_TEST_CASE(a_whole_response_fails_in_its_body) {
  const json::value failed = built([](ReplyHandler& reply) {
    reply.text("Half");
    reply.finish({.reason = FinishReason::malformed, .name = "MALFORMED_FUNCTION_CALL"});
  });
  BOOST_TEST(failed.at("status") == "failed");
  BOOST_TEST(failed.at("error").at("code") == "server_error");
  BOOST_TEST(failed.at("output").at(0).at("content").at(0).at("text") == "Half");
}

BOOST_AUTO_TEST_CASE(a_whole_response_that_is_late_is_not_begun) {
  std::string out;
  ResponseBuilder builder(out, kIdentity);
  ReplyHandler& reply = builder;
  reply.open();
  reply.ping();
  BOOST_TEST(out == "");
}

BOOST_AUTO_TEST_CASE(what_ended_well_is_kept_before_its_end_is_written) {
  std::string kept;
  ReplyIdentity identity = kIdentity;
  Writer* told = nullptr;
  identity.keep = [&](std::string_view response) {
    kept = response;
    BOOST_TEST(told->out.find("response.completed") == std::string::npos);
  };
  Writer good(identity);
  told = &good;
  good.writer.text("a");
  good.writer.finish({});
  BOOST_TEST(json::parse(std::string_view(kept)) == read_responses_stream(good.out).response);

  kept.clear();
  Writer bad(identity);
  told = &bad;
  bad.writer.text("a");
  bad.writer.fail(ApiError(ErrorKind::internal, "No."));
  BOOST_TEST(kept == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
