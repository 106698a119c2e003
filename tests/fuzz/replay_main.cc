// Runs a fuzzer's function on files, and on those of folders: so that every compiler can tell
// whether what was found once stays found.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "fuzz.h"

namespace {

namespace fs = std::filesystem;

int replay(const fs::path& path) {
  if (!fs::is_directory(path)) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    castor::fuzz(bytes.str());
    return 1;
  }
  int count = 0;
  for (const auto& entry : fs::directory_iterator(path)) count += replay(entry.path());
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  int count = 0;
  for (int i = 1; i < argc; ++i) count += replay(argv[i]);
  std::cout << "  " << fs::path(argv[0]).filename().string() << ": " << count << " inputs\n";
  return count > 0 ? 0 : 1;
}
