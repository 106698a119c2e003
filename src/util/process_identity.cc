#include "util/process_identity.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <vector>

#include "util/text.h"

namespace castor {
namespace {

std::string boot() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

// Processes of different containers have the same numbers.
std::string number_space() {
  char text[64];
  const ssize_t size = readlink("/proc/self/ns/pid", text, sizeof text);
  return {text, size > 0 ? static_cast<std::size_t>(size) : 0};
}

// When a process started, in ticks since boot; "": there is none, or it is a zombie.
std::string start_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  std::getline(file, line);
  // Behind the name, which may have spaces and parentheses in it: state, then the fields from 4 on.
  const std::size_t name_end = line.rfind(") ");
  if (name_end == std::string::npos) return {};
  const auto fields = split(std::string_view(line).substr(name_end + 2), ' ');
  constexpr std::size_t kStart = 22 - 3;
  if (fields.size() <= kStart || fields[0] == "Z" || fields[0] == "X") return {};
  return std::string(fields[kStart]);
}

}  // namespace

std::string process_identity() {
  const std::string pid = std::to_string(getpid());
  return pid + " " + start_of(pid) + " " + number_space() + " " + boot();
}

bool has_ended(std::string_view identity) {
  const auto fields = split(identity, ' ');
  if (fields.size() != 4 || fields[1].empty()) return false;
  if (fields[3] != boot()) return true;
  if (fields[2] != number_space()) return false;
  const std::string start = start_of(std::string(fields[0]));
  if (!start.empty()) return start != fields[1];
  // Of another user, its files may be hidden from us.
  const auto pid = parse_integer(fields[0]);
  if (pid && kill(static_cast<pid_t>(*pid), 0) != 0 && errno == EPERM) return false;
  return true;
}

}  // namespace castor
