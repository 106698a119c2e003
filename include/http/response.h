#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/connection.h"

namespace castor::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The answer: status and headers once, then bytes.
class Response {
 public:
  explicit Response(Connection& connection) : connection_(connection) {}

  // Sends nothing yet: web servers want the first bytes of the body together with the headers.
  void begin(int status, const Headers& headers);

  // False: the client is gone, now or before.
  bool write(std::string_view bytes);
  bool flush();

  // The whole of a small answer.
  void send(int status, const Headers& headers, std::string_view body);

  bool begun() const { return status_ != 0; }
  int status() const { return status_; }  // 0 before begin()
  bool client_gone() const { return gone_; }
  std::int64_t bytes() const { return bytes_; }  // of the body

  // The answer to a HEAD request has no body, whatever is written.
  void omit_body() { omit_body_ = true; }

 private:
  Connection& connection_;
  int status_ = 0;
  bool gone_ = false;
  bool omit_body_ = false;
  std::int64_t bytes_ = 0;
};

}  // namespace castor::http
