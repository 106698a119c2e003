#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <functional>
#include <iostream>
#include <vector>

namespace castor {

// Runs `work` in `count` processes at once, each with its number. True when it returned true in
// all. For what cannot be shown in one process: locks, and what outlives a kill.
inline bool succeed_in_processes(int count, const std::function<bool(int)>& work) {
  std::vector<pid_t> children;
  for (int number = 0; number < count; ++number) {
    const pid_t child = fork();
    if (child == 0) {
      bool succeeded = false;
      try {
        succeeded = work(number);
      } catch (const std::exception& error) {
        std::cerr << "process " << number << ": " << error.what() << '\n';
      }
      _exit(succeeded ? 0 : 1);  // none of the tests' own endings
    }
    if (child > 0) children.push_back(child);
  }
  bool all = static_cast<int>(children.size()) == count;
  for (const pid_t child : children) {
    int status = 0;
    if (waitpid(child, &status, 0) != child || status != 0) all = false;
  }
  return all;
}

}  // namespace castor
