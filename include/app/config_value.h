#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config.h"
#include "util/ip_address.h"

namespace castor::app {

// The kinds of values that directives have. Each function throws ConfigError "expected …", which
// does not repeat the value.

// A whole number from `min` to `max`.
std::int64_t parse_number(std::string_view text, std::int64_t min, std::int64_t max);

// "250ms", "10s", "5m", "2h", "30d" as milliseconds, from `min_ms` to `max_ms`. The unit must be
// there: nobody has to remember whether 10 is seconds.
std::int64_t parse_duration(std::string_view text, std::int64_t min_ms, std::int64_t max_ms);

// "512", "8K", "64M", "1G" as bytes, from `min` to `max`.
std::int64_t parse_size(std::string_view text, std::int64_t min, std::int64_t max);

// yes, no; also on, off, true, false.
bool parse_yes_no(std::string_view text);

// The path of a mount, "/ai", or nothing; a slash at the end is dropped.
std::string parse_mount(std::string_view text);

// Patterns with commas or spaces between, in small letters; or nothing.
std::vector<std::string> parse_patterns(std::string_view text);

// Origins of web pages with commas or spaces between, "https://example.org", or "*" for all; or
// nothing.
std::vector<std::string> parse_origins(std::string_view text);

// Networks with commas or spaces between, "10.0.0.0/8 192.0.2.1"; or nothing.
std::vector<IpNetwork> parse_networks(std::string_view text);

// The URL of an upstream, without slashes at the end. https, or http where it does not leave this
// machine: keys travel in a header.
std::string parse_upstream_url(std::string_view text);

// least-recently-used, weighted, fill-first.
KeyStrategy parse_key_strategy(std::string_view text);

// The URL of a proxy for upstream connections, or nothing.
std::string parse_proxy_url(std::string_view text);

}  // namespace castor::app
