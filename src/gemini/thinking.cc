#include "gemini/thinking.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace castor::gemini {
namespace {

constexpr std::int64_t kDynamic = -1;  // the model decides

std::string_view word(ThinkingLevel level) {
  switch (level) {
    case ThinkingLevel::minimal:
      return "MINIMAL";
    case ThinkingLevel::low:
      return "LOW";
    case ThinkingLevel::medium:
      return "MEDIUM";
    case ThinkingLevel::high:
      return "HIGH";
    case ThinkingLevel::xhigh:
      return "XHIGH";
  }
  return "HIGH";
}

// What a budget of tokens amounts to on a model that knows levels only.
ThinkingLevel level_for(std::int64_t budget) {
  if (budget < 2048) return ThinkingLevel::low;
  if (budget < 8192) return ThinkingLevel::medium;
  if (budget < 24576) return ThinkingLevel::high;
  return ThinkingLevel::xhigh;
}

// What a level amounts to on a model that knows budgets only.
std::int64_t budget_for(ThinkingLevel level, const Model& model) {
  switch (level) {
    case ThinkingLevel::minimal:
      return 512;
    case ThinkingLevel::low:
      return 2048;
    case ThinkingLevel::medium:
      return 8192;
    case ThinkingLevel::high:
    case ThinkingLevel::xhigh:
      break;
  }
  return model.budget_max;
}

// The wish, or what the suffix of the model's name says where the wish says nothing. Budgets with
// a meaning of their own are put into words.
ThinkingWish settled(const ModelChoice& choice, ThinkingWish wish) {
  if (!wish.off && !wish.level && !wish.budget) {
    wish.off = choice.thinking_off;
    wish.level = choice.level;
  }
  if (!wish.level && wish.budget) {
    if (*wish.budget == 0) wish.off = true;
    if (*wish.budget < 0) wish.budget.reset();
  }
  return wish;
}

std::optional<ThinkingLevel> level(const Model& model, const ThinkingWish& wish) {
  if (wish.off) return model.lowest;
  if (wish.level) return std::clamp(*wish.level, model.lowest, model.highest);
  if (wish.budget) return std::clamp(level_for(*wish.budget), model.lowest, model.highest);
  return std::nullopt;
}

std::int64_t budget(const Model& model, const ThinkingWish& wish) {
  if (wish.off) return model.budget_off.value_or(model.budget_min);
  const auto wanted = wish.level ? budget_for(*wish.level, model) : wish.budget.value_or(kDynamic);
  return wanted == kDynamic ? kDynamic : std::clamp(wanted, model.budget_min, model.budget_max);
}

}  // namespace

json::object thinking_config(const ModelChoice& choice, const ThinkingWish& wish,
                             json::storage_ptr storage) {
  json::object config(std::move(storage));
  const Model& model = choice.model;
  if (model.thinking == Model::Thinking::none) return config;
  const ThinkingWish final = settled(choice, wish);
  if (model.thinking == Model::Thinking::budget) {
    config["thinkingBudget"] = budget(model, final);
  } else if (const auto chosen = level(model, final)) {
    config["thinkingLevel"] = word(*chosen);
  }
  const bool include_thoughts = final.include_thoughts && !final.off;
  // Without a level there is nothing to say but that thoughts are wanted.
  if (include_thoughts || !config.empty()) config["includeThoughts"] = include_thoughts;
  return config;
}

}  // namespace castor::gemini
