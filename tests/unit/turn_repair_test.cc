#include "gemini/turn_repair.h"

#include <boost/test/unit_test.hpp>

#include "turn_notation.h"

namespace castor::gemini {

using namespace test;

BOOST_AUTO_TEST_SUITE(turn_repair)

// T5, T6.
BOOST_AUTO_TEST_CASE(t5_empty_texts_and_turns_of_nothing_else_disappear) {
  const auto repaired = drop_empty_parts(turns(user(says("Hi"), says("")), model(says("")),
                                               user(says("")), model(says("", "c2ln"), says("a"))));
  BOOST_TEST(show(repaired) == "user: 'Hi' | model: '' ~c2ln 'a'");
}

BOOST_AUTO_TEST_CASE(results_and_what_the_user_says_with_them_become_two_turns) {
  const auto repaired =
      split_results(turns(user(says("first"), result("a"), picture(), result("b"), says("last")),
                          user(result("c")), user(says("d"))));
  BOOST_TEST(show(repaired) ==
             "user: result(a ) = 'ok' result(b ) = 'ok' | user: 'first' media(image/png) 'last' | "
             "user: result(c ) = 'ok' | user: 'd'");
}

BOOST_AUTO_TEST_CASE(neighbours_of_one_kind_become_one_turn) {
  const auto repaired =
      merge_neighbours(turns(user(says("a")), user(says("b")), model(says("c")), model(calls("1")),
                             user(result("1")), user(result("2")), user(says("d"))));
  BOOST_TEST(show(repaired) ==
             "user: 'a' 'b' | model: 'c' call(1 Read) | "
             "user: result(1 ) = 'ok' result(2 ) = 'ok' | user: 'd'");
}

BOOST_AUTO_TEST_CASE(calls_at_the_end_that_nobody_answered_are_dropped_and_their_text_stays) {
  BOOST_TEST(show(drop_trailing_calls(turns(user(says("a")), model(says("b"), calls("1"))))) ==
             "user: 'a' | model: 'b'");
  BOOST_TEST(show(drop_trailing_calls(turns(user(says("a")), model(calls("1"))))) == "user: 'a'");
  BOOST_TEST(show(drop_trailing_calls(turns(model(calls("1")), user(says("a"))))) ==
             "model: call(1 Read) | user: 'a'");
}

// T8: results are named after their calls.
BOOST_AUTO_TEST_CASE(t8_results_follow_in_the_order_and_with_the_names_of_the_calls) {
  const auto repaired = pair_results(turns(model(calls("a", "Read"), calls("b", "Bash")),
                                           user(result("b", "2"), result("a", "1"))),
                                     {});
  BOOST_TEST(show(repaired) ==
             "model: call(a Read) call(b Bash) | user: result(a Read) = '1' result(b Bash) = '2'");
}

// T1: one missing result made a session fail for ever.
BOOST_AUTO_TEST_CASE(t1_a_missing_result_is_invented) {
  const auto repaired = pair_results(
      turns(model(calls("a"), calls("b")), user(result("b")), user(says("go on"))), {});
  BOOST_TEST(show(repaired) ==
             "model: call(a Read) call(b Read) | "
             "user: result(a Read) failed 'Tool call was interrupted; no result.' "
             "result(b Read) = 'ok' | user: 'go on'");
  const auto unanswered = pair_results(turns(model(calls("a")), user(says("stop"))), {});
  BOOST_TEST(show(unanswered) ==
             "model: call(a Read) | "
             "user: result(a Read) failed 'Tool call was interrupted; no result.' | user: 'stop'");
}

BOOST_AUTO_TEST_CASE(t1_a_late_result_moves_up_to_its_call) {
  const auto repaired =
      pair_results(turns(model(calls("a"), calls("b")), user(result("a")), user(says("and")),
                         model(says("well")), user(result("b", "late"))),
                   {});
  BOOST_TEST(show(repaired) ==
             "model: call(a Read) call(b Read) | user: result(a Read) = 'ok' "
             "result(b Read) = 'late' | user: 'and' | model: 'well'");
}

BOOST_AUTO_TEST_CASE(t1_a_result_without_a_call_becomes_text) {
  Result extra = result("a", "again");
  extra.media.push_back(picture());
  const auto repaired = pair_results(
      turns(user(result("x", "early")), model(calls("a")), user(result("a"), extra)), {});
  BOOST_TEST(show(repaired) ==
             "user: '[Result of tool unknown]\nearly' | model: call(a Read) | "
             "user: result(a Read) = 'ok' | user: '[Result of tool Read]\nagain' media(image/png)");
}

// T12: clients that number their calls anew in each step.
BOOST_AUTO_TEST_CASE(t12_an_id_that_is_used_again_is_answered_by_what_follows_it) {
  const auto repaired = pair_results(turns(model(calls("0", "Read")), user(says("stop")),
                                           model(calls("0", "Bash")), user(result("0", "bash"))),
                                     {});
  BOOST_TEST(show(repaired) ==
             "model: call(0 Read) | "
             "user: result(0 Read) failed 'Tool call was interrupted; no result.' | user: 'stop' | "
             "model: call(0 Bash) | user: result(0 Bash) = 'bash'");
  const auto twice = pair_results(
      turns(model(calls("0", "A"), calls("0", "B")), user(result("0", "1"), result("0", "2"))), {});
  BOOST_TEST(show(twice) ==
             "model: call(0 A) call(0 B) | user: result(0 A) = '1' result(0 B) = '2'");
}

// C8: a screenshot that a tool returned was not seen.
BOOST_AUTO_TEST_CASE(c8_media_that_fit_into_no_result_follow_it) {
  Result answer = result("a");
  answer.name = "Shot";
  answer.media = {picture("image/png"), picture("image/gif")};
  const Model with_media{}, without{.result_media = false};
  BOOST_TEST(show(hoist_result_media(turns(user(answer)), with_media, {})) ==
             "user: result(a Shot) = 'ok' with media(image/png) | "
             "user: '[Media returned by tool Shot]' media(image/gif)");
  BOOST_TEST(show(hoist_result_media(turns(user(answer)), without, {})) ==
             "user: result(a Shot) = 'ok' | "
             "user: '[Media returned by tool Shot]' media(image/png) media(image/gif)");
}

// T3.
BOOST_AUTO_TEST_CASE(t3_a_conversation_begins_with_the_user) {
  BOOST_TEST(show(begin_with_user(turns(model(says("a"))), {})) ==
             "user: 'Continue.' | model: 'a'");
  BOOST_TEST(show(begin_with_user({}, {})) == "user: 'Please proceed.'");
}

// T4.
BOOST_AUTO_TEST_CASE(t4_a_prefill_stays_and_a_model_that_takes_none_is_told_to_go_on) {
  const Model prefill{}, no_prefill{.prefill = false};
  BOOST_TEST(show(end_with_user(turns(user(says("a")), model(says("{ "))), prefill, {})) ==
             "user: 'a' | model: '{ '");
  const std::string repaired =
      show(end_with_user(turns(user(says("a")), model(says("{ "))), no_prefill, {}));
  BOOST_TEST(repaired.starts_with("user: 'a' | model: '{ ' | user: 'Continue exactly"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
