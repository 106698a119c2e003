#include "openai/usage.h"

namespace castor::openai {
namespace {

std::int64_t input_tokens(const Usage& usage, const ReplyIdentity& identity) {
  return usage.input() > 0 ? usage.input() : identity.estimated_input_tokens;
}

}  // namespace

json::object chat_usage(const Usage& usage, const ReplyIdentity& identity) {
  const std::int64_t input = input_tokens(usage, identity);
  return {{"prompt_tokens", input},
          {"completion_tokens", usage.output()},
          {"total_tokens", input + usage.output()},
          {"prompt_tokens_details", {{"cached_tokens", usage.cached}}},
          {"completion_tokens_details", {{"reasoning_tokens", usage.thoughts}}}};
}

json::object responses_usage(const Usage& usage, const ReplyIdentity& identity) {
  const std::int64_t input = input_tokens(usage, identity);
  return {{"input_tokens", input},
          {"input_tokens_details", {{"cached_tokens", usage.cached}, {"cache_write_tokens", 0}}},
          {"output_tokens", usage.output()},
          {"output_tokens_details", {{"reasoning_tokens", usage.thoughts}}},
          {"total_tokens", input + usage.output()}};
}

}  // namespace castor::openai
