#include "app/router.h"

#include <boost/test/unit_test.hpp>

namespace castor::app {
namespace {

constexpr Route kTable[] = {
    {"POST", "/v1/messages", nullptr, nullptr},
    {"GET", "/v1/models", nullptr, nullptr},
    {"GET", "/v1/models/*", nullptr, nullptr},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(router)

BOOST_AUTO_TEST_CASE(the_first_candidate_that_is_a_route_wins) {
  const RouteMatch match = find_route(kTable, "POST", {"/cgi/v1/messages", "/v1/messages"});
  BOOST_TEST(match.route == &kTable[0]);
  BOOST_TEST(match.path == "/v1/messages");
}

BOOST_AUTO_TEST_CASE(a_name_follows_where_the_pattern_ends_in_a_star) {
  const RouteMatch match = find_route(kTable, "GET", {"/v1/models/meta/llama:3"});
  BOOST_TEST(match.route == &kTable[2]);
  BOOST_TEST(match.rest == "meta/llama:3");
  BOOST_TEST(find_route(kTable, "GET", {"/v1/models/"}).route == &kTable[1]);
}

BOOST_AUTO_TEST_CASE(HEAD_is_served_as_GET) {
  BOOST_TEST(find_route(kTable, "HEAD", {"/v1/models"}).route == &kTable[1]);
}

BOOST_AUTO_TEST_CASE(a_wrong_method_is_told_the_right_ones) {
  const RouteMatch match = find_route(kTable, "DELETE", {"/v1/models"});
  BOOST_TEST(!match.route);
  BOOST_TEST(match.allow == "GET, HEAD, OPTIONS");
}

BOOST_AUTO_TEST_CASE(what_is_no_route_is_found_nowhere) {
  const RouteMatch match = find_route(kTable, "POST", {"/v1/messages/batches"});
  BOOST_TEST(!match.route);
  BOOST_TEST(match.allow.empty());
  BOOST_TEST(match.path == "/v1/messages/batches");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
