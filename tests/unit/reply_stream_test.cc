#include "app/reply_stream.h"

#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <thread>

#include "anthropic_stream_checker.h"
#include "app/worker.h"
#include "domain/data.h"
#include "domain/store.h"
#include "fake_connection.h"
#include "scoped_signals.h"
#include "temporary_folder.h"

namespace castor::app {
namespace {

// A client that looks around before bytes reach it.
struct WatchedConnection : http::FakeConnection {
  std::function<void()> before_flush = [] {};
  bool flush() override {
    before_flush();
    return FakeConnection::flush();
  }
};

constexpr std::int64_t kNever = 1'000'000;

struct ReplyFixture {
  ReplyFixture() {
    config.storage.database = folder / "castor.db";
    config.log.level = "error";
    config.log.access = false;
    config.stream.commit_after_ms = config.stream.whole_commit_after_ms = kNever;
    config.stream.ping_every_ms = kNever;
    config.server.shutdown_timeout_ms = 0;
    connection.variables = {{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/v1/messages"}};
    call.requested_model = "claude-opus-5-5";
    call.choice = *ModelMap(data::models, "2026-11-20").resolve("gemini-4-hydrogen");
    call.stream = true;
  }

  // The settings hold from here on.
  void begin() {
    AdminStore made(config.storage);
    process.emplace(config, Manner::pool);
    stores.emplace(*process);
    worker.emplace(*process, shutdown, *stores);
    exchange.emplace(*worker, connection);
    stream.emplace(*exchange, call);
    exchange->record.attempts.emplace_back();
    stream->begin_attempt();
  }

  // A chunk with these parts; `more` are other members of its candidate.
  bool feed(const std::string& parts, const std::string& more = "") {
    const bool goes_on = stream->body(
        200, R"(data: {"candidates":[{"content":{"role":"model","parts":[)" + parts + "]}" + more +
                 R"(}],"usageMetadata":{"promptTokenCount":5}})" + "\r\n\r\n");
    return stream->pause() && goes_on;  // as http::Client does
  }
  std::optional<UpstreamError> end(http::Ended ended = http::Ended::complete, int status = 200) {
    return stream->end_attempt({.ended = ended, .status = status});
  }

  // What the client has got behind the head.
  std::string body() const {
    const std::size_t head = connection.answer.find("\r\n\r\n");
    return head == std::string::npos ? "" : connection.answer.substr(head + 4);
  }
  bool has(std::string_view text) const {
    return connection.answer.find(text) != std::string::npos;
  }

  ScopedSignals signals;
  TemporaryFolder folder;
  Config config;
  WatchedConnection connection;
  GenerateCall call;
  http::Shutdown shutdown;
  std::optional<Process> process;
  std::optional<StorePool> stores;
  std::optional<Worker> worker;
  std::optional<Exchange> exchange;
  std::optional<ReplyStream> stream;
};

const char* const kText = R"({"text":"Hello"})";
const char* const kStop = R"(,"finishReason":"STOP")";
const ApiError kOverloaded(ErrorKind::overloaded, "The model is overloaded.");

}  // namespace

BOOST_FIXTURE_TEST_SUITE(reply_stream, ReplyFixture)

BOOST_AUTO_TEST_CASE(R11_a_stream_is_delivered_piece_by_piece_under_headers_that_forbid_buffering) {
  begin();
  BOOST_TEST(feed(kText));
  BOOST_TEST(has("Status: 200\r\nContent-Type: text/event-stream\r\nrequest-id: req_"));
  BOOST_TEST(has("Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n"));
  BOOST_TEST(has(R"("text":"Hello")"));
  BOOST_TEST(stream->committed());
  feed(R"({"text":" world"})", kStop);
  BOOST_TEST(!end().has_value());
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.message.at("content").at(0).at("text") == "Hello world");
  BOOST_TEST(exchange->record.usage.prompt == 5);
  BOOST_TEST(exchange->record.stop_reason == "STOP");
}

BOOST_AUTO_TEST_CASE(nothing_is_written_before_content) {
  begin();
  BOOST_TEST(feed(R"({"text":""})"));
  BOOST_TEST(stream->idle() > 0);
  BOOST_TEST(connection.answer == "");
  BOOST_TEST(!stream->committed());
}

BOOST_AUTO_TEST_CASE(R14_a_silent_upstream_lets_the_stream_open_and_ping) {
  config.stream.commit_after_ms = 0;
  config.stream.ping_every_ms = 0;
  begin();
  BOOST_TEST(stream->idle() <= 100);
  BOOST_TEST(has("event: message_start"));
  BOOST_TEST(has("event: ping"));
  BOOST_TEST(!stream->committed());  // another key may still give the content
  // Web servers learn from a second write that the client has left.
  std::this_thread::sleep_for(std::chrono::milliseconds(101));
  const std::size_t before = connection.answer.size();
  stream->idle();
  BOOST_TEST(connection.answer.substr(before) == "event: ping\ndata: {\"type\":\"ping\"}\n\n");

  stream->begin_attempt();
  feed(kText, kStop);
  BOOST_TEST(!end().has_value());
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.message.at("stop_reason") == "end_turn");
}

BOOST_AUTO_TEST_CASE(U3_until_gemini_has_counted_an_image_is_no_million_tokens) {
  config.stream.commit_after_ms = 0;
  call.body = json::parse(R"({"contents":[{"role":"user","parts":[
      {"inlineData":{"mimeType":"image/png","data":")" +
                          std::string(400'000, 'A') + R"("}}]}]})")
                  .as_object();
  begin();
  stream->idle();
  feed(kText, kStop);
  BOOST_TEST(!end().has_value());
  stream->close();
  const std::string start = body().substr(0, body().find("\n\n"));
  const json::value message = json::parse(start.substr(start.find('{'))).at("message");
  BOOST_TEST(message.at("usage").at("input_tokens").as_int64() > 1'000);
  BOOST_TEST(message.at("usage").at("input_tokens").as_int64() < 2'000);
  BOOST_TEST(read_anthropic_stream(body()).message.at("usage").at("input_tokens") == 5);
}

BOOST_AUTO_TEST_CASE(a_stream_that_flows_is_not_pinged) {
  config.stream.commit_after_ms = 0;
  begin();
  feed(kText);
  const std::size_t before = connection.answer.size();
  BOOST_TEST(stream->idle() > 0);
  BOOST_TEST(connection.answer.size() == before);
}

BOOST_AUTO_TEST_CASE(R14_a_late_whole_answer_begins_with_white_space) {
  call.stream = false;
  config.stream.whole_commit_after_ms = 0;
  begin();
  stream->idle();
  BOOST_TEST(has("Content-Type: application/json"));
  const std::string blank = body();
  BOOST_TEST(blank.size() > 68u);  // less stays in mod_deflate
  BOOST_TEST(blank == std::string(blank.size(), ' '));
  feed(kText, kStop);
  BOOST_TEST(body() == blank);
  BOOST_TEST(!end().has_value());
  stream->close();
  BOOST_TEST(json::parse(body()).at("content").at(0).at("text") == "Hello");
}

BOOST_AUTO_TEST_CASE(white_space_can_be_switched_off) {
  call.stream = false;
  config.stream.whole_commit_after_ms = 0;
  config.stream.whole_heartbeat = false;
  begin();
  BOOST_TEST(stream->idle() > 0);
  BOOST_TEST(connection.answer == "");
}

BOOST_AUTO_TEST_CASE(an_error_before_the_commit_has_a_status_of_its_own) {
  begin();
  ApiError error = kOverloaded;
  error.retry_after = 7;
  stream->fail(error);
  stream->close();
  BOOST_TEST(has("Status: 529\r\n"));
  BOOST_TEST(has("request-id: req_"));
  BOOST_TEST(has("retry-after: 7\r\n"));
  BOOST_TEST(json::parse(body()).at("error").at("type") == "overloaded_error");
  BOOST_TEST((exchange->record.error == ErrorKind::overloaded));
}

BOOST_AUTO_TEST_CASE(an_error_after_the_commit_is_an_event) {
  config.stream.commit_after_ms = 0;
  begin();
  stream->idle();
  stream->fail(kOverloaded);
  stream->fail(kOverloaded);  // once is enough
  stream->close();
  BOOST_TEST(has("Status: 200\r\n"));
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.error.at("error").at("type") == "overloaded_error");
  BOOST_TEST(read.error.at("request_id") == json::value(exchange->request_id));
  BOOST_TEST(exchange->record.message == "The model is overloaded.");
}

BOOST_AUTO_TEST_CASE(an_error_after_white_space_is_the_body) {
  call.stream = false;
  config.stream.whole_commit_after_ms = 0;
  begin();
  stream->idle();
  stream->fail(kOverloaded);
  stream->close();
  BOOST_TEST(json::parse(body()).at("error").at("type") == "overloaded_error");
}

BOOST_AUTO_TEST_CASE(R10_an_error_in_the_stream_is_told_by_its_own_code) {
  begin();
  feed(kText);
  stream->body(200, R"(data: {"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}})"
                    "\r\n\r\n");
  const std::optional<UpstreamError> error = end();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST((error->fault == UpstreamFault::overloaded));
  BOOST_TEST(stream->committed());  // and so nobody tries again
}

BOOST_AUTO_TEST_CASE(R18_a_stream_without_an_end_is_broken_and_says_so) {
  begin();
  feed(kText);
  const std::optional<UpstreamError> error = end();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST((error->fault == UpstreamFault::broken_stream));
  stream->fail(ApiError(ErrorKind::bad_gateway, "Gemini's answer broke off."));
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.error.at("error").at("type") == "api_error");
  BOOST_TEST(!has("message_stop"));
}

BOOST_AUTO_TEST_CASE(a_cut_after_the_finish_loses_nothing) {
  begin();
  feed(kText, kStop);
  BOOST_TEST(!end(http::Ended::broken).has_value());
  stream->close();
  BOOST_TEST(has("message_stop"));
}

BOOST_AUTO_TEST_CASE(R9_a_malformed_call_leaves_no_trace_and_names_the_reason) {
  begin();
  feed("", R"(,"finishReason":"MALFORMED_FUNCTION_CALL","finishMessage":"bad call")");
  const std::optional<UpstreamError> error = end();
  BOOST_REQUIRE(error.has_value());
  BOOST_TEST((error->fault == UpstreamFault::bad_reply));
  BOOST_TEST(error->reason == "MALFORMED_FUNCTION_CALL");
  BOOST_TEST(connection.answer == "");
  stream->begin_attempt();
  feed(kText, kStop);
  BOOST_TEST(!end().has_value());
  stream->close();
  BOOST_TEST(read_anthropic_stream(body()).message.at("stop_reason") == "end_turn");
}

BOOST_AUTO_TEST_CASE(twice_nothing_is_an_empty_answer) {
  begin();
  for (int attempt = 1; attempt <= 2; ++attempt) {
    stream->begin_attempt();
    feed(R"({"text":""})", kStop);
    BOOST_TEST((end().value().fault == UpstreamFault::bad_reply));
  }
  stream->fail(ApiError(ErrorKind::bad_gateway, "Gemini's answer was empty."));
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.message.at("stop_reason") == "end_turn");
  BOOST_TEST(!exchange->record.error.has_value());
}

BOOST_AUTO_TEST_CASE(max_tokens_of_nothing_is_answered_at_once) {
  for (const bool streamed : {true, false}) {
    call.stream = streamed;
    connection.answer.clear();
    begin();
    stream->finish_empty(FinishReason::max_tokens);
    stream->close();
    const json::value message =
        streamed ? json::value(read_anthropic_stream(body()).message) : json::parse(body());
    BOOST_TEST(message.at("stop_reason") == "max_tokens");
    BOOST_TEST(message.at("content").as_array().empty());
    BOOST_TEST(message.at("usage").at("output_tokens") == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_stop_sequence_ends_the_call_upstream) {
  call.stop_sequences = {"END"};
  begin();
  BOOST_TEST(!feed(R"({"text":"a END b"})"));
  BOOST_TEST(!end(http::Ended::stopped).has_value());
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.message.at("stop_sequence") == "END");
  BOOST_TEST(read.message.at("content").at(0).at("text") == "a ");
  BOOST_TEST(exchange->record.stop_reason == "stop_sequence");
}

BOOST_AUTO_TEST_CASE(a_client_that_left_ends_the_call_upstream) {
  begin();
  feed(kText);
  connection.client_left = true;
  BOOST_TEST(!feed(kText));
  BOOST_TEST(!end(http::Ended::stopped).has_value());
  stream->close();
  BOOST_TEST(exchange->record.usage.prompt == 5);  // what was used is paid for
}

BOOST_AUTO_TEST_CASE(G1_a_signature_can_be_found_before_its_id_reaches_the_client) {
  begin();
  bool found = false;
  connection.before_flush = [&] {
    const std::size_t at = connection.unflushed.find("toolu_");
    if (at == std::string::npos) return;
    const std::string id = connection.unflushed.substr(at, connection.unflushed.find('"', at) - at);
    const auto stored = worker->store()->signatures.find(id);
    found = stored && stored->signature == "c2ln" && stored->model_family == "gemini-4";
  };
  feed(R"({"functionCall":{"id":"c1","name":"f","args":{}},"thoughtSignature":"c2ln"})", kStop);
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_success_is_an_error_however_long) {
  begin();
  const std::string page(100'000, 'x');
  for (int i = 0; i < 5; ++i) BOOST_TEST(stream->body(502, page));
  const std::optional<UpstreamError> error = end(http::Ended::complete, 502);
  BOOST_TEST((error.value().fault == UpstreamFault::internal));
  BOOST_TEST(connection.answer == "");
}

BOOST_AUTO_TEST_CASE(R14_a_reply_that_comes_as_a_whole_is_a_stream_to_the_client) {
  config.upstream.streaming = false;
  config.stream.commit_after_ms = 0;
  begin();
  stream->keep_chunks(1'000);
  stream->idle();
  BOOST_TEST(has("event: ping"));
  BOOST_TEST(stream->body(200, "{\n  \"candidates\": [{\"content\": {\"parts\": [{\"text\":"));
  BOOST_TEST(!stream->committed());
  BOOST_TEST(stream->body(200, "\"Hello\"}]},\n  \"finishReason\":\"STOP\"}]}\n"));
  BOOST_TEST(!end().has_value());
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.message.at("content").at(0).at("text") == "Hello");
  BOOST_TEST(stream->cacheable().has_value());
}

BOOST_AUTO_TEST_CASE(half_of_a_whole_reply_is_none_and_another_attempt_is_hidden) {
  config.upstream.streaming = false;
  begin();
  const std::string whole =
      R"({"candidates":[{"content":{"parts":[{"text":"Hello"}]},"finishReason":"STOP"}]})";
  stream->body(200, whole.substr(0, 70));
  BOOST_TEST((end(http::Ended::broken).value().fault == UpstreamFault::bad_reply));
  BOOST_TEST(!stream->committed());
  stream->begin_attempt();
  stream->body(200, whole);
  BOOST_TEST(!end().has_value());
  stream->close();
  BOOST_TEST(read_anthropic_stream(body()).message.at("content").at(0).at("text") == "Hello");
}

BOOST_AUTO_TEST_CASE(what_is_under_way_ends_with_an_error_when_the_process_must) {
  begin();
  feed(kText);
  raise(SIGTERM);
  BOOST_TEST(stream->idle() < 0);
  BOOST_TEST(!end(http::Ended::stopped).has_value());
  stream->close();
  const AnthropicStream read = read_anthropic_stream(body());
  BOOST_TEST(read.error.at("error").at("type") == "overloaded_error");
}

BOOST_AUTO_TEST_CASE(what_was_kept_of_a_reply_makes_the_same_one_again) {
  begin();
  stream->keep_chunks(1'000);
  feed(kText);
  feed(R"({"text":" world"})", kStop);
  BOOST_TEST(!end().has_value());
  stream->close();
  const std::string chunks = stream->cacheable().value();
  const AnthropicStream first = read_anthropic_stream(body());

  connection.answer.clear();
  exchange.emplace(*worker, connection);
  exchange->record.cache = "hit";
  stream.emplace(*exchange, call);
  stream->replay(chunks);
  stream->close();
  const AnthropicStream again = read_anthropic_stream(body());
  BOOST_TEST(again.problem == "");
  BOOST_TEST(again.message.at("content") == first.message.at("content"));
  BOOST_TEST(again.message.at("usage") == first.message.at("usage"));
  BOOST_TEST(has("x-castor-cache: hit\r\n"));
  BOOST_TEST(exchange->record.usage.prompt == 0);
  BOOST_TEST(!stream->cacheable().has_value());
}

BOOST_AUTO_TEST_CASE(only_a_whole_reply_may_be_given_again) {
  static const struct {
    const char* name;
    const char* parts;
    const char* more;
    std::int64_t most;
    bool kept;
  } cases[] = {
      {"whole", kText, kStop, 1'000, true},
      {"not asked for", kText, kStop, 0, false},
      {"too large", kText, kStop, 50, false},
      {"refused", kText, R"(,"finishReason":"SAFETY")", 1'000, false},
      {"cut by its limit", kText, R"(,"finishReason":"MAX_TOKENS")", 1'000, false},
      {"broken off", kText, "", 1'000, false},
      {"empty", "", kStop, 1'000, false},
  };
  for (const auto& test : cases) {
    ReplyFixture fixture;
    fixture.begin();
    fixture.stream->keep_chunks(test.most);
    fixture.feed(test.parts, test.more);
    fixture.end();
    fixture.stream->close();
    BOOST_TEST(fixture.stream->cacheable().has_value() == test.kept, test.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
