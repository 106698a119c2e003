#include "gemini/call_links.h"

#include <boost/test/unit_test.hpp>

#include "turn_notation.h"

namespace castor::gemini {

using namespace test;

BOOST_AUTO_TEST_SUITE(call_links)

BOOST_AUTO_TEST_CASE(g1_a_carried_signature_goes_to_the_next_call) {
  const auto bound = bind_carried(
      turns(model(carried("gw1.f.b2xk"), carried("gw1.f.c2ln"), says("a"), calls("1"), calls("2"))),
      "gemini-4");
  BOOST_TEST(show(bound) == "model: 'a' call(1 Read) ~c2ln call(2 Read)");
}

BOOST_AUTO_TEST_CASE(a_carried_signature_of_text_goes_to_the_text_before_it_or_to_an_empty_one) {
  BOOST_TEST(show(bind_carried(turns(model(says("a"), carried("gw1.x.c2ln"))), "gemini-4")) ==
             "model: 'a' ~c2ln");
  BOOST_TEST(show(bind_carried(turns(model(calls("1"), carried("gw1.x.c2ln"))), "gemini-4")) ==
             "model: call(1 Read) '' ~c2ln");
}

// G7: foreign signatures in the history.
BOOST_AUTO_TEST_CASE(g7_signatures_of_others_are_dropped) {
  const auto bound = bind_carried(
      turns(user(carried("gw1.f.c2ln"), says("u")),
            model(carried("EqoBCkgIARAB"), carried("gw1.f.gemini-3.c2ln"), carried("gw1.n."),
                  carried("gw1.x.gemini-3.c2ln"), calls("1", "Read", {"c2ln", "gemini-3"}))),
      "gemini-4");
  BOOST_TEST(show(bound) == "user: 'u' | model: call(1 Read)");
}

BOOST_AUTO_TEST_CASE(a_call_without_a_signature_gets_the_stored_one_of_its_family) {
  std::vector<std::string> asked;
  const SignatureLookup lookup = [&](std::string_view id) -> std::optional<StoredSignature> {
    asked.emplace_back(id);
    if (id == "other") return StoredSignature{"gemini-3", "b2xk"};
    return StoredSignature{"gemini-4", "c2ln"};
  };
  const Model gemini{.family = "gemini-4"};
  auto list = turns(model(calls("a"), calls("b")), user(result("a"), result("b")),
                    model(calls("other")), model(calls("own", "Read", {"b3du", {}})));
  sign_calls(list, gemini, lookup);
  BOOST_TEST(show(list[0].parts[0]) == "call(a Read) ~c2ln");
  BOOST_TEST(show(list[0].parts[1]) == "call(b Read)");
  BOOST_TEST(show(list[2].parts[0]) == "call(other Read) ~skip_thought_signature_validator");
  BOOST_TEST(show(list[3].parts[0]) == "call(own Read) ~b3du");
  BOOST_TEST((asked == std::vector<std::string>{"a", "other"}));
}

// G2, G3, G4.
BOOST_AUTO_TEST_CASE(g3_the_dummy_goes_only_where_no_sibling_has_a_real_signature) {
  const Model gemini{.family = "gemini-4"}, old{.family = "gemini-2.5", .signatures = false};
  auto list =
      turns(model(calls("a"), calls("b")), model(calls("a"), calls("b", "Read", {"c2ln", {}})),
            model(calls("call_x__thought__c2ln")));
  auto same = list;
  sign_calls(list, gemini, {});
  BOOST_TEST(show(list) ==
             "model: call(a Read) ~skip_thought_signature_validator call(b Read) | "
             "model: call(a Read) call(b Read) ~c2ln | "
             "model: call(call_x__thought__c2ln Read) ~c2ln");
  const std::string before = show(same);
  sign_calls(same, old, {});
  BOOST_TEST(show(same) == before);
}

BOOST_AUTO_TEST_CASE(ids_are_geminis_where_it_gave_one_and_unique) {
  auto list = turns(model(calls("toolu_0123456789AB_call_1"), calls("toolu_0123456789AB_call_2")),
                    user(result("toolu_0123456789AB_call_1"), result("toolu_0123456789AB_call_2")),
                    model(calls("toolu_0123456789AC_call_2"), calls("x"), calls("x")),
                    user(result("toolu_0123456789AC_call_2"), result("x"), result("x")));
  assign_ids(list, Model{});
  BOOST_TEST(show(list) ==
             "model: call(call_1 Read) call(toolu_0123456789AB_call_2 Read) | "
             "user: result(call_1 ) = 'ok' result(toolu_0123456789AB_call_2 ) = 'ok' | "
             "model: call(toolu_0123456789AC_call_2 Read) call(x Read) call(x_2 Read) | "
             "user: result(toolu_0123456789AC_call_2 ) = 'ok' result(x ) = 'ok' "
             "result(x_2 ) = 'ok'");
}

// T9.
BOOST_AUTO_TEST_CASE(t9_models_without_ids_get_none) {
  auto list = turns(model(calls("a")), user(result("a")));
  assign_ids(list, Model{.call_ids = false});
  BOOST_TEST(show(list) == "model: call( Read) | user: result( ) = 'ok'");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
