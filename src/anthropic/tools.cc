#include "anthropic/tools.h"

#include <algorithm>

#include "anthropic/client_tools.h"
#include "domain/notes.h"

namespace castor::anthropic {
namespace {

constexpr std::size_t kMostExamples = 3;

// "bash_20250124" is version "20250124" of "bash"; "tool_search_tool_regex" has none.
struct VersionedType {
  std::string_view base;
  std::string_view version;
};

VersionedType split_version(std::string_view type) {
  const std::size_t underscore = type.rfind('_');
  if (underscore == std::string_view::npos) return {type, {}};
  const std::string_view version = type.substr(underscore + 1);
  const bool is_date =
      version.size() == 8 &&
      std::all_of(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_date ? VersionedType{type.substr(0, underscore), version} : VersionedType{type, {}};
}

// Claude Code's stand-in for the tools it has not loaded; calling it does nothing.
constexpr std::string_view kPlaceholder = "DeferredToolPlaceholder";

bool may_be_called_by_model(const json::Field& tool) {
  const json::Field callers = tool["allowed_callers"];
  if (callers.size() == 0) return true;
  for (std::size_t i = 0; i < callers.size(); ++i) {
    if (callers.at(i).string() == "direct") return true;
  }
  return false;
}

std::string description_of(const json::Field& tool) {
  const json::Field description = tool["description"];
  std::string text(description.string_or(""));
  const json::Field examples = tool["input_examples"];
  const std::size_t count = std::min(examples.size(), kMostExamples);
  if (count > 0) text += text.empty() ? "Examples of input:" : "\n\nExamples of input:";
  for (std::size_t i = 0; i < count; ++i) {
    text.append("\n").append(json::serialize(examples.at(i).take()));
  }
  return text;
}

}  // namespace

std::string member_name(std::string_view toolset, std::string_view member) {
  return std::string(toolset).append(kToolsetSeparator).append(member);
}

Tools::Tools(const TranslationConfig& config, std::vector<std::string>& notes)
    : config_(config), notes_(notes) {}

void Tools::drop(std::string_view what) { add_note(notes_, std::string("dropped=").append(what)); }

void Tools::add(const json::Field& tool) {
  const json::Field type = tool["type"];
  const auto [base, version] = split_version(type.string_or("custom"));
  if (base == "custom") return add_custom(tool);
  if (base == "bash" || base == "text_editor" || base == "memory") {
    return add_implied(tool, base, version);
  }
  if (base == "computer" || base == "computer_toolset" || base == "browser_toolset") {
    if (!config_.computer_tools) return drop(base);
    if (base == "computer") return add_implied(tool, base, version);
    return add_toolset(tool, base.substr(0, base.find('_')));
  }
  if (base == "web_search" || base == "web_fetch") {
    const bool search = base == "web_search";
    if (!config_.google_search) return drop(search ? "web_search" : "web_fetch");
    for (const char* filter : {"allowed_domains", "blocked_domains", "user_location", "max_uses",
                               "max_content_tokens"}) {
      const json::Field wish = tool[filter];
      if (!wish.empty()) drop(std::string(base).append(".").append(filter));
    }
    server_tools_.push_back(search ? gemini::ServerTool{"googleSearch", "web_search"}
                                   : gemini::ServerTool{"urlContext", "web_fetch"});
    return;
  }
  if (base == "tool_search_tool_regex" || base == "tool_search_tool_bm25") {
    search_by_server_ = true;
    return;
  }
  if (base == "code_execution" || base == "advisor" || base == "mcp_toolset") return drop(base);
  // A date behind the name marks a tool of Anthropic's that is newer than this gateway.
  if (!version.empty()) return drop(tool.path());
  const json::Field schema = tool["input_schema"];
  if (schema.empty()) type.fail("is not a kind of tool this gateway knows");
  add_custom(tool);
}

void Tools::add_custom(const json::Field& tool) {
  const json::Field name = tool["name"];
  const json::Field schema = tool["input_schema"];
  const json::Field strict = tool["strict"];
  const json::Field deferred = tool["defer_loading"];
  const json::Field examples = tool["input_examples"];
  if (name.string().empty()) name.fail("must not be empty");
  if (!schema.is_object()) schema.members();  // complains
  if (!may_be_called_by_model(tool)) return drop(tool.path());
  if (examples.size() > kMostExamples) drop("input_examples");
  entries_.push_back({.function = {.name = std::string(name.string()),
                                   .description = description_of(tool),
                                   .schema = schema.take(),
                                   .strict = strict.boolean_or(false)},
                      .deferred = deferred.boolean_or(false)});
}

void Tools::add_implied(const json::Field& tool, std::string_view base, std::string_view version) {
  const ClientTool& known = base == "bash"         ? kBash
                            : base == "memory"     ? kMemory
                            : base == "computer"   ? kComputer
                            : version < "20250429" ? kTextEditorWithUndo
                                                   : kTextEditor;
  const json::Field name = tool["name"];
  const json::Field deferred = tool["defer_loading"];
  std::string description(known.description);
  const json::Field width = tool["display_width_px"];
  const json::Field height = tool["display_height_px"];
  if (width.is_number() && height.is_number()) {
    description += " The screen has " + std::to_string(width.integer()) + " by " +
                   std::to_string(height.integer()) + " pixels.";
  }
  entries_.push_back({.function = {.name = std::string(name.string_or(known.name)),
                                   .description = std::move(description),
                                   .schema = json::parse(known.schema)},
                      .deferred = deferred.boolean_or(false)});
}

void Tools::add_toolset(const json::Field& tool, std::string_view toolset) {
  const json::Field configs = tool["configs"];
  for (const ClientTool& member : toolset == "browser" ? browser_toolset() : computer_toolset()) {
    const json::Field config = configs[member.name];
    const json::Field enabled = config["enabled"];
    const json::Field deferred = config["defer_loading"];
    if (!enabled.boolean_or(true)) continue;
    std::string name = member_name(toolset, member.name);
    toolsets_.emplace(name, toolset);
    entries_.push_back({.function = {.name = std::move(name),
                                     .description = std::string(member.description),
                                     .schema = json::parse(member.schema)},
                        .deferred = deferred.boolean_or(false)});
  }
}

std::vector<gemini::FunctionTool> Tools::take_functions() {
  std::vector<gemini::FunctionTool> functions;
  for (Entry& entry : entries_) {
    const std::string& name = entry.function.name;
    if (name == kPlaceholder) continue;
    const auto change = changes_.find(name);
    const bool available =
        change != changes_.end() ? change->second : !entry.deferred || search_by_server_;
    if (available) functions.push_back(std::move(entry.function));
  }
  entries_.clear();
  return functions;
}

gemini::ToolChoice read_tool_choice(const json::Field& choice,
                                    const std::vector<gemini::FunctionTool>& functions,
                                    GenerateCall& call) {
  using Mode = gemini::ToolChoice::Mode;
  if (choice.empty()) return {};
  const json::Field type = choice["type"];
  const json::Field name = choice["name"];
  const json::Field no_parallel = choice["disable_parallel_tool_use"];
  call.single_call = no_parallel.boolean_or(false);
  const std::string_view mode = type.string();
  if (mode == "auto") return {};
  if (mode == "none") return {.mode = Mode::none};
  if (mode == "any") return {.mode = Mode::any};
  if (mode != "tool") type.fail("must be auto, any, tool or none");

  const std::string wanted(name.string());
  const bool declared =
      std::any_of(functions.begin(), functions.end(),
                  [&](const gemini::FunctionTool& function) { return function.name == wanted; });
  // A tool that Google runs, or that was dropped, cannot be demanded.
  if (!declared) {
    add_note(call.notes, "dropped=tool_choice.name");
    return {};
  }
  return {.mode = Mode::any, .names = {wanted}};
}

}  // namespace castor::anthropic
