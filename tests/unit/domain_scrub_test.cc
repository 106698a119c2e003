#include <boost/test/unit_test.hpp>

#include "domain/scrub.h"

namespace castor {

BOOST_AUTO_TEST_SUITE(scrub_known_secrets)

// K2.
BOOST_AUTO_TEST_CASE(every_known_secret_is_replaced_wherever_it_is) {
  const std::string_view secrets[] = {"odd:secret-1", "odd:secret-22"};
  BOOST_TEST(scrub("odd:secret-1, {odd:secret-22}odd:secret-1", secrets) == "***, {***}***");
  BOOST_TEST(scrub("see ?key=AbCd1234 there", secrets) == "see ?key=*** there");
  BOOST_TEST(scrub("nothing here", secrets) == "nothing here");
}

BOOST_AUTO_TEST_CASE(keys_of_tests_that_are_words_are_left_alone) {
  const std::string_view secrets[] = {"k1", ""};
  BOOST_TEST(scrub("mask1ng", secrets) == "mask1ng");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
