#pragma once

#include <span>
#include <string_view>

namespace castor::anthropic {

// Tools that Anthropic's models know by heart: a request names them and gives no schema, the client
// runs them. Gemini needs them spelled out.
struct ClientTool {
  std::string_view name;         // of a toolset's member; else what the request calls it
  std::string_view description;  // for the model
  std::string_view schema;       // JSON, of its input
};

extern const ClientTool kBash;
extern const ClientTool kTextEditor;
extern const ClientTool kTextEditorWithUndo;  // before 2025-04-29 there was undo_edit
extern const ClientTool kMemory;
extern const ClientTool kComputer;

// The members of toolsets, "computer_toolset_20260801" and "browser_toolset_20260801".
std::span<const ClientTool> computer_toolset();
std::span<const ClientTool> browser_toolset();

}  // namespace castor::anthropic
