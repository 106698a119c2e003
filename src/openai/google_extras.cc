#include "openai/google_extras.h"

#include "util/text.h"

namespace castor::openai {
namespace {

json::Field either(const json::Field& object, std::string_view snake, std::string_view camel) {
  const json::Field found = object[snake];
  return found.empty() ? object[camel] : found;
}

void read_thinking(const json::Field& config, gemini::ThinkingWish& wish) {
  const json::Field level = either(config, "thinking_level", "thinkingLevel");
  const json::Field budget = either(config, "thinking_budget", "thinkingBudget");
  const json::Field include = either(config, "include_thoughts", "includeThoughts");
  wish = {};
  if (!level.empty()) {
    wish.level = thinking_level(to_lower(level.string()));
    if (!wish.level) level.fail("must be minimal, low, medium, high or xhigh");
  }
  wish.budget = budget.optional_integer();
  wish.include_thoughts = include.boolean_or(false);
}

void read_google(const json::Field& google, gemini::Prompt& prompt) {
  const json::Field thinking = either(google, "thinking_config", "thinkingConfig");
  const json::Field cached_content = either(google, "cached_content", "cachedContent");
  const json::Field safety_settings = either(google, "safety_settings", "safetySettings");
  if (!thinking.empty()) read_thinking(thinking, prompt.generation.thinking);
  if (!cached_content.empty()) prompt.cached_content = cached_content.string();
  if (safety_settings.size() > 0) prompt.safety_settings = safety_settings.take();
}

}  // namespace

void read_google_extras(const json::Field& root, gemini::Prompt& prompt) {
  const json::Field extra_body = root["extra_body"];
  const json::Field nested = extra_body["google"];
  const json::Field google = root["google"];
  if (!nested.empty()) read_google(nested, prompt);
  if (!google.empty()) read_google(google, prompt);
}

}  // namespace castor::openai
