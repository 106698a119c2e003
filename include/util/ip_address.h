#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace castor {

// An address of IPv4 or IPv6. One of IPv4 in IPv6's clothes (::ffff:192.0.2.1) is one of IPv4.
class IpAddress {
 public:
  // nullopt for all that is no address: "", "unix:", names.
  static std::optional<IpAddress> parse(std::string_view text);

  bool is_v4() const;
  bool is_loopback() const;  // 127.0.0.0/8, ::1
  // Are the first `bits` of both the same? Of IPv4 addresses, the bits of those.
  bool shares(const IpAddress& other, int bits) const;
  // Whoever has this address can have: itself, or of IPv6 its network, "2001:db8:1:2::/64".
  std::string reach() const;

  bool operator==(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// "10.0.0.0/8", or one address.
struct IpNetwork {
  IpAddress base;
  int bits = 0;

  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& address) const;
  bool operator==(const IpNetwork&) const = default;
};

// Is the text an address of one of them?
bool is_among(std::string_view address, std::span<const IpNetwork> networks);

// Who a request is from: the peer, or, while that is one of the trusted proxies, who they say it
// had it from. `forwarded_for` is the field X-Forwarded-For, to which each proxy appends; what
// stands left of the first stranger is that one's own tale. Returns `peer` as it is if it is no
// address.
std::string origin_of(std::string_view peer, std::string_view forwarded_for,
                      std::span<const IpNetwork> trusted);

}  // namespace castor
