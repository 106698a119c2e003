#include "anthropic/wire.h"

#include <algorithm>

#include "gemini/signature_carrier.h"

namespace castor::anthropic {
namespace {

std::string search_id(const ReplyIdentity& identity) {
  const std::size_t underscore = identity.id.find('_');
  return "srvtoolu_" + identity.id.substr(underscore == std::string::npos ? 0 : underscore + 1);
}

}  // namespace

json::object message(const ReplyIdentity& identity) {
  return {{"id", identity.id},        {"type", "message"},        {"role", "assistant"},
          {"model", identity.model},  {"content", json::array()}, {"stop_reason", nullptr},
          {"stop_sequence", nullptr}, {"stop_details", nullptr}};
}

std::string_view stop_reason(const Finish& finish, bool wrote_tool_use) {
  switch (finish.reason) {
    case FinishReason::max_tokens:
      return "max_tokens";
    case FinishReason::refused:
      return "refusal";
    case FinishReason::stop_sequence:
      return "stop_sequence";
    case FinishReason::stop:
    case FinishReason::malformed:
    case FinishReason::other:
      break;
  }
  return wrote_tool_use ? "tool_use" : "end_turn";
}

json::value stop_details(const Finish& finish) {
  if (finish.reason != FinishReason::refused) return nullptr;
  std::string explanation = finish.name;
  if (!finish.message.empty()) explanation.append(": ").append(finish.message);
  return {{"type", "refusal"}, {"category", nullptr}, {"explanation", explanation}};
}

json::value stop_sequence(const Finish& finish) {
  if (finish.reason != FinishReason::stop_sequence) return nullptr;
  return json::string(finish.stop_sequence);
}

json::object usage(const Usage& usage, const ReplyIdentity& identity, std::size_t searches) {
  const bool counted = usage.input() > 0;
  json::object object{
      {"input_tokens", counted ? std::max<std::int64_t>(0, usage.input() - usage.cached)
                               : identity.estimated_input_tokens},
      {"cache_creation_input_tokens", 0},
      {"cache_read_input_tokens", usage.cached},
      {"output_tokens", usage.output()},
      {"output_tokens_details", {{"thinking_tokens", usage.thoughts}}}};
  if (searches > 0) {
    object["server_tool_use"] = {{"web_search_requests", searches}, {"web_fetch_requests", 0}};
  }
  return object;
}

json::object text_block() { return {{"type", "text"}, {"text", ""}}; }

json::object thinking_block() {
  return {{"type", "thinking"}, {"thinking", ""}, {"signature", ""}};
}

json::object tool_use_block(const FunctionCall& call) {
  json::object block{
      {"type", "tool_use"}, {"id", call.client_id}, {"name", call.name}, {"input", json::object()}};
  if (!call.toolset.empty()) block["toolset_name"] = call.toolset;
  return block;
}

json::object search_block(const ReplyIdentity& identity) {
  return {{"type", "server_tool_use"},
          {"id", search_id(identity)},
          {"name", "web_search"},
          {"input", json::object()}};
}

json::object search_input(const Grounding& grounding) {
  std::string query;
  for (const std::string& one : grounding.queries)
    query.append(query.empty() ? "" : ", ").append(one);
  return {{"query", query}};
}

json::object search_result_block(const ReplyIdentity& identity, const Grounding& grounding) {
  json::array results;
  for (const Source& source : grounding.sources) {
    results.push_back({{"type", "web_search_result"},
                       {"title", source.title},
                       {"url", source.url},
                       {"encrypted_content", ""},
                       {"page_age", nullptr}});
  }
  return {{"type", "web_search_tool_result"},
          {"tool_use_id", search_id(identity)},
          {"content", std::move(results)}};
}

std::string call_carrier(std::string_view signature, const ReplyIdentity& identity) {
  return gemini::carrier(gemini::SignatureCarrier::Kind::call, signature,
                         identity.signature_family);
}

std::string empty_carrier() { return gemini::carrier(gemini::SignatureCarrier::Kind::none, {}); }

// The address and title are for those clients that show every citation as a source.
json::object signature_citation(std::string_view signature, const ReplyIdentity& identity) {
  return {{"type", "web_search_result_location"},
          {"cited_text", ""},
          {"url", "https://ai.google.dev/gemini-api/docs/thought-signatures"},
          {"title", "Gemini thought signature"},
          {"encrypted_index", gemini::carrier(gemini::SignatureCarrier::Kind::text, signature,
                                              identity.signature_family)}};
}

}  // namespace castor::anthropic
