#include "app/config_value.h"

#include <boost/test/unit_test.hpp>

#include "app/config_error.h"

namespace castor::app {
namespace {

template <class Parse>
std::string complaint(const Parse& parse) {
  try {
    parse();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_value)

BOOST_AUTO_TEST_CASE(times_have_a_unit) {
  BOOST_TEST(parse_duration("250ms", 0, 1000) == 250);
  BOOST_TEST(parse_duration("10s", 0, 100'000) == 10'000);
  BOOST_TEST(parse_duration("5m", 0, 3'600'000) == 300'000);
  BOOST_TEST(parse_duration("2h", 0, 10'000'000) == 7'200'000);
  BOOST_TEST(parse_duration("30d", 0, 1LL << 40) == 2'592'000'000);
  for (const auto text : {"10", "", "s", "-1s", "1.5s", "10 s", "10S", "1w", "99999999999999999d",
                          "999999s", "ms10"}) {
    BOOST_TEST(complaint([&] { parse_duration(text, 0, 3'600'000); }) ==
                   "expected a time with its unit (ms, s, m, h or d) from 0ms to 1h",
               text);
  }
}

BOOST_AUTO_TEST_CASE(sizes_are_bytes_or_have_a_suffix) {
  BOOST_TEST(parse_size("512", 0, 1024) == 512);
  BOOST_TEST(parse_size("8K", 0, 1 << 20) == 8192);
  BOOST_TEST(parse_size("64M", 0, 1 << 30) == 64 << 20);
  BOOST_TEST(parse_size("1G", 0, 1 << 30) == 1 << 30);
  for (const auto text : {"", "K", "64MB", "64m", "2G", "1023", "99999999999999999999", "-1"}) {
    BOOST_TEST(complaint([&] { parse_size(text, 1024, 1 << 30); }) ==
                   "expected a size (in bytes, or with K, M or G) from 1K to 1G",
               text);
  }
}

BOOST_AUTO_TEST_CASE(numbers_have_bounds) {
  BOOST_TEST(parse_number("500", 1, 500) == 500);
  for (const auto text : {"0", "501", "", "many", "5x", "1e2", "0x10"}) {
    BOOST_TEST(
        complaint([&] { parse_number(text, 1, 500); }) == "expected a whole number from 1 to 500",
        text);
  }
}

BOOST_AUTO_TEST_CASE(switches_are_yes_or_no) {
  for (const auto text : {"yes", "on", "true"}) BOOST_TEST(parse_yes_no(text));
  for (const auto text : {"no", "off", "false"}) BOOST_TEST(!parse_yes_no(text));
  for (const auto text : {"", "1", "Yes", "maybe"}) {
    BOOST_TEST(complaint([&] { parse_yes_no(text); }) == "expected yes or no", text);
  }
}

BOOST_AUTO_TEST_CASE(a_mount_is_a_path_without_a_slash_at_the_end) {
  BOOST_TEST(parse_mount("/ai") == "/ai");
  BOOST_TEST(parse_mount("/a/b/") == "/a/b");
  BOOST_TEST(parse_mount("/") == "");
  BOOST_TEST(parse_mount("") == "");
  for (const auto text : {"ai", "/a//b", "/a b", "/a?b", "https://example.org/ai", "/%61"}) {
    BOOST_TEST(complaint([&] { parse_mount(text); }) == "expected a path such as /ai", text);
  }
}

BOOST_AUTO_TEST_CASE(origins_are_a_list_or_all) {
  using Origins = std::vector<std::string>;
  BOOST_TEST(parse_origins("") == Origins{});
  BOOST_TEST(parse_origins(" * ") == Origins{"*"});
  BOOST_TEST(parse_origins("https://Chat.Example.org, http://[::1]:8080 app://x") ==
             (Origins{"https://chat.example.org", "http://[::1]:8080", "app://x"}));
  for (const auto text : {"example.org", "https://", "https://example.org/",
                          "https://*.example.org", "null", "://x", "https://me@example.org"}) {
    BOOST_TEST(complaint([&] { parse_origins(text); }).starts_with("expected origins"), text);
  }
  BOOST_TEST(
      complaint([] { parse_origins("*, https://example.org"); }).starts_with("expected either"));
}

BOOST_AUTO_TEST_CASE(plain_http_is_for_this_machine_only) {
  for (const std::string text :
       {"https://generativelanguage.googleapis.com", "https://[2001:db8::1]:8443/gemini",
        "http://127.0.0.1:8123", "http://127.9.9.9", "http://localhost:80", "http://[::1]:1/x"}) {
    BOOST_TEST(parse_upstream_url(text) == text);
  }
  BOOST_TEST(parse_upstream_url("https://example.org/a/") == "https://example.org/a");
  for (const auto text : {"http://example.org", "http://10.0.0.1", "http://127.0.0.1.example.org",
                          "http://localhost.example.org", "http://[::2]", "http://0.0.0.0"}) {
    BOOST_TEST(complaint([&] { parse_upstream_url(text); }).starts_with("expected https:"), text);
  }
  for (const auto text : {"", "example.org", "ftp://example.org", "https://", "https://a b",
                          "https://user:word@example.org", "https://example.org/?key=a",
                          "https://example.org/#a", "http://localhost@example.org"}) {
    BOOST_TEST(complaint([&] { parse_upstream_url(text); }).starts_with("expected a URL"), text);
  }
}

BOOST_AUTO_TEST_CASE(a_proxy_is_a_url_of_a_kind_that_libcurl_knows) {
  for (const std::string text : {"", "http://proxy.example:3128", "socks5h://127.0.0.1:9050",
                                 "https://user:word@proxy.example"}) {
    BOOST_TEST(parse_proxy_url(text) == text);
  }
  for (const auto text : {"proxy.example:3128", "ftp://proxy.example", "http://", "://a", "http//a",
                          "http://a:port"}) {
    BOOST_TEST(complaint([&] { parse_proxy_url(text); }).starts_with("expected a URL"), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::app
