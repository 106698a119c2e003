// The fuzzer's way in: https://llvm.org/docs/LibFuzzer.html
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  castor::fuzz({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
