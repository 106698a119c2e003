#include "gemini/signature_carrier.h"

#include <boost/test/unit_test.hpp>

namespace castor::gemini {

using Kind = SignatureCarrier::Kind;

BOOST_AUTO_TEST_SUITE(signature_carrier)

BOOST_AUTO_TEST_CASE(a_carrier_gives_back_what_was_put_in) {
  BOOST_TEST(carrier(Kind::call, "c2ln") == "gw1.f.c2ln");
  BOOST_TEST(carrier(Kind::text, "c2ln", "gemini-3.5") == "gw1.x.gemini-3.5.c2ln");
  BOOST_TEST(carrier(Kind::none, "") == "gw1.n.");
  for (const Kind kind : {Kind::call, Kind::text}) {
    for (const char* family : {"", "gemini-4", "gemini-3.5"}) {
      const std::string text = carrier(kind, "c2lnbmF0dXJl", family);
      const auto parsed = parse_carrier(text);
      BOOST_REQUIRE(parsed.has_value());
      BOOST_CHECK(parsed->kind == kind);
      BOOST_TEST(parsed->signature == "c2lnbmF0dXJl");
      BOOST_TEST(parsed->family == family);
    }
  }
  const auto none = parse_carrier("gw1.n.");
  BOOST_REQUIRE(none.has_value());
  BOOST_CHECK(none->kind == Kind::none);
}

// G7: signatures that another vendor made.
BOOST_AUTO_TEST_CASE(what_is_not_ours_or_not_base64_is_no_carrier) {
  for (const char* text : {"", "gw1", "gw1.", "gw1.f", "gw1.f.", "gw1.q.c2ln", "gw1.f.c2*n",
                           "gw1.f.gemini-4.", "EqoBCkgIARABGAIiQL", "gw2.f.c2ln"}) {
    BOOST_TEST(!parse_carrier(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_call_id_remembers_a_gemini_id_that_is_short_and_plain) {
  const std::string id = make_call_id("toolu", "0123456789AB", "call_883098");
  BOOST_TEST(id == "toolu_0123456789AB_call_883098");
  BOOST_TEST(parse_call_id(id).gemini_id == "call_883098");
  BOOST_TEST(parse_call_id(id).client_id == id);
  BOOST_TEST(make_call_id("toolu", "0123456789AB", std::string(40, 'x')).size() <= 64u);

  for (const std::string& unfit : {std::string(), std::string(41, 'x'), std::string("a b"),
                                   std::string("\xC3\xA4"), std::string("a.b")}) {
    BOOST_TEST(make_call_id("call", "0123456789AB", unfit) == "call_0123456789AB");
  }
}

BOOST_AUTO_TEST_CASE(ids_of_others_hold_no_gemini_id) {
  for (const char* id : {"", "toolu_01A09q90qw90lq917835lq9", "call_0123456789AB",
                         "call_0123456789AB_", "fc_0123456789AB_x", "call_01234-6789AB_x"}) {
    BOOST_TEST(parse_call_id(id).gemini_id == "", id);
    BOOST_TEST(parse_call_id(id).client_id == id);
  }
}

// G2: LiteLLM's form.
BOOST_AUTO_TEST_CASE(a_signature_inside_an_id_is_split_off) {
  const CallId id = parse_call_id("call_abc__thought__c2ln");
  BOOST_TEST(id.client_id == "call_abc");
  BOOST_TEST(id.signature == "c2ln");
  BOOST_TEST(parse_call_id("call_abc__thought__c2*n").signature == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
