#include "domain/client_calls.h"

#include <boost/test/unit_test.hpp>

#include "recording_handler.h"

namespace castor {
namespace {

struct Fixture {
  GenerateCall call;
  RecordingHandler handler;
  ClientCalls calls{handler, call, [this](std::string_view gemini_id) {
                      return "id" + std::to_string(++made) + std::string(gemini_id);
                    }};
  int made = 0;

  void function_call(std::string_view name, std::string_view args, std::string_view id = {},
                     std::string_view signature = {}) {
    const json::value parsed = json::parse(args);
    calls.function_call(
        {.id = id, .name = name, .args = parsed.get_object(), .signature = signature});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_calls, Fixture)

BOOST_AUTO_TEST_CASE(T12_each_call_has_an_id_of_its_own_for_the_client) {
  function_call("f", "{}", "g");
  function_call("f", "{}");
  BOOST_TEST(handler.calls == (Calls{"call f {} id=g client_id=id1g", "call f {} client_id=id2"}));
}

BOOST_AUTO_TEST_CASE(S15_tools_have_the_names_the_client_gave_them) {
  call.tool_names["mcp_odd"] = "mcp::odd";
  function_call("mcp_odd", "{}");
  function_call("unknown", "{}");
  BOOST_TEST(handler.calls ==
             (Calls{"call mcp::odd {} client_id=id1", "call unknown {} client_id=id2"}));
}

BOOST_AUTO_TEST_CASE(a_member_of_a_toolset_has_its_own_name_and_the_toolset) {
  call.toolsets["computer__left_click"] = "computer";
  function_call("computer__left_click", "{}");
  BOOST_TEST(handler.calls == (Calls{"call left_click {} client_id=id1 toolset=computer"}));
}

BOOST_AUTO_TEST_CASE(wrapped_arguments_are_unwrapped) {
  call.wrapped_tools = {"w"};
  function_call("w", R"({"value":{"a":1}})");
  function_call("w", R"({"value":[1]})");
  function_call("w", R"({"value":{"a":1},"b":2})");
  function_call("plain", R"({"value":{"a":1}})");
  BOOST_TEST(handler.calls ==
             (Calls{R"(call w {"a":1} client_id=id1)", R"(call w {"value":[1]} client_id=id2)",
                    R"(call w {"value":{"a":1},"b":2} client_id=id3)",
                    R"(call plain {"value":{"a":1}} client_id=id4)"}));
}

BOOST_AUTO_TEST_CASE(only_the_first_call_is_passed_on_if_the_client_wants_one) {
  call.single_call = true;
  function_call("f", "{}", {}, "c2ln");
  function_call("g", "{}", {}, "c2ln");
  calls.text("after");
  BOOST_TEST(handler.calls == (Calls{"call f {} client_id=id1 signature=c2ln", "text after"}));
  BOOST_TEST(calls.take_signatures().size() == 1u);
}

BOOST_AUTO_TEST_CASE(G1_signatures_are_handed_out_once_with_the_clients_id) {
  function_call("f", "{}", "g", "c2ln");
  function_call("f", "{}");
  const auto taken = calls.take_signatures();
  BOOST_REQUIRE(taken.size() == 1u);
  BOOST_TEST(taken[0].client_id == "id1g");
  BOOST_TEST(taken[0].signature == "c2ln");
  BOOST_TEST(calls.take_signatures().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
