#include "gemini/tools.h"

#include <boost/test/unit_test.hpp>

#include "domain/error.h"

namespace castor::gemini {

BOOST_AUTO_TEST_SUITE(tools)

BOOST_AUTO_TEST_CASE(more_functions_than_gemini_takes_are_refused) {
  const auto write = [](int count) {
    std::vector<FunctionTool> functions;
    for (int i = 0; i < count; ++i) functions.push_back({.name = "f" + std::to_string(i)});
    ToolNames names;
    GenerateCall call;
    write_tools(std::move(functions), {}, {}, names, call);
  };
  BOOST_CHECK_NO_THROW(write(512));
  BOOST_CHECK_EXCEPTION(write(513), ApiError, [](const ApiError& error) {
    return error.kind == ErrorKind::bad_request && error.param == "tools";
  });
}

BOOST_AUTO_TEST_CASE(a_tool_whose_input_is_no_object_is_wrapped_and_remembered) {
  ToolNames names;
  GenerateCall call;
  write_tools({{.name = "a b", .schema = json::parse(R"({"type":"string"})")}}, {}, {}, names,
              call);
  BOOST_TEST((call.wrapped_tools == std::vector<std::string>{names.to_gemini("a b")}));
}

BOOST_AUTO_TEST_CASE(a_choice_among_some_tools_may_still_be_text) {
  ToolNames names;
  GenerateCall call;
  write_tools({{.name = "a"}, {.name = "b"}}, {}, {.names = {"b"}}, names, call);
  BOOST_TEST(json::serialize(call.body.at("toolConfig")) ==
             R"({"functionCallingConfig":{"mode":"VALIDATED","allowedFunctionNames":["b"]}})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
