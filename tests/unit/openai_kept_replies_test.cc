#include <boost/test/unit_test.hpp>

#include "domain/data.h"
#include "openai/kept_replies.h"

namespace castor::openai {
namespace {

struct Fixture {
  ModelMap models{data::models, "2026-11-20"};
  TranslationConfig config;
  json::monotonic_resource arena;
  ReadContext context{.models = models, .config = config, .signatures = {}, .storage = &arena};

  json::array before(std::string_view id) {
    json::value request{{"previous_response_id", id}};
    const json::Field root(request);
    return KeptReplies(context).conversation_before(root["previous_response_id"]);
  }

  // Replies "resp_1", "resp_2" …, each behind the one before it, with an input of so many bytes.
  void keep_endless(std::size_t bytes) {
    context.replies = [bytes](std::string_view id) -> std::optional<KeptReply> {
      return KeptReply{.previous = std::string(id) + "1",
                       .input = "[\"" + std::string(bytes, 'x') + "\"]",
                       .reply = "{}"};
    };
  }
};

bool is_too_large(const ApiError& error) { return error.kind == ErrorKind::too_large; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(openai_kept_replies, Fixture)

BOOST_AUTO_TEST_CASE(a_conversation_comes_oldest_first) {
  context.replies = [](std::string_view id) -> std::optional<KeptReply> {
    if (id == "resp_1") return KeptReply{"", R"(["a"])", R"({"output":["b"]})"};
    if (id == "resp_2") return KeptReply{"resp_1", R"(["c","d"])", R"({"output":[]})"};
    return std::nullopt;
  };
  BOOST_TEST(before("resp_2") == json::array({"a", "b", "c", "d"}));
  BOOST_TEST(before("").empty());
}

BOOST_AUTO_TEST_CASE(a_conversation_of_too_many_bytes_or_replies_is_refused) {
  keep_endless(8 << 20);
  BOOST_CHECK_EXCEPTION(before("resp_1"), ApiError, is_too_large);
  keep_endless(1);
  BOOST_CHECK_EXCEPTION(before("resp_1"), ApiError, is_too_large);
}

BOOST_AUTO_TEST_CASE(references_bring_back_no_more_than_a_request_may_have) {
  context.replies = [](std::string_view) -> std::optional<KeptReply> {
    return KeptReply{"", "[\"" + std::string(8 << 20, 'x') + "\"]",
                     R"({"output":[{"id":"msg_a_0"}]})"};
  };
  KeptReplies kept(context);
  json::value request{{"id", "msg_a_0"}};
  const json::Field root(request);
  const json::Field id = root["id"];
  for (int i = 0; i < 7; ++i) BOOST_TEST(kept.item(id).at("id") == "msg_a_0");
  BOOST_CHECK_EXCEPTION(kept.item(id), ApiError, is_too_large);
}

BOOST_AUTO_TEST_CASE(an_item_must_have_the_id_that_names_it) {
  context.replies = [](std::string_view id) -> std::optional<KeptReply> {
    if (id != "resp_a") return std::nullopt;
    return KeptReply{"", "[]", R"({"output":[{"id":"msg_a_0"},{"id":"fc_a_1"}]})"};
  };
  const auto found = [this](std::string_view id) {
    json::value request{{"id", id}};
    const json::Field root(request);
    return KeptReplies(context).item(root["id"]);
  };
  BOOST_TEST(found("fc_a_1").at("id") == "fc_a_1");
  for (const char* id : {"msg_a_1", "fc_a_2", "fc_b_1", "fc"}) {
    BOOST_CHECK_THROW(found(id), ApiError);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
