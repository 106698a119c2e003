#include "app/config_value.h"

#include <curl/urlapi.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "app/config_error.h"
#include "util/text.h"

namespace castor::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};
// Largest first, so that a bound is shown in the unit a person would use.
constexpr Unit kDurations[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr Unit kSizes[] = {{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}, {"", 1}};

template <std::size_t Count>
std::string in_units(std::int64_t number, const Unit (&units)[Count]) {
  for (const Unit& unit : units) {
    if (number != 0 && number % unit.factor == 0) {
      return std::to_string(number / unit.factor).append(unit.name);
    }
  }
  return "0" + std::string(units[Count - 1].name);
}

template <std::size_t Count>
std::optional<std::int64_t> parse_units(std::string_view text, const Unit (&units)[Count]) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer(text.substr(0, digits));
  for (const Unit& unit : units) {
    if (unit.name != text.substr(digits)) continue;
    if (!number || *number > std::numeric_limits<std::int64_t>::max() / unit.factor) break;
    return *number * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t Count>
std::int64_t parse_bounded(std::string_view text, const Unit (&units)[Count], std::int64_t min,
                           std::int64_t max, std::string_view kind) {
  const auto value = parse_units(text, units);
  if (!value || *value < min || *value > max) {
    throw ConfigError("expected " + std::string(kind) + " from " + in_units(min, units) + " to " +
                      in_units(max, units));
  }
  return *value;
}

// A URL as libcurl will understand it.
class Url {
 public:
  explicit Url(std::string_view text) : handle_(curl_url(), curl_url_cleanup) {
    valid_ = handle_ &&
             curl_url_set(handle_.get(), CURLUPART_URL, std::string(text).c_str(), 0) == CURLUE_OK;
  }
  bool valid() const { return valid_; }
  // Empty when the URL has no such part.
  std::string part(CURLUPart which) const {
    char* found = nullptr;
    if (curl_url_get(handle_.get(), which, &found, 0) != CURLUE_OK) return {};
    const std::unique_ptr<char, decltype(&curl_free)> owner(found, curl_free);
    return found;
  }

 private:
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> handle_;
  bool valid_ = false;
};

bool is_loopback(const std::string& host) {
  const auto address = IpAddress::parse(host);
  return host == "localhost" || host == "[::1]" || (address && address->is_loopback());
}

// Words with commas or spaces between.
std::vector<std::string> words(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), ',', ' ');
  std::vector<std::string> found;
  for (const std::string_view word : split(spaced, ' ')) {
    if (!word.empty()) found.emplace_back(word);
  }
  return found;
}

}  // namespace

std::int64_t parse_number(std::string_view text, std::int64_t min, std::int64_t max) {
  const auto number = parse_integer(text);
  if (!number || *number < min || *number > max) {
    throw ConfigError("expected a whole number from " + std::to_string(min) + " to " +
                      std::to_string(max));
  }
  return *number;
}

std::int64_t parse_duration(std::string_view text, std::int64_t min_ms, std::int64_t max_ms) {
  return parse_bounded(text, kDurations, min_ms, max_ms, "a time with its unit (ms, s, m, h or d)");
}

std::int64_t parse_size(std::string_view text, std::int64_t min, std::int64_t max) {
  return parse_bounded(text, kSizes, min, max, "a size (in bytes, or with K, M or G)");
}

bool parse_yes_no(std::string_view text) {
  if (text == "yes" || text == "on" || text == "true") return true;
  if (text == "no" || text == "off" || text == "false") return false;
  throw ConfigError("expected yes or no");
}

std::string parse_mount(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty()) return {};
  if (!text.starts_with('/') || text.find("//") != std::string_view::npos ||
      text.find_first_of(" ?#%\\") != std::string_view::npos) {
    throw ConfigError("expected a path such as /ai");
  }
  return std::string(text);
}

std::vector<std::string> parse_patterns(std::string_view text) { return words(to_lower(text)); }

std::vector<std::string> parse_origins(std::string_view text) {
  std::vector<std::string> origins;
  for (const std::string& word : words(text)) {
    const std::size_t colon = word.find("://");
    const std::string host = colon == word.npos ? "" : word.substr(colon + 3);
    const bool is_origin = colon != 0 && !host.empty() && host.find_first_of("/?#@*") == host.npos;
    if (word != "*" && !is_origin) {
      throw ConfigError("expected origins such as https://example.org, without a path; or *");
    }
    origins.push_back(to_lower(word));
  }
  if (origins.size() > 1 && std::find(origins.begin(), origins.end(), "*") != origins.end()) {
    throw ConfigError("expected either * or a list of origins: pages may do less with *");
  }
  return origins;
}

std::vector<IpNetwork> parse_networks(std::string_view text) {
  std::vector<IpNetwork> networks;
  for (const std::string& word : words(text)) {
    const auto network = IpNetwork::parse(word);
    if (!network) throw ConfigError("expected addresses or networks such as 10.0.0.0/8");
    networks.push_back(*network);
  }
  return networks;
}

std::string parse_upstream_url(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const Url url(text);
  const std::string scheme = url.part(CURLUPART_SCHEME);
  if (!url.valid() || (scheme != "https" && scheme != "http") ||
      text.find_first_of("?#@") != std::string_view::npos) {
    throw ConfigError("expected a URL such as https://generativelanguage.googleapis.com");
  }
  if (scheme == "http" && !is_loopback(url.part(CURLUPART_HOST))) {
    throw ConfigError("expected https: with http, keys would cross the network in the clear");
  }
  return std::string(text);
}

KeyStrategy parse_key_strategy(std::string_view text) {
  if (text == "least-recently-used") return KeyStrategy::least_recently_used;
  if (text == "weighted") return KeyStrategy::weighted;
  if (text == "fill-first") return KeyStrategy::fill_first;
  throw ConfigError("expected one of least-recently-used, weighted, fill-first");
}

std::string parse_proxy_url(std::string_view text) {
  if (text.empty()) return {};
  constexpr std::string_view kSchemes[] = {"http",    "https",  "socks4",
                                           "socks4a", "socks5", "socks5h"};
  // libcurl's parser knows only the schemes of servers; what follows is the same.
  const std::size_t end = text.find("://");
  const bool known = std::find(std::begin(kSchemes), std::end(kSchemes), text.substr(0, end)) !=
                     std::end(kSchemes);
  if (end == std::string_view::npos || !known ||
      !Url("http" + std::string(text.substr(end))).valid()) {
    throw ConfigError("expected a URL such as http://proxy.example:3128 or socks5h://…");
  }
  return std::string(text);
}

}  // namespace castor::app
