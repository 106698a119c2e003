#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"

namespace castor {

// What each fuzz_*.cc does with one input. It may throw nothing.
void fuzz(std::string_view bytes);

// Ends the program, which tells the fuzzer that it has found something.
inline void require(bool condition) {
  if (!condition) std::abort();
}

// nullopt: that is no JSON.
inline std::optional<json::value> parsed(std::string_view bytes, json::storage_ptr storage = {}) {
  try {
    return json::parse(bytes, std::move(storage));
  } catch (const json::ParseError&) {
    return std::nullopt;
  }
}

}  // namespace castor
