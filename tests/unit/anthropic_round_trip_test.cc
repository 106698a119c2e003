// What a reply said, sent back as a client does, arrives at Gemini as Gemini said it.

#include <boost/test/unit_test.hpp>

#include "anthropic/message_builder.h"
#include "anthropic/request.h"
#include "anthropic/stream_writer.h"
#include "anthropic_stream_checker.h"
#include "domain/data.h"
#include "reply_of_parts.h"

namespace castor::anthropic {
namespace {

struct Fixture {
  ModelMap models{data::models, "2026-11-20"};
  TranslationConfig config;
  json::monotonic_resource arena;
  ReadContext context{models, config, {}, &arena};

  // `tools` and the conversation so far.
  GenerateCall ask(json::object request) {
    request["model"] = "claude-opus-5-5";
    request["max_tokens"] = 8192;
    request["thinking"] = {{"type", "adaptive"}};
    kept_ = json::value(request, &arena);
    return read(kept_, context);
  }

  // The content blocks that a client gets for Gemini's parts.
  static json::array answer(const GenerateCall& call, const json::array& parts, bool stream) {
    const ReplyIdentity identity = identity_of(call, "msg_1");
    std::string out;
    StreamWriter writer(out, identity);
    MessageBuilder builder(out, identity);
    reply_of_parts(parts, call, "toolu", stream ? static_cast<ReplyHandler&>(writer) : builder);
    const json::value message =
        stream ? read_anthropic_stream(out).message : json::value(json::parse(out));
    return message.at("content").as_array();
  }

 private:
  json::value kept_;
};

json::object says(const char* role, json::value content) {
  return {{"role", role}, {"content", std::move(content)}};
}

json::array results_of(const json::array& blocks) {
  json::array results;
  for (const json::value& block : blocks) {
    if (block.at("type") != "tool_use") continue;
    results.push_back(
        {{"type", "tool_result"}, {"tool_use_id", block.at("id")}, {"content", "fine"}});
  }
  return results;
}

const char* const kTools = R"([
  {"name": "read", "input_schema": {"type": "object", "properties": {"n": {"type": "integer"}}}},
  {"name": "mcp::odd name", "input_schema": {"type": "object", "properties": {}}},
  {"type": "computer_toolset_20260801"}])";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(anthropic_round_trip, Fixture)

BOOST_AUTO_TEST_CASE(the_signature_of_text_comes_back_on_its_part) {
  const json::array parts = json::parse(R"([
      {"text": "Let me think.", "thought": true},
      {"text": "Done.", "thoughtSignature": "RXA0QgpyYmxhaGJsYWg="}])")
                                .as_array();
  for (const bool stream : {true, false}) {
    const GenerateCall first = ask({{"messages", {says("user", "Go")}}});
    const json::array blocks = answer(first, parts, stream);
    BOOST_TEST(blocks.back().at("type") == "text");  // clients take the last block for the answer
    const GenerateCall second =
        ask({{"messages", {says("user", "Go"), says("assistant", blocks), says("user", "More")}}});
    // Thoughts are not sent back; the text is as it was.
    BOOST_TEST(second.body.at("contents").at(1).at("parts") == json::value({parts.at(1)}));
  }
}

BOOST_AUTO_TEST_CASE(G1_T12_calls_come_back_with_ids_names_and_signatures) {
  config.computer_tools = true;
  const json::value tools = json::parse(kTools);
  const GenerateCall first = ask({{"tools", tools}, {"messages", {says("user", "Go")}}});
  const std::string odd(json::find_string(
      first.body.at("tools").at(0).at("functionDeclarations").at(1).as_object(), "name"));
  BOOST_TEST(odd != "mcp::odd name");

  json::array parts = json::parse(R"([
      {"text": "Two at once."},
      {"functionCall": {"id": "call_1", "name": "read", "args": {"n": 1}},
       "thoughtSignature": "RXA0QgpyYmxhaGJsYWg="},
      {"functionCall": {"id": "call_2", "name": "ODD", "args": {}}},
      {"functionCall": {"id": "call_3", "name": "computer__left_click",
                        "args": {"coordinate": [1, 2]}}}])")
                          .as_array();
  parts.at(2).at("functionCall").as_object()["name"] = odd;
  for (const bool stream : {true, false}) {
    const json::array blocks = answer(first, parts, stream);
    BOOST_TEST(blocks.at(blocks.size() - 2).at("name") == "mcp::odd name");
    BOOST_TEST(blocks.back().at("name") == "left_click");
    BOOST_TEST(blocks.back().at("toolset_name") == "computer");
    const GenerateCall second =
        ask({{"tools", tools},
             {"messages",
              {says("user", "Go"), says("assistant", blocks), says("user", results_of(blocks))}}});
    BOOST_TEST(second.body.at("contents").at(1).at("parts") == json::value(parts));
    const json::array& answers = second.body.at("contents").at(2).at("parts").as_array();
    BOOST_REQUIRE_EQUAL(answers.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      const json::value& call = parts.at(i + 1).at("functionCall");
      BOOST_TEST(answers.at(i).at("functionResponse").at("id") == call.at("id"));
      BOOST_TEST(answers.at(i).at("functionResponse").at("name") == call.at("name"));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::anthropic
