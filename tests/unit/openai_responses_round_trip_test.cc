// What a reply said, sent back as a client does, arrives at Gemini as Gemini said it.

#include <boost/test/unit_test.hpp>

#include "domain/data.h"
#include "openai/response_builder.h"
#include "openai/responses_request.h"
#include "openai/responses_stream_writer.h"
#include "reply_of_parts.h"
#include "responses_stream_checker.h"

namespace castor::openai {
namespace {

struct Fixture {
  ModelMap models{data::models, "2026-11-20"};
  TranslationConfig config;
  json::monotonic_resource arena;
  ReadContext context{.models = models, .config = config, .signatures = {}, .storage = &arena};

  GenerateCall ask(json::array input) {
    json::object request = json::parse(R"({
      "model": "gpt-5.5", "include": ["reasoning.encrypted_content"],
      "reasoning": {"effort": "low"},
      "tools": [{"type": "function", "name": "read", "parameters": {"type": "object"}},
                {"type": "custom", "name": "patch"},
                {"type": "namespace", "name": "mcp__odd::one", "description": "",
                 "tools": [{"type": "function", "name": "x y", "parameters": {"type": "object"}}]},
                {"type": "tool_search", "execution": "client"},
                {"type": "local_shell"}, {"type": "shell"}, {"type": "apply_patch"}]})")
                               .as_object();
    request["input"] = std::move(input);
    kept_ = json::value(request, &arena);
    return read_responses(kept_, context);
  }

  // The items that a client gets for Gemini's parts.
  static json::array answer(const GenerateCall& call, const json::array& parts, bool stream) {
    const ReplyIdentity identity = identity_of(call, "resp_1");
    std::string out;
    ResponsesStreamWriter writer(out, identity);
    ResponseBuilder builder(out, identity);
    reply_of_parts(parts, call, "call", stream ? static_cast<ReplyHandler&>(writer) : builder);
    if (!stream) return json::parse(std::string_view(out)).at("output").as_array();
    const ResponsesStream read = read_responses_stream(out);
    BOOST_TEST(read.problem == "");
    return read.items;
  }

  // Gemini's parts as they come back with results for all calls, on both ways.
  void check(const json::array& parts) {
    for (const bool stream : {false, true}) {
      const json::object said{{"role", "user"}, {"content", "Go."}};
      const json::array items = answer(ask({said}), parts, stream);
      json::array input{said};
      for (const json::value& item : items) input.push_back(item);
      for (const json::value& item : items) {
        if (const json::value* id = json::find(item, "call_id")) {
          input.push_back({{"type", "function_call_output"}, {"call_id", *id}, {"output", "ok"}});
        }
      }
      input.push_back({{"role", "user"}, {"content", "Go on."}});
      const GenerateCall again = ask(input);
      BOOST_TEST(again.body.at("contents").at(1).at("parts") == json::value(parts));
    }
  }

 private:
  json::value kept_;
};

json::object call(std::string_view name, json::object args, std::string_view id,
                  std::string_view signature = {}) {
  json::object part{{"functionCall", {{"id", id}, {"name", name}, {"args", std::move(args)}}}};
  if (!signature.empty()) part["thoughtSignature"] = signature;
  return part;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(openai_responses_round_trip, Fixture)

BOOST_AUTO_TEST_CASE(G1_calls_keep_their_signatures_and_ids) {
  check({call("read", {{"path", "a"}, {"n", 1.5}}, "g1", "c2lnbmVk"),
         call("read", {{"path", "b"}}, "g2")});
}

BOOST_AUTO_TEST_CASE(text_keeps_its_signature) {
  check({json::object{{"text", "Well."}, {"thoughtSignature", "dGV4dA=="}}});
}

BOOST_AUTO_TEST_CASE(text_and_a_call_keep_one_each) {
  check({json::object{{"text", "I look."}, {"thoughtSignature", "dGV4dA=="}},
         call("read", json::object(), "g1", "c2lnbmVk")});
}

BOOST_AUTO_TEST_CASE(C2_the_input_of_a_custom_tool_survives_byte_for_byte) {
  std::string input =
      "*** \"Begin\" \\n \\u00e9 ' ` $(x) \x01\t\r\n\x7f é \xF0\x9F\x99\x82 </x>\n\n";
  input += std::string(20'000, 'y');
  check({call("patch", {{"input", input}}, "g1", "c2lnbmVk")});
}

BOOST_AUTO_TEST_CASE(a_tool_in_a_namespace_of_an_odd_name_is_found_again) {
  const json::array declared = ask({}).body.at("tools").at(0).at("functionDeclarations").as_array();
  const std::string name(declared.at(2).at("name").as_string());
  BOOST_TEST(name.find(':') == name.npos);
  check({call(name, {{"a", 1}}, "g1", "c2lnbmVk")});
}

BOOST_AUTO_TEST_CASE(calls_of_the_clients_built_in_tools_come_back_as_they_were) {
  check(
      {call("tool_search", {{"query", "mail"}}, "g1", "c2lnbmVk"),
       call("local_shell", {{"command", {"ls", "-l"}}, {"workdir", "/"}, {"timeout_ms", 5}}, "g2"),
       call("shell", {{"commands", {"ls"}}, {"timeout_ms", 5}}, "g3"),
       call("apply_patch", {{"type", "create_file"}, {"path", "a"}, {"diff", "+x"}}, "g4"),
       call("apply_patch", {{"type", "delete_file"}, {"path", "a"}}, "g5")});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
