#include "http/response.h"

#include <cassert>

namespace castor::http {

void Response::begin(int status, const Headers& headers) {
  assert(!begun());
  status_ = status;
  std::string head = "Status: " + std::to_string(status) + "\r\n";
  for (const auto& [name, value] : headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  head += "\r\n";
  if (!connection_.write(head)) gone_ = true;
}

bool Response::write(std::string_view bytes) {
  assert(begun());
  if (gone_) return false;
  if (omit_body_) return true;
  bytes_ += static_cast<std::int64_t>(bytes.size());
  if (!bytes.empty() && !connection_.write(bytes)) gone_ = true;
  return !gone_;
}

bool Response::flush() {
  if (!gone_ && !connection_.flush()) gone_ = true;
  return !gone_;
}

void Response::send(int status, const Headers& headers, std::string_view body) {
  Headers all = headers;
  all.emplace_back("Content-Length", std::to_string(body.size()));
  begin(status, all);
  write(body);
  flush();
}

}  // namespace castor::http
