#include "openai/responses_echo.h"

#include "json/append.h"

namespace castor::openai {
namespace {

// Three events have it. Coding agents send some 50 KB of tools, and read none of it.
constexpr std::size_t kMostBytes = 64 << 10;

constexpr struct {
  std::string_view member;
  std::string_view otherwise;
} kEchoed[] = {
    {"background", "false"},
    {"instructions", "null"},
    {"max_output_tokens", "null"},
    {"max_tool_calls", "null"},
    {"metadata", "{}"},
    {"parallel_tool_calls", "true"},
    {"previous_response_id", "null"},
    {"prompt_cache_key", "null"},
    {"reasoning", R"({"effort":null,"summary":null})"},
    {"safety_identifier", "null"},
    {"service_tier", R"("auto")"},
    {"temperature", "null"},
    {"text", R"({"format":{"type":"text"}})"},
    {"tool_choice", R"("auto")"},
    {"tools", "[]"},
    {"top_logprobs", "null"},
    {"top_p", "null"},
    {"truncation", R"("disabled")"},
    {"user", "null"},
};

}  // namespace

std::string responses_echo(const json::Field& request, bool stores) {
  const json::object& members = request.members();
  std::string echo = stores ? R"("store":true)" : R"("store":false)";
  for (const auto& [member, otherwise] : kEchoed) {
    echo.append(",\"").append(member).append("\":");
    const std::size_t begin = echo.size();
    const json::value* value = members.if_contains(member);
    if (value && !value->is_null()) json::append_value(echo, *value);
    if (echo.size() == begin || echo.size() - begin > kMostBytes) {
      echo.resize(begin);
      echo.append(otherwise);
    }
  }
  return echo;
}

}  // namespace castor::openai
