#include <boost/test/unit_test.hpp>

#include "chat_stream_checker.h"
#include "openai/chat_completion_builder.h"
#include "openai/chat_stream_writer.h"

// ChatStreamWriter and ChatCompletionBuilder together; what they make of whole replies is in
// tests/golden.
namespace castor::openai {
namespace {

const ReplyIdentity kIdentity{.id = "chatcmpl-1",
                              .created_s = 1'795'000'000,
                              .model = "gpt-5.6",
                              .request_id = "req_1",
                              .signature_family = "gemini-4",
                              .show_thoughts = true,
                              .carry_signatures = true};

struct Writer {
  std::string out;
  ChatStreamWriter writer{out, kIdentity};
};

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; ++at) ++times;
  return times;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(openai_chat_reply)

BOOST_FIXTURE_TEST_CASE(the_opening_is_longer_than_what_servers_hold_back, Writer) {
  writer.open();
  BOOST_TEST(out.size() >= 100u);
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
  const ChatStream read = read_chat_stream(out);
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.pings == 3);
}

BOOST_FIXTURE_TEST_CASE(R10_nothing_follows_an_error, Writer) {
  writer.text("a");
  writer.fail(ApiError(ErrorKind::overloaded, "No room."));
  const std::string end = out;
  writer.fail(ApiError(ErrorKind::internal, "Again."));
  writer.finish({});
  writer.ping();
  BOOST_TEST(out == end);
  BOOST_TEST(read_chat_stream(out).problem == "");
  BOOST_TEST(read_chat_stream(out).error.at("code") == "overloaded");
  BOOST_TEST(out.find("[DONE]") == out.npos);
}

BOOST_FIXTURE_TEST_CASE(R16_a_stream_that_ended_well_says_so_once, Writer) {
  writer.text("a");
  writer.finish({});
  const std::string end = out;
  writer.fail(ApiError(ErrorKind::internal, "Late."));
  writer.finish({});
  BOOST_TEST(out == end);
  BOOST_TEST(count(out, "data: [DONE]\n\n") == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_owner_of_the_text_may_empty_it_between_calls, Writer) {
  std::string sent;
  const auto flush = [&] { sent += std::exchange(out, {}); };
  writer.thought("t");
  flush();
  writer.text("a");
  flush();
  writer.text("b");
  flush();
  writer.finish({});
  flush();
  const ChatStream read = read_chat_stream(sent);
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.completion.at("choices").at(0).at("message").at("content") == "ab");
}

BOOST_FIXTURE_TEST_CASE(R4_long_arguments_come_in_pieces_cut_between_characters, Writer) {
  json::object arguments;
  for (int i = 0; i < 4000; ++i) arguments["\u00e9" + std::to_string(i)] = "\U0001f600";
  writer.function_call(
      {.id = "", .client_id = "call_1", .name = "f", .args = arguments, .signature = ""});
  writer.finish({});
  const ChatStream read = read_chat_stream(out);
  BOOST_TEST(read.problem == "");
  const json::value& call =
      read.completion.at("choices").at(0).at("message").at("tool_calls").at(0);
  BOOST_TEST(json::parse(std::string_view(call.at("function").at("arguments").as_string())) ==
             json::value(arguments));
  BOOST_TEST(count(out, "\"tool_calls\"") > 5u);
}

BOOST_AUTO_TEST_CASE(a_whole_completion_says_nothing_before_its_end) {
  std::string out;
  ChatCompletionBuilder builder(out, kIdentity);
  builder.open();
  builder.ping();
  builder.text("a");
  builder.ping();
  BOOST_TEST(out == "");
  builder.finish({});
  const std::string end = out;
  builder.fail(ApiError(ErrorKind::internal, "Late."));
  builder.finish({});
  BOOST_TEST(out == end);
  BOOST_TEST(json::parse(std::string_view(out)).at("object") == "chat.completion");
}

BOOST_AUTO_TEST_CASE(a_whole_completion_that_fails_is_an_error_body) {
  std::string out;
  ChatCompletionBuilder builder(out, kIdentity);
  builder.text("a");
  builder.fail(ApiError(ErrorKind::timeout, "Too slow."));
  builder.finish({});
  BOOST_TEST(json::parse(std::string_view(out)).at("error").at("type") == "server_error");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
