#include <boost/test/unit_test.hpp>
#include <random>

#include "anthropic/message_builder.h"
#include "anthropic/stream_writer.h"
#include "anthropic_stream_checker.h"
#include "domain/client_calls.h"
#include "domain/stop_sequences.h"
#include "gemini/reply_decoder.h"
#include "http/sse.h"

// StreamWriter and MessageBuilder together; what they make of whole replies is in tests/golden.
namespace castor::anthropic {
namespace {

const ReplyIdentity kIdentity{.id = "msg_1",
                              .model = "claude-opus-5-5",
                              .request_id = "req_1",
                              .signature_family = "gemini-4",
                              .show_thoughts = true,
                              .carry_signatures = true,
                              .estimated_input_tokens = 5};

std::string event_names(std::string_view stream) {
  std::string names;
  for (std::size_t at = 0; (at = stream.find("event: ", at)) != stream.npos; ++at) {
    const std::size_t begin = at + 7;
    names.append(names.empty() ? "" : " ")
        .append(stream.substr(begin, stream.find('\n', at) - begin));
  }
  return names;
}

struct Writer {
  std::string out;
  StreamWriter writer{out, kIdentity};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(anthropic_reply)

BOOST_FIXTURE_TEST_CASE(the_opening_is_longer_than_what_servers_hold_back, Writer) {
  writer.open();
  BOOST_TEST(out.size() >= 100u);
  const std::size_t once = out.size();
  writer.open();
  BOOST_TEST(out.size() == once);
  BOOST_TEST(out.find("\"input_tokens\":5,") != out.npos);
}

BOOST_FIXTURE_TEST_CASE(R14_pings_come_between_the_opening_and_the_end_only, Writer) {
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
  const AnthropicStream read = read_anthropic_stream(out);
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
  BOOST_TEST(event_names(out) == "message_start content_block_start content_block_delta error");
  BOOST_TEST(read_anthropic_stream(out).error.at("error").at("type") == "overloaded_error");
  BOOST_TEST(read_anthropic_stream(out).error.at("request_id") == "req_1");
}

BOOST_FIXTURE_TEST_CASE(an_error_may_be_all_there_is, Writer) {
  writer.fail(ApiError(ErrorKind::internal, "No."));
  BOOST_TEST(event_names(out) == "error");
  BOOST_TEST(read_anthropic_stream(out).problem == "");
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_ended_well_does_not_fail_later, Writer) {
  writer.text("a");
  writer.finish({});
  const std::string end = out;
  writer.fail(ApiError(ErrorKind::internal, "Late."));
  writer.finish({});
  BOOST_TEST(out == end);
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
  BOOST_TEST(read_anthropic_stream(sent).problem == "");
  BOOST_TEST(read_anthropic_stream(sent).message.at("content").at(1).at("text") == "ab");
}

BOOST_AUTO_TEST_CASE(R14_a_whole_message_may_be_preceded_by_white_space) {
  std::string out;
  MessageBuilder builder(out, kIdentity);
  builder.ping();
  builder.text("a");
  builder.ping();
  builder.finish({});
  builder.ping();
  BOOST_TEST(out.starts_with("  {"));
  BOOST_TEST(json::parse(std::string_view(out)).at("content").at(0).at("text") == "a");
}

// mod_deflate, even where it is told not to compress, keeps the first 68 bytes until more comes.
BOOST_AUTO_TEST_CASE(R14_a_whole_message_opens_with_more_white_space_than_web_servers_hold_back) {
  std::string out;
  MessageBuilder builder(out, kIdentity);
  builder.open();
  const std::size_t opening = out.size();
  BOOST_TEST(opening >= 100u);
  builder.open();
  builder.ping();
  BOOST_TEST(out.size() == opening + 1);
  builder.finish({});
  const std::size_t whole = out.size();
  builder.open();
  BOOST_TEST(out.size() == whole);
  BOOST_TEST(json::parse(std::string_view(out)).at("type") == "message");
}

BOOST_AUTO_TEST_CASE(a_whole_message_that_fails_late_is_an_error_body) {
  std::string out;
  MessageBuilder builder(out, kIdentity);
  builder.ping();
  builder.text("a");
  builder.fail(ApiError(ErrorKind::timeout, "Too slow."));
  builder.finish({});
  BOOST_TEST(json::parse(std::string_view(out)).at("error").at("type") == "timeout_error");
}

BOOST_AUTO_TEST_CASE(a_large_image_is_only_mentioned) {
  std::string out;
  MessageBuilder builder(out, kIdentity);
  builder.inline_data("image/png", std::string((1 << 20) + 4, 'A'));
  builder.finish({});
  BOOST_TEST(json::parse(std::string_view(out)).at("content").at(0).at("text") ==
             "[image/png, 786435 bytes: not shown]");
}

BOOST_AUTO_TEST_CASE(the_checker_finds_what_is_wrong) {
  Writer good;
  good.writer.thought("t");
  good.writer.function_call({.client_id = "toolu_1", .name = "f", .args = {{"a", 1}}});
  good.writer.text("a");
  good.writer.finish({});
  BOOST_REQUIRE(read_anthropic_stream(good.out).problem == "");

  static const struct {
    const char* from;
    const char* to;
  } spoilers[] = {
      {"event: content_block_stop", "event: content_block_end"},
      {"event: message_start\n", ""},
      {"\"index\":1", "\"index\":2"},
      {"\"type\":\"signature_delta\",\"signature\"", "\"type\":\"thinking_delta\",\"thinking\""},
      {"\"partial_json\":\"{", "\"partial_json\":\""},
      {"\"text\":\"a\"", "\"text\":\"\""},
      {"\"stop_reason\":\"tool_use\"", "\"stop_reason\":\"stop\""},
      {"\"output_tokens\":0,\"output_tokens_details\":{\"thinking_tokens\":0}}}}", "\"x\":0}}}"},
      {"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", ""},
      {"{\"type\":\"message_stop\"}\n\n", "{\"type\":\"message_stop\"}\n\ndata: [DONE]\n\n"},
      {"\"id\":\"toolu_1\"", "\"id\":\"\""},
  };
  for (const auto& spoiler : spoilers) {
    std::string bad = good.out;
    const std::size_t at = bad.find(spoiler.from);
    BOOST_REQUIRE_MESSAGE(at != bad.npos, spoiler.from);
    bad.replace(at, std::string_view(spoiler.from).size(), spoiler.to);
    BOOST_TEST(read_anthropic_stream(bad).problem != "", spoiler.from);
  }
  for (std::size_t end = 0; end < good.out.size(); ++end) {
    BOOST_TEST(read_anthropic_stream(good.out.substr(0, end)).problem != "", "cut at " << end);
  }
}

namespace {

// Random chunks of everything Gemini can say, of words it cannot, and now and then of noise.
class RandomChunks {
 public:
  explicit RandomChunks(unsigned seed) : random_(seed) {}

  std::string stream() {
    std::string bytes;
    for (std::size_t i = 1 + pick(8); i > 0; --i) {
      std::string text = json::serialize(chunk());
      if (pick(60) == 0) text.resize(pick(text.size()));
      if (pick(60) == 0) text = R"({"error":{"code":500}})";
      bytes += "data: " + text + "\r\n\r\n";
    }
    return bytes;
  }

 private:
  std::size_t pick(std::size_t count) { return count == 0 ? 0 : random_() % count; }

  json::value word() {
    static const char* const kWords[] = {"",    "a", "END", "E", "ND", "\n", "\xF0\x9F\xA6\xAB",
                                         "STOP"};
    if (pick(12) == 0) return pick(2) == 0 ? json::value(nullptr) : json::value(7);
    if (pick(30) == 0) return json::value(std::string(20'000, 'x'));
    return kWords[pick(std::size(kWords))];
  }

  json::object part() {
    json::object part;
    switch (pick(8)) {
      case 0:
        part = {{"text", word()}, {"thought", pick(2) == 0}};
        break;
      case 1:
        part = {{"functionCall", {{"id", word()}, {"name", word()}, {"args", {{"a", word()}}}}}};
        break;
      case 2:
        part = {{"executableCode", {{"language", word()}, {"code", word()}}}};
        break;
      case 3:
        part = {{"inlineData", {{"mimeType", pick(2) ? "image/png" : "x"}, {"data", word()}}}};
        break;
      case 4:
        part = {{"toolCall", json::object()}};
        break;
      case 5:
        break;
      default:
        part = {{"text", word()}};
    }
    if (pick(3) == 0) part["thoughtSignature"] = word();
    return part;
  }

  json::object chunk() {
    json::array parts;
    for (std::size_t i = pick(4); i > 0; --i) parts.push_back(part());
    json::object candidate{{"content", {{"parts", std::move(parts)}}}};
    static const char* const kReasons[] = {"STOP", "MAX_TOKENS", "SAFETY", "OTHER",
                                           "MALFORMED_RESPONSE"};
    if (pick(3) == 0) candidate["finishReason"] = kReasons[pick(std::size(kReasons))];
    if (pick(5) == 0) {
      candidate["groundingMetadata"] = {{"webSearchQueries", {word()}},
                                        {"groundingChunks", {{{"web", {{"uri", word()}}}}}}};
    }
    json::object chunk{{"candidates", {std::move(candidate)}}};
    if (pick(2) == 0) chunk["usageMetadata"] = {{"promptTokenCount", pick(9)}};
    if (pick(40) == 0) chunk["promptFeedback"] = {{"blockReason", word()}};
    return chunk;
  }

  std::minstd_rand random_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(whatever_the_upstream_says_the_client_gets_a_valid_stream_that_ends) {
  int errors = 0;
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    const std::string upstream = RandomChunks(seed).stream();
    GenerateCall call{.single_call = seed % 5 == 0};
    if (seed % 2 == 0) call.stop_sequences = {"END", "\n\n"};
    ReplyIdentity identity = kIdentity;
    identity.show_thoughts = seed % 3 != 0;
    std::string events, body;
    for (const bool stream : {true, false}) {
      StreamWriter writer(events, identity);
      MessageBuilder builder(body, identity);
      ReplyHandler& last = stream ? static_cast<ReplyHandler&>(writer) : builder;
      int made = 0;
      ClientCalls calls(last, call,
                        [&](std::string_view) { return "toolu_" + std::to_string(++made); });
      StopSequences stops(calls, call.stop_sequences);
      gemini::ReplyDecoder decoder(stops);
      http::SseParser parser([&](std::string_view data) { decoder.feed(data); });
      for (std::size_t i = 0, piece = 1 + seed % 50; i < upstream.size(); i += piece) {
        parser.feed(std::string_view(upstream).substr(i, piece));
      }
      parser.finish();
      decoder.end();
    }
    const AnthropicStream read = read_anthropic_stream(events);
    BOOST_TEST(read.problem == "", "seed " << seed << ": " << upstream << "\n" << events);
    const json::value message = json::parse(std::string_view(body));
    BOOST_TEST((message.at("type") == "error") == !read.error.is_null());
    errors += !read.error.is_null();
  }
  BOOST_TEST(errors > 300);  // both kinds of end were tried
  BOOST_TEST(errors < 2700);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::anthropic
