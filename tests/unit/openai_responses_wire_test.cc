#include <boost/test/unit_test.hpp>

#include "openai/responses_wire.h"

namespace castor::openai {

BOOST_AUTO_TEST_SUITE(openai_responses_wire)

BOOST_AUTO_TEST_CASE(the_id_of_an_item_says_where_it_is) {
  const std::string id = item_id("msg", "resp_0aZ9", 12);
  BOOST_TEST(id == "msg_0aZ9_12");
  const auto place = parse_item_id(id);
  BOOST_REQUIRE(place.has_value());
  BOOST_TEST(place->response_id == "resp_0aZ9");
  BOOST_TEST(place->index == 12u);
}

BOOST_AUTO_TEST_CASE(ids_of_other_makers_say_nothing) {
  for (const char* id : {"", "_", "__", "msg", "msg_1", "msg__1", "msg_a_", "msg_a_b", "msg_a_1x",
                         "msg_a_-1", "msg_a_99999999999999999999999"}) {
    BOOST_TEST(!parse_item_id(id).has_value(), id);
  }
}

BOOST_AUTO_TEST_CASE(a_compaction_is_read_back_and_those_of_others_are_not) {
  const std::string summary = "Fixed \"ä.txt\"\n🙂";
  const json::object item = compaction_item("cmp_1", summary);
  BOOST_TEST((parse_compaction(item.at("encrypted_content").as_string()) == summary));
  for (const char* other : {"", "gwc1", "gwc1.*", "gAAAAABpPDIUph8=", "gw1.f.c2ln"}) {
    BOOST_TEST(!parse_compaction(other).has_value(), other);
  }
  BOOST_TEST((parse_compaction("gwc1._w") == "\xEF\xBF\xBD"));
}

BOOST_AUTO_TEST_CASE(a_citation_counts_characters) {
  const Source source{"https://a.example/", "A"};
  BOOST_TEST(citation(source, "Öland 🙂").at("end_index") == 7);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::openai
