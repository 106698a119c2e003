#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "domain/error.h"

namespace castor {

// Why there is no key to lease. Times are Unix milliseconds.
struct Shortage {
  int keys = 0;      // in all
  int disabled = 0;  // by the operator or by an answer, or sealed with another key file
  int resting = 0;   // for this model or for all
  int tried = 0;     // usable, but this request has had them
  std::map<std::string, int, std::less<>>
      reasons;                       // of the resting: "daily quota" -> number of keys
  std::int64_t braked_until_ms = 0;  // the model fails whatever the key; 0: it does not
  std::int64_t wake_ms = 0;          // when a key may be had again; 0: never, as far as is known
};

// What a client is told of a shortage: how many keys rest, why, and when to come back.
ApiError shortage_error(const Shortage& shortage, std::string_view model, std::int64_t now_ms);

}  // namespace castor
