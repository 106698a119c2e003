#pragma once

#include <stdexcept>

namespace castor::app {

// The operator's configuration is wrong. what() says where: "castor.ini:12: threads: expected …".
// Values are not repeated: a proxy's URL may hold a password.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace castor::app
