#include "util/local_time.h"

#include <ctime>

namespace castor {

std::string local_time(std::int64_t unix_ms) {
  if (unix_ms == 0) return "never";
  const std::time_t seconds = unix_ms / 1000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

}  // namespace castor
