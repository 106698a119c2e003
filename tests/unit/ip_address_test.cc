#include "util/ip_address.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace castor {

BOOST_AUTO_TEST_SUITE(ip_address)

BOOST_AUTO_TEST_CASE(loopback_is_known_in_all_its_clothes) {
  for (const char* address : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    BOOST_TEST(IpAddress::parse(address).value().is_loopback(), address);
  }
  for (const char* address : {"128.0.0.1", "::2", "::", "::ffff:10.0.0.1", "1::1"}) {
    BOOST_TEST(!IpAddress::parse(address).value().is_loopback(), address);
  }
  for (const char* text : {"", "unix:", "localhost", "127.0.0.1.example.org", "2130706433", "1.2.3",
                           "::ffff:1.2.3.4.5", "1.2.3.4 "}) {
    BOOST_TEST(!IpAddress::parse(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(whoever_has_an_IPv6_address_has_its_network) {
  static const struct {
    const char* address;
    const char* reach;
  } cases[] = {
      {"203.0.113.9", "203.0.113.9"},
      {"::ffff:203.0.113.9", "203.0.113.9"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
      {"2001:db8:1:2::", "2001:db8:1:2::/64"},
      {"fe80::1", "fe80::/64"},
  };
  for (const auto& test : cases) {
    BOOST_TEST(IpAddress::parse(test.address).value().reach() == test.reach);
  }
}

BOOST_AUTO_TEST_CASE(a_network_contains_what_begins_with_its_bits) {
  const auto contains = [](const char* network, const char* address) {
    return IpNetwork::parse(network).value().contains(IpAddress::parse(address).value());
  };
  BOOST_TEST(contains("10.0.0.0/8", "10.255.0.1"));
  BOOST_TEST(!contains("10.0.0.0/8", "11.0.0.1"));
  BOOST_TEST(contains("192.0.2.128/25", "192.0.2.200"));
  BOOST_TEST(!contains("192.0.2.128/25", "192.0.2.127"));
  BOOST_TEST(contains("192.0.2.1", "::ffff:192.0.2.1"));
  BOOST_TEST(!contains("192.0.2.1", "192.0.2.2"));
  BOOST_TEST(contains("2001:db8::/33", "2001:db8:7fff::1"));
  BOOST_TEST(!contains("2001:db8::/33", "2001:db8:8000::1"));
  BOOST_TEST(contains("0.0.0.0/0", "8.8.8.8"));
  BOOST_TEST(!contains("::/0", "8.8.8.8"));  // an address of IPv4 is none of IPv6
  for (const char* wrong : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "x/8"}) {
    BOOST_TEST(!IpNetwork::parse(wrong).has_value(), wrong);
  }
}

BOOST_AUTO_TEST_CASE(only_trusted_proxies_are_believed_whom_they_serve) {
  const std::vector<IpNetwork> trusted{IpNetwork::parse("10.0.0.0/8").value(),
                                       IpNetwork::parse("::1").value()};
  static const struct {
    const char* peer;
    const char* forwarded_for;
    const char* origin;
  } cases[] = {
      {"203.0.113.9", "198.51.100.1", "203.0.113.9"},  // a stranger's tale
      {"10.0.0.1", "198.51.100.1", "198.51.100.1"},
      {"10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"},  // what stands left is the client's
      {"10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
      {"10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"},
      {"::1", "198.51.100.1:4711", "198.51.100.1"},
      {"::1", "[2001:db8::7]:4711", "2001:db8::7"},
      {"10.0.0.1", "2001:db8::7", "2001:db8::7"},
      {"10.0.0.1", "", "10.0.0.1"},
      {"10.0.0.1", "unknown", "10.0.0.1"},
      {"10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"},
      {"10.0.0.1", ",,[", "10.0.0.1"},
      {"unix:", "198.51.100.1", "unix:"},
      {"", "198.51.100.1", ""},
  };
  for (const auto& test : cases) {
    BOOST_TEST(origin_of(test.peer, test.forwarded_for, trusted) == test.origin,
               test.peer << " <- " << test.forwarded_for);
  }
  BOOST_TEST(origin_of("10.0.0.1", "198.51.100.1", {}) == "10.0.0.1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor
