#include "domain/reply_gate.h"

#include <boost/test/unit_test.hpp>

#include "recording_handler.h"

namespace castor {
namespace {

const Finish kStop{.reason = FinishReason::stop, .name = "STOP"};
const Finish kMalformed{.reason = FinishReason::malformed, .name = "MALFORMED_FUNCTION_CALL"};
const Finish kRefused{.reason = FinishReason::refused, .name = "SAFETY"};

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_gate)

BOOST_AUTO_TEST_CASE(an_end_without_any_part_is_held_back) {
  for (const Finish& finish : {kStop, kMalformed}) {
    RecordingHandler client;
    ReplyGate gate(client, true);
    gate.finish(finish);
    BOOST_TEST(client.calls.empty());
    BOOST_REQUIRE(gate.rejected().has_value());
    BOOST_TEST(gate.rejected()->name == finish.name);
    BOOST_TEST(!gate.finished().has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_refusal_is_an_answer) {
  RecordingHandler client;
  ReplyGate gate(client, true);
  gate.finish(kRefused);
  BOOST_TEST(client.calls == Calls{"finish refused SAFETY"});
}

BOOST_AUTO_TEST_CASE(the_next_attempt_begins_anew) {
  RecordingHandler client;
  ReplyGate gate(client, true);
  gate.finish(kMalformed);
  gate.begin_attempt();
  gate.text("well");
  gate.finish(kStop);
  BOOST_TEST(client.calls == (Calls{"text well", "finish stop STOP"}));
}

BOOST_AUTO_TEST_CASE(after_content_every_end_is_passed_on) {
  RecordingHandler client;
  ReplyGate gate(client, true);
  gate.text("half");
  gate.finish(kMalformed);
  BOOST_TEST(gate.started());
  BOOST_TEST(client.calls.back() == "finish malformed MALFORMED_FUNCTION_CALL");
}

BOOST_AUTO_TEST_CASE(thoughts_are_content_where_the_client_sees_them) {
  RecordingHandler client;
  ReplyGate shown(client, true);
  shown.thought("hm");
  BOOST_TEST(shown.started());
  ReplyGate hidden(client, false);
  hidden.thought("hm");
  BOOST_TEST(!hidden.started());
}

BOOST_AUTO_TEST_CASE(twice_nothing_is_accepted_as_an_empty_reply) {
  RecordingHandler client;
  ReplyGate gate(client, true);
  gate.finish(kStop);
  gate.accept_empty();
  BOOST_TEST(client.calls == Calls{"finish stop STOP"});
  BOOST_TEST(!gate.rejected().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
