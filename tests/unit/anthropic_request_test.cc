#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>

#include "anthropic/request.h"
#include "anthropic/server_results.h"
#include "domain/data.h"
#include "domain/error.h"
#include "json/field.h"

// What a golden case cannot show; the translation itself is in tests/golden/anthropic/.
namespace castor::anthropic {

namespace {

struct Fixture {
  json::monotonic_resource arena;
  ModelMap models{data::models, "2026-11-20"};
  TranslationConfig config;
  ReadContext context{.models = models, .config = config, .signatures = {}, .storage = &arena};

  // A request with these messages.
  json::value request(const std::string& messages) {
    return json::parse(
        R"({"model":"claude-opus-5-5","max_tokens":4096,"messages":)" + messages + "}", &arena);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(anthropic_request, Fixture)

BOOST_AUTO_TEST_CASE(an_image_is_not_copied) {
  json::value document = request(
      R"([{"role":"user","content":[{"type":"image","source":
          {"type":"base64","media_type":"image/png","data":")" +
      std::string(8192, 'A') + R"("}}]}])");
  const char* const bytes =
      document.at_pointer("/messages/0/content/0/source/data").as_string().data();
  const GenerateCall call = read(document, context);
  const json::value& data = call.body.at("contents").at_pointer("/0/parts/0/inlineData/data");
  BOOST_TEST(static_cast<const void*>(data.as_string().data()) == static_cast<const void*>(bytes));
}

BOOST_AUTO_TEST_CASE(k11_a_conversation_without_a_session_is_known_by_its_first_message) {
  json::value first = request(R"([{"role":"user","content":"Hi"}])");
  json::value second = request(
      R"([{"role":"user","content":[{"type":"text","text":"Hi"}]},
          {"role":"assistant","content":"Hello"},{"role":"user","content":"More"}])");
  json::value other = request(R"([{"role":"user","content":"Hi!"}])");
  const std::string conversation = read(first, context).conversation;
  BOOST_TEST(conversation.size() == 16u);
  BOOST_TEST(read(second, context).conversation == conversation);
  BOOST_TEST(read(other, context).conversation != conversation);
}

BOOST_AUTO_TEST_CASE(what_a_client_repeats_is_noted_once) {
  std::string blocks;
  for (int i = 0; i < 1000; ++i) blocks += R"({"type":"container_upload","file_id":"f"},)";
  json::value document =
      request(R"([{"role":"user","content":[)" + blocks + R"({"type":"text","text":"Hi"}]}])");
  BOOST_TEST(
      (read(document, context).notes == std::vector<std::string>{"dropped=container_upload"}));
}

BOOST_AUTO_TEST_CASE(a_long_history_takes_time_in_proportion) {
  std::string messages = R"([{"role":"user","content":"Go"})";
  for (int i = 0; i < 20'000; ++i) {
    messages +=
        R"(,{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"R","input":{}}]})"
        R"(,{"role":"user","content":[{"type":"tool_result","tool_use_id":"a"}]})";
  }
  json::value document = request(messages + "]");
  const auto begin = std::chrono::steady_clock::now();
  read(document, context);
  // Tens of milliseconds; quadratic it was minutes.
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(a_value_of_any_type_in_any_place_is_read_or_refused) {
  const std::string text =
      R"({"model":"claude-opus-5-5","max_tokens":4096,"system":[{"type":"text","text":"s"}],)"
      R"("thinking":{"type":"enabled","budget_tokens":2048},"tool_choice":{"type":"any"},)"
      R"("tools":[{"name":"R","input_schema":{"type":"object"},"input_examples":[{}]}],)"
      R"("messages":[{"role":"user","content":[{"type":"text","text":"x"}]},)"
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"gw1.f.c2ln"},)"
      R"({"type":"tool_use","id":"a","name":"R","input":{}}]},{"role":"user","content":)"
      R"([{"type":"tool_result","tool_use_id":"a","content":[{"type":"text","text":"y"}]}]}]})";
  const json::value whole = json::parse(text);
  // Takes the place of each value in turn: by its number, in the order of the text.
  const json::value intruders[] = {nullptr, 7, "x", true, json::array(), json::object()};
  const std::function<bool(json::value&, int&, const json::value&)> replace =
      [&](json::value& place, int& number, const json::value& intruder) {
        if (number-- == 0) {
          place = intruder;
          return true;
        }
        if (auto* object = place.if_object()) {
          for (auto& [key, member] : *object) {
            if (replace(member, number, intruder)) return true;
          }
        } else if (auto* array = place.if_array()) {
          for (json::value& element : *array) {
            if (replace(element, number, intruder)) return true;
          }
        }
        return false;
      };
  int read_anyway = 0, refused = 0;
  for (const json::value& intruder : intruders) {
    for (int position = 0;; ++position) {
      json::value document(whole, &arena);
      int number = position;
      if (!replace(document, number, intruder)) break;
      try {
        BOOST_TEST(!read(document, context).body.at("contents").as_array().empty());
        ++read_anyway;
      } catch (const json::FieldError&) {
        ++refused;
      } catch (const ApiError&) {
        ++refused;
      }
    }
  }
  BOOST_TEST(read_anyway > 50);
  BOOST_TEST(refused > 50);
}

BOOST_AUTO_TEST_CASE(results_of_server_tools_are_cut_to_two_kilobytes) {
  json::array pages;
  for (int i = 0; i < 1000; ++i) {
    pages.push_back({{"title", "\xC3\xA4\xC3\xB6"}, {"url", "https://example.org"}});
  }
  const std::string text = describe_server_result("[web_search]", pages);
  BOOST_TEST(text.size() <= 2100u);
  BOOST_CHECK_NO_THROW(json::parse(json::serialize(json::value(text))));  // not inside a character
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::anthropic
