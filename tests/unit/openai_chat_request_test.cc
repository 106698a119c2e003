// What a golden case of Chat Completions cannot show; the translation itself is in
// tests/golden/openai-chat/.

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "chat_stream_checker.h"
#include "domain/data.h"
#include "openai/chat_completion_builder.h"
#include "openai/chat_request.h"
#include "openai/chat_stream_writer.h"
#include "reply_of_parts.h"

namespace castor::openai {
namespace {

struct Fixture {
  json::monotonic_resource arena;
  ModelMap models{data::models, "2026-11-20"};
  TranslationConfig config;
  ReadContext context{.models = models, .config = config, .signatures = {}, .storage = &arena};

  GenerateCall ask(json::object request) {
    request["model"] = "gpt-5.6";
    kept_ = json::value(request, &arena);
    return read_chat_request(kept_, context);
  }

  // The message that a client gets for Gemini's parts.
  static json::object answer(const GenerateCall& call, const json::array& parts, bool stream) {
    const ReplyIdentity identity = identity_of(call, "chatcmpl-1");
    std::string out;
    ChatStreamWriter writer(out, identity);
    ChatCompletionBuilder builder(out, identity);
    reply_of_parts(parts, call, "call", stream ? static_cast<ReplyHandler&>(writer) : builder);
    const json::value completion =
        stream ? read_chat_stream(out).completion : json::value(json::parse(out));
    return completion.at("choices").at(0).at("message").as_object();
  }

 private:
  json::value kept_;
};

json::object says(const char* role, json::value content) {
  return {{"role", role}, {"content", std::move(content)}};
}

// The conversation after the client has run the tools.
json::array answered(const json::object& message) {
  json::array messages{says("user", "Go"), message};
  for (const json::value& call : message.at("tool_calls").as_array()) {
    messages.push_back({{"role", "tool"}, {"tool_call_id", call.at("id")}, {"content", "fine"}});
  }
  return messages;
}

const char* const kTools = R"([
  {"type": "function", "function": {"name": "read", "parameters":
     {"type": "object", "properties": {"n": {"type": "integer"}}}}},
  {"type": "function", "function": {"name": "mcp::odd name"}},
  {"type": "custom", "custom": {"name": "apply_patch"}}])";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(openai_chat_request, Fixture)

BOOST_AUTO_TEST_CASE(G1_C2_calls_come_back_with_ids_names_kinds_and_signatures) {
  const json::value tools = json::parse(kTools);
  const GenerateCall first = ask({{"tools", tools}, {"messages", {says("user", "Go")}}});
  const std::string odd(json::find_string(
      first.body.at("tools").at(0).at("functionDeclarations").at(1).as_object(), "name"));
  BOOST_TEST(odd != "mcp::odd name");

  json::array parts = json::parse(R"([
      {"text": "Three at once."},
      {"functionCall": {"id": "call_1", "name": "read", "args": {"n": 1}},
       "thoughtSignature": "RXA0QgpyYmxhaGJsYWg="},
      {"functionCall": {"id": "call_2", "name": "ODD", "args": {}}},
      {"functionCall": {"id": "call_3", "name": "apply_patch",
                        "args": {"input": "+\"\\\t\n"}}}])")
                          .as_array();
  parts.at(2).at("functionCall").as_object()["name"] = odd;
  for (const bool stream : {true, false}) {
    const json::object message = answer(first, parts, stream);
    const json::array& calls = message.at("tool_calls").as_array();
    BOOST_TEST(calls.at(1).at("function").at("name") == "mcp::odd name");
    BOOST_TEST(calls.at(2).at("custom").at("input") == "+\"\\\t\n");
    const GenerateCall second = ask({{"tools", tools}, {"messages", answered(message)}});
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

BOOST_AUTO_TEST_CASE(the_signature_of_text_comes_back_on_its_part) {
  const json::array parts = json::parse(R"([
      {"text": "Let me think.", "thought": true},
      {"text": "Done.", "thoughtSignature": "RXA0QgpyYmxhaGJsYWg="}])")
                                .as_array();
  for (const bool stream : {true, false}) {
    const GenerateCall first = ask({{"messages", {says("user", "Go")}}});
    const json::object message = answer(first, parts, stream);
    const GenerateCall second =
        ask({{"messages", {says("user", "Go"), message, says("user", "More")}}});
    BOOST_TEST(second.body.at("contents").at(1).at("parts") == json::value({parts.at(1)}));
  }
}

BOOST_AUTO_TEST_CASE(G1_the_signature_of_an_old_function_call_comes_back) {
  const json::array parts = json::parse(R"([
      {"functionCall": {"id": "call_1", "name": "read", "args": {"n": 1}},
       "thoughtSignature": "RXA0QgpyYmxhaGJsYWg="}])")
                                .as_array();
  const json::array functions{json::object{{"name", "read"}}};
  for (const bool stream : {true, false}) {
    const GenerateCall first = ask({{"functions", functions}, {"messages", {says("user", "Go")}}});
    const json::object message = answer(first, parts, stream);
    json::object result = says("function", "fine");
    result["name"] = "read";
    const GenerateCall second =
        ask({{"functions", functions}, {"messages", {says("user", "Go"), message, result}}});
    const json::value& call = second.body.at("contents").at(1).at("parts").at(0);
    BOOST_TEST(call.at("thoughtSignature") == "RXA0QgpyYmxhaGJsYWg=");
    BOOST_TEST(call.at("functionCall").at("args") == parts.at(0).at("functionCall").at("args"));
  }
}

BOOST_AUTO_TEST_CASE(an_image_is_not_copied) {
  json::value document = json::parse(
      R"({"model":"gpt-5.6","messages":[{"role":"user","content":[{"type":"image_url","image_url":
          {"url":"data:image/png;base64,)" +
          std::string(8192, 'A') + R"("}}]}]})",
      &arena);
  const auto& url = document.at_pointer("/messages/0/content/0/image_url/url").as_string();
  const char* const bytes = url.data();
  const GenerateCall call = read_chat_request(document, context);
  const json::value& data = call.body.at("contents").at_pointer("/0/parts/0/inlineData/data");
  BOOST_TEST(static_cast<const void*>(data.as_string().data()) == static_cast<const void*>(bytes));
}

BOOST_AUTO_TEST_CASE(K11_a_conversation_without_a_cache_key_is_known_by_its_first_message) {
  const std::string first = ask({{"messages", {says("user", "Hi")}}}).conversation;
  BOOST_TEST(first.size() == 16u);
  BOOST_TEST(
      ask({{"messages", {says("user", "Hi"), says("assistant", "Hello"), says("user", "More")}}})
          .conversation == first);
  BOOST_TEST(ask({{"messages", {says("user", "Hi!")}}}).conversation != first);
  BOOST_TEST(
      ask({{"prompt_cache_key", "thread-7"}, {"messages", {says("user", "Hi")}}}).conversation ==
      "thread-7");
}

BOOST_AUTO_TEST_CASE(thousands_of_tool_calls_take_no_time) {
  json::array messages{says("user", "Go")};
  for (int i = 0; i < 3000; ++i) {
    const std::string id = "call_" + std::to_string(i);
    messages.push_back({{"role", "assistant"},
                        {"tool_calls",
                         {json::object{{"id", id},
                                       {"type", "function"},
                                       {"function", {{"name", "f"}, {"arguments", "{}"}}}}}}});
    messages.push_back({{"role", "tool"}, {"tool_call_id", id}, {"content", "fine"}});
  }
  const auto begun = std::chrono::steady_clock::now();
  const GenerateCall call = ask({{"messages", messages}});
  BOOST_TEST(call.body.at("contents").as_array().size() == 6001u);
  BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
