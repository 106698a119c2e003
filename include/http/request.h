#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "http/connection.h"

namespace castor::http {

// A body that cannot be used. What was wrong is for the client to read.
class BodyError : public std::runtime_error {
 public:
  enum class Kind { too_large, broken_off, bad_encoding, unsupported_encoding };
  BodyError(Kind cause, const std::string& message) : std::runtime_error(message), kind(cause) {}
  Kind kind;
};

// What the client asked, read from a Connection, which must outlive it.
class Request {
 public:
  // `base` is the configured mount; the variable CASTOR_BASE of the request outranks it.
  Request(const Connection& connection, std::string_view base);

  std::string_view method() const { return method_; }

  // The paths below the mount that REQUEST_URI may mean, likeliest first, each decoded once and
  // with "//" collapsed. With a mount there is one, and also where REQUEST_URI was rewritten to a
  // program in the folder that is the mount then. Otherwise all of it comes first, and what is
  // below the web server's SCRIPT_NAME and below its folder are guesses: some servers say the
  // whole path there, or its first segment. REQUEST_URI is the one variable that all web servers
  // leave alone (webservers.md 3.1).
  const std::vector<std::string>& paths() const { return paths_; }

  std::string_view query() const { return query_; }

  // A header by the name CGI gives it: header("X_API_KEY"). Empty when absent.
  std::string_view header(std::string_view cgi_name) const;

  // Authorization, under whichever name Apache lets it through.
  std::string_view authorization() const;

  // The peer of the web server.
  std::string_view remote_address() const { return connection_.variable("REMOTE_ADDR"); }

 private:
  const Connection& connection_;
  std::string method_;
  std::vector<std::string> paths_;
  std::string query_;
};

// Reads the body to its end and drops it, before an answer that has no use for it: a client whose
// upload is not read may never read the answer. Gives up on one that takes longer than
// `patience_ms`. Returns its length, as far as it was read.
std::int64_t drain_body(Connection& connection, std::int64_t patience_ms);

// Reads the body to its end, always: a client whose upload is not read may never read the answer.
// Inflates gzip and deflate; `limit` holds before and after. Throws BodyError.
std::string read_body(Connection& connection, std::size_t limit);

}  // namespace castor::http
