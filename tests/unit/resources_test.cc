#include "gemini/resources.h"

#include <boost/test/unit_test.hpp>

namespace castor::gemini {
namespace {

using Names = std::vector<std::string>;

Names names_in(std::string_view body) { return resources_of(json::parse(body).get_object()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(resources)

BOOST_AUTO_TEST_CASE(K14_files_and_cached_contents_are_found_wherever_they_stand) {
  BOOST_TEST(names_in(R"({"cachedContent": "cachedContents/c", "contents": [
      {"parts": [{"text": "https://generativelanguage.googleapis.com/v1beta/files/no"},
                 {"fileData": {"fileUri":
                    "https://generativelanguage.googleapis.com/v1beta/files/a"}}]},
      {"parts": [{"functionResponse": {"name": "f", "response": {}, "parts": [
                    {"fileData": {"fileUri": "https://host/v1beta/files/b"}}]}},
                 {"fileData": {"fileUri": "https://host/v1beta/files/a"}}]}]})") ==
             (Names{"cachedContents/c", "files/a", "files/b"}));
}

BOOST_AUTO_TEST_CASE(other_addresses_and_odd_bodies_name_none) {
  BOOST_TEST(names_in("{}") == Names());
  BOOST_TEST(names_in(R"({"cachedContent": 7, "contents": [7, {"parts": 7}, {"parts": [7,
      {"fileData": {"fileUri": "https://example.org/a.png"}}, {"fileData": 7}]}]})") == Names());
}

BOOST_AUTO_TEST_CASE(no_client_makes_us_ask_for_thousands) {
  std::string body = R"({"contents":[{"parts":[)";
  for (int i = 0; i < 1000; ++i) {
    body += R"({"fileData":{"fileUri":"https://host/v1/files/)" + std::to_string(i) + R"("}},)";
  }
  BOOST_TEST(names_in(body + R"({"text":""}]}]})").size() == 256u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::gemini
