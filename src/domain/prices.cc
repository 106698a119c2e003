#include "domain/prices.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "json/field.h"
#include "util/text.h"
#include "util/utc_time.h"

namespace castor {
namespace {

using json::Field;

// A million dollars: no upstream's numbers make a sum overflow.
constexpr double kHighestCost = 1e15;
constexpr double kNanoPerToken = 1e9 / 1e6;  // of a dollar for a million tokens

double read_price(const Field& field) {
  const double price = field.number();
  if (!(price >= 0 && price <= 1e6)) field.fail("expected US dollars for a million tokens");
  return price;
}

void allow_only(const Field& entry, std::initializer_list<std::string_view> names) {
  for (const auto& member : entry.members()) {
    if (std::find(names.begin(), names.end(), member.key()) == names.end()) {
      entry[member.key()].fail("there is no such member");
    }
  }
}

std::int64_t read_date(const Field& field, std::int64_t otherwise) {
  if (field.empty()) return otherwise;
  const auto date = parse_utc_date(field.string());
  if (!date) field.fail("expected a date such as \"2026-12-01\"");
  return *date;
}

PriceList::Tier read_tier(const Field& field) {
  allow_only(field, {"above", "in", "cached", "out", "audio_in"});
  PriceList::Tier tier;
  tier.above = field["above"].integer_or(0);
  tier.in = read_price(field["in"]);
  const Field cached = field["cached"];
  tier.cached = cached.empty() ? tier.in : read_price(cached);
  tier.out = read_price(field["out"]);
  if (const Field audio = field["audio_in"]; !audio.empty()) tier.audio_in = read_price(audio);
  return tier;
}

PriceList::Entry read_entry(const Field& field) {
  allow_only(field, {"models", "from", "to", "tiers", "source"});
  PriceList::Entry entry;
  const Field models = field["models"];
  for (const std::string_view pattern : split(models.string(), ' ')) {
    if (!pattern.empty()) entry.models.emplace_back(pattern);
  }
  if (entry.models.empty()) models.fail("expected the id of a model");
  entry.from_ms = read_date(field["from"], 0);
  const Field to = field["to"];
  entry.until_ms =
      to.empty() ? std::numeric_limits<std::int64_t>::max() : next_utc_day(read_date(to, 0));
  if (entry.until_ms <= entry.from_ms) to.fail("is before `from`");
  const Field tiers = field["tiers"];
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const Field tier = tiers.at(i);
    entry.tiers.push_back(read_tier(tier));
    const bool ascends =
        i == 0 ? entry.tiers[0].above == 0 : entry.tiers[i].above > entry.tiers[i - 1].above;
    if (!ascends) tier.fail("expected tiers that ascend from `above` 0");
  }
  if (entry.tiers.empty()) tiers.fail("expected at least one tier");
  field["source"].string();  // who says so, and when, is a part of a price
  return entry;
}

}  // namespace

PriceList::PriceList(std::string_view prices_json) {
  try {
    json::value document = json::parse(prices_json);
    const Field root(document);
    allow_only(root, {"about", "prices"});
    const Field prices = root["prices"];
    for (std::size_t i = 0; i < prices.size(); ++i) entries_.push_back(read_entry(prices.at(i)));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string("prices.json: ") + error.what());
  }
}

const PriceList::Entry* PriceList::find(std::string_view model, std::int64_t time_ms) const {
  const auto holds = [&](const Entry& entry) {
    return entry.from_ms <= time_ms && time_ms < entry.until_ms &&
           std::any_of(entry.models.begin(), entry.models.end(),
                       [model](const auto& pattern) { return matches(pattern, model); });
  };
  const auto found = std::find_if(entries_.begin(), entries_.end(), holds);
  return found == entries_.end() ? nullptr : &*found;
}

std::optional<std::int64_t> PriceList::cost(std::string_view model, const Usage& usage,
                                            std::int64_t time_ms) const {
  const Entry* entry = find(model, time_ms);
  if (!entry) return std::nullopt;
  const Tier* tier = &entry->tiers.front();
  for (const Tier& higher : entry->tiers) {
    if (usage.prompt > higher.above) tier = &higher;
  }
  const std::int64_t cached = std::min(usage.cached, usage.input());
  const std::int64_t audio = std::min(usage.audio, usage.input() - cached);
  const auto fresh = static_cast<double>(usage.input() - cached - audio);
  const double per_million =
      fresh * tier->in + static_cast<double>(audio) * tier->audio_in.value_or(tier->in) +
      static_cast<double>(cached) * tier->cached + static_cast<double>(usage.output()) * tier->out;
  return std::llround(std::min(per_million * kNanoPerToken, kHighestCost));
}

std::string dollars(std::int64_t nano) {
  constexpr std::int64_t kDollar = 1'000'000'000;
  std::string decimals = std::to_string(kDollar + nano % kDollar).substr(1);
  while (decimals.size() > 2 && decimals.ends_with('0')) decimals.pop_back();
  return std::to_string(nano / kDollar) + "." + decimals;
}

}  // namespace castor
