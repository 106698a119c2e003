#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/reply.h"

namespace castor {

// What the upstream's models cost, by the day (protocol-mapping G). Built once, read by all
// threads.
//
// Money is an integer of billionths of a US dollar: a token costs from 10 to 20,000 of them.
class PriceList {
 public:
  // A list without entries: no price is known.
  PriceList() = default;

  // From the text of a prices.json, which explains its members. Throws std::runtime_error that
  // names the entry: "prices.json: prices[3].tiers: …".
  explicit PriceList(std::string_view prices_json);

  // What a request of these tokens, asked at that time (Unix milliseconds), costs; nullopt: no
  // price is known for the model on that day (UTC).
  //
  //   (prompt + tool_prompt - cached - audio) * in + audio * audio_in + cached * cached
  //     + (candidates + thoughts) * out
  //
  // The size of the prompt chooses the tier, and the whole request is billed at that.
  std::optional<std::int64_t> cost(std::string_view model, const Usage& usage,
                                   std::int64_t time_ms) const;

  // In US dollars for a million tokens.
  struct Tier {
    std::int64_t above = 0;  // of prompts with more tokens than this
    double in = 0, cached = 0, out = 0;
    std::optional<double> audio_in;  // where it differs
  };
  struct Entry {
    std::vector<std::string> models;  // patterns
    std::int64_t from_ms = 0;         // the first day's beginning
    std::int64_t until_ms = 0;        // the last day's end; not included
    std::vector<Tier> tiers;          // ascending; at least one
  };

 private:
  const Entry* find(std::string_view model, std::int64_t time_ms) const;

  std::vector<Entry> entries_;
};

// "1.50", "0.000075": billionths of a dollar as dollars, at least two decimals.
std::string dollars(std::int64_t nano);

}  // namespace castor
