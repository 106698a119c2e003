#include "gemini/prompt.h"

#include "util/hash.h"

namespace castor::gemini {
namespace {

// Follow-ups repeat the first turn, so it stands for the conversation.
std::string fingerprint(const std::vector<Turn>& turns) {
  if (turns.empty()) return {};
  std::uint64_t hash = kHashSeed;
  for (const Part& part : turns.front().parts) {
    if (const auto* text = std::get_if<Text>(&part)) hash = stable_hash(text->text, hash);
  }
  return hash_digits(hash);
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
                                                             .storage = context.storage});
  write_safety(context.config.safety, call.body);
  write_generation(std::move(prompt.generation), context.config, call);
  call.tool_names = names.changed();
}

}  // namespace castor::gemini
