#include "util/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "util/text.h"

namespace castor {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kHostsNetwork = 64;  // of IPv6: what one customer has at least

// "192.0.2.1:4711" and "[2001:db8::1]:4711" without their ports.
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end == std::string_view::npos ? text : text.substr(1, end - 1);
  }
  const std::size_t colon = text.find(':');
  const bool is_v4 = colon != std::string_view::npos && colon == text.rfind(':');
  return is_v4 ? text.substr(0, colon) : text;
}

bool is_among(const IpAddress& address, std::span<const IpNetwork> networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string copy(text);
  IpAddress address;
  if (in_addr four; inet_pton(AF_INET, copy.c_str(), &four) == 1) {
    std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&four);
    std::copy(bytes, bytes + 4, address.bytes_.begin() + 12);
    return address;
  }
  if (inet_pton(AF_INET6, copy.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  return bytes_[15] == 1 &&
         std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::shares(const IpAddress& other, int bits) const {
  if (is_v4() != other.is_v4()) return false;
  int left = bits + (is_v4() ? 96 : 0);
  for (std::size_t i = 0; i < bytes_.size() && left > 0; ++i, left -= 8) {
    const int mask = left >= 8 ? 0xff : 0xff << (8 - left);
    if (((bytes_[i] ^ other.bytes_[i]) & mask) != 0) return false;
  }
  return true;
}

std::string IpAddress::reach() const {
  char text[INET6_ADDRSTRLEN];
  if (is_v4()) return inet_ntop(AF_INET, bytes_.data() + 12, text, sizeof text);
  std::array<std::uint8_t, 16> network{};
  std::copy(bytes_.begin(), bytes_.begin() + kHostsNetwork / 8, network.begin());
  inet_ntop(AF_INET6, network.data(), text, sizeof text);
  return std::string(text) + "/" + std::to_string(kHostsNetwork);
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const int most = base->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return IpNetwork{*base, most};
  const auto bits = parse_integer(text.substr(slash + 1));
  if (!bits || *bits < 0 || *bits > most) return std::nullopt;
  return IpNetwork{*base, static_cast<int>(*bits)};
}

bool IpNetwork::contains(const IpAddress& address) const { return base.shares(address, bits); }

bool is_among(std::string_view address, std::span<const IpNetwork> networks) {
  const auto parsed = IpAddress::parse(address);
  return parsed && is_among(*parsed, networks);
}

std::string origin_of(std::string_view peer, std::string_view forwarded_for,
                      std::span<const IpNetwork> trusted) {
  auto address = IpAddress::parse(peer);
  std::string_view origin = peer;
  if (forwarded_for.empty()) return std::string(origin);
  const auto hops = split(forwarded_for, ',');
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    if (!address || !is_among(*address, trusted)) break;
    const std::string_view before = without_port(trim(*hop));
    address = IpAddress::parse(before);
    if (address) origin = before;
  }
  return std::string(origin);
}

}  // namespace castor
