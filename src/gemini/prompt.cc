#include "gemini/prompt.h"

#include "util/crypto.h"
#include "util/text.h"

namespace castor::gemini {
namespace {

// Enough to tell conversations apart. A document at its beginning need not be hashed whole, and two
// that are taken for one merely share a key.
constexpr std::size_t kTellingBytes = 16 * 1024;

// Follow-ups repeat the first turn, so it stands for the conversation.
std::string fingerprint(const std::vector<Turn>& turns) {
  if (turns.empty()) return {};
  std::string beginning;
  for (const Part& part : turns.front().parts) {
    if (const auto* text = std::get_if<Text>(&part)) {
      const std::string_view words(text->text.data(), text->text.size());
      beginning.append(words.substr(0, kTellingBytes - beginning.size()));
    }
  }
  return hex(crypto::sha256(beginning).substr(0, 8));
}

}  // namespace

void write_body(Prompt prompt, const ReadContext& context, GenerateCall& call) {
  if (call.conversation.empty()) call.conversation = fingerprint(prompt.turns);

  ToolNames names;
  call.body.emplace("contents", nullptr);  // first, for those who read it
  for (json::string& text : prompt.system) add_system_text(std::move(text), call.body);
  write_tools(std::move(prompt.functions), prompt.server_tools, prompt.tool_choice, names, call);
  call.body["contents"] = contents(std::move(prompt.turns), {.model = call.choice.model,
                                                             .signatures = context.signatures,
                                                             .wrapped_tools = call.wrapped_tools,
                                                             .names = names,
                                                             .storage = context.storage,
                                                             .notes = call.notes});
  if (prompt.safety_settings.is_null()) {
    write_safety(context.config.safety, call.body);
  } else {
    call.body.emplace("safetySettings", std::move(prompt.safety_settings));
  }
  write_generation(std::move(prompt.generation), context.config, call);
  if (!prompt.service_tier.empty()) call.body.emplace("serviceTier", prompt.service_tier);
  if (!prompt.cached_content.empty()) call.body.emplace("cachedContent", prompt.cached_content);
  call.tool_names = names.changed();
}

}  // namespace castor::gemini
