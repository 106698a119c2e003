#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "http/connection.h"

namespace castor::http {

// A web server of variables and two strings.
class FakeConnection : public Connection {
 public:
  std::map<std::string, std::string, std::less<>> variables;
  std::string body;
  std::string answer;
  std::string unflushed;
  bool upload_breaks = false;
  bool client_left = false;
  int flushes = 0;
  bool finished = false;

  std::string_view variable(std::string_view name) const override {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string_view() : std::string_view(found->second);
  }
  std::ptrdiff_t read(char* buffer, std::size_t size) override {
    const std::size_t count = body.copy(buffer, std::min<std::size_t>(size, 7), read_);
    read_ += count;
    if (count == 0 && upload_breaks) return -1;
    return static_cast<std::ptrdiff_t>(count);
  }
  bool write(std::string_view bytes) override {
    if (client_left) return false;
    unflushed.append(bytes);
    return true;
  }
  bool flush() override {
    ++flushes;
    if (client_left) return false;
    answer += unflushed;
    unflushed.clear();
    return true;
  }
  void finish() override {
    flush();
    finished = true;
  }
  Watch watch() const override { return {}; }

 private:
  std::size_t read_ = 0;
};

}  // namespace castor::http
