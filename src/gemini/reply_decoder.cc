#include "gemini/reply_decoder.h"

#include <algorithm>

#include "util/text.h"

namespace castor::gemini {
namespace {

// A chunk of text needs 2 KiB; what needs more goes to the heap.
constexpr std::size_t kChunkArenaBytes = 16 * 1024;

// An answer of search has some ten; a limit so that nobody's chunks grow a reply without end.
constexpr std::size_t kMaxQueries = 50;
constexpr std::size_t kMaxSources = 500;

// 2^53, to which JavaScript counts exactly. No reply is as long; sums of such counts do not
// overflow.
constexpr std::int64_t kMaxTokens = std::int64_t{1} << 53;

std::optional<json::value> parse(std::string_view chunk, json::storage_ptr storage) {
  try {
    return json::parse(chunk, std::move(storage));
  } catch (const json::ParseError&) {
    return std::nullopt;
  }
}

// Of promptTokensDetails, the counts by modality.
std::int64_t audio_tokens(const json::array& details) {
  std::int64_t tokens = 0;
  for (const json::value& value : details) {
    if (!value.is_object()) continue;
    const json::object& detail = value.get_object();
    if (json::find_string(detail, "modality") != "AUDIO") continue;
    tokens = std::clamp<std::int64_t>(json::find_integer(detail, "tokenCount"), 0, kMaxTokens);
  }
  return tokens;
}

void keep(std::string& kept, std::string_view text) {
  if (!text.empty() && kept != text) kept = text;
}

bool is_true(const json::object& container, std::string_view member) {
  const json::value* found = container.if_contains(member);
  return found && found->is_bool() && found->get_bool();
}

// Does a part hold nothing but its signature, or what only says about it?
bool is_bare(const json::object& part) {
  return std::all_of(part.begin(), part.end(), [](const auto& member) {
    return member.key() == "thoughtSignature" || member.key() == "thought";
  });
}

// Models put the namespace of the Python they were taught with before a name.
std::string_view without_namespace(std::string_view name) {
  for (const std::string_view prefix : {"default_api:", "default_api."}) {
    if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
  }
  return name;
}

// A Markdown code block, fenced with more backticks than the text has in a row.
std::string fenced(std::string_view language, std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  std::string block = "\n" + fence;
  block.append(language).append("\n").append(text);
  if (!text.ends_with('\n')) block += '\n';
  return block.append(fence).append("\n");
}

}  // namespace

FinishReason finish_reason(std::string_view name) {
  static constexpr struct {
    std::string_view name;
    FinishReason reason;
  } kReasons[] = {
      {"STOP", FinishReason::stop},
      {"MAX_TOKENS", FinishReason::max_tokens},
      {"CONTINUATION", FinishReason::max_tokens},
      {"SAFETY", FinishReason::refused},
      {"RECITATION", FinishReason::refused},
      {"LANGUAGE", FinishReason::refused},
      {"BLOCKLIST", FinishReason::refused},
      {"PROHIBITED_CONTENT", FinishReason::refused},
      {"SPII", FinishReason::refused},
      {"ESCALATION", FinishReason::refused},
      {"MODEL_ARMOR", FinishReason::refused},
      {"MALFORMED_FUNCTION_CALL", FinishReason::malformed},
      {"MALFORMED_RESPONSE", FinishReason::malformed},
      {"UNEXPECTED_TOOL_CALL", FinishReason::malformed},
      {"MISSING_THOUGHT_SIGNATURE", FinishReason::malformed},
  };
  for (const auto& known : kReasons) {
    if (known.name == name) return known.reason;
  }
  return name.starts_with("IMAGE_") ? FinishReason::refused : FinishReason::other;
}

void ReplyDecoder::feed(std::string_view chunk) {
  if (broken_ || error_) return;
  unsigned char buffer[kChunkArenaBytes];
  json::monotonic_resource arena(buffer, sizeof buffer);
  const std::optional<json::value> document = parse(chunk, &arena);
  if (!document) {
    broken_ = true;
  } else if (const json::object* object = document->if_object()) {
    response(*object, chunk);
  } else if (const json::array* array = document->if_array()) {  // a stream without alt=sse
    for (const json::value& element : *array) {
      if (broken_ || error_) return;
      if (element.is_object()) response(element.get_object(), {});
    }
  } else {
    broken_ = true;
  }
}

// `text` is the response's JSON, where it stands alone.
void ReplyDecoder::response(const json::object& response, std::string_view text) {
  if (const json::value* error = json::find(response, "error"); error && !error->is_null()) {
    error_ = text.empty() ? json::serialize(response) : std::string(text);
    return;
  }
  keep(model_version_, json::find_string(response, "modelVersion"));
  keep(response_id_, json::find_string(response, "responseId"));
  // First, so that the counts are there when the first part opens the reply.
  if (const json::object* usage = json::find_object(response, "usageMetadata")) {
    usage_metadata(*usage);
  }
  if (const json::object* feedback = json::find_object(response, "promptFeedback")) {
    prompt_feedback(*feedback);
  }
  const json::array* candidates = json::find_array(response, "candidates");
  if (candidates && !candidates->empty() && candidates->front().is_object()) {
    candidate(candidates->front().get_object());
  }
}

void ReplyDecoder::candidate(const json::object& candidate) {
  if (const json::object* content = json::find_object(candidate, "content")) {
    if (const json::array* parts = json::find_array(*content, "parts")) {
      for (const json::value& value : *parts) {
        if (value.is_object()) part(value.get_object());
      }
    }
  }
  if (const json::object* metadata = json::find_object(candidate, "groundingMetadata")) {
    grounding_metadata(*metadata);
  }
  finish_reason(candidate);
}

void ReplyDecoder::part(const json::object& part) {
  const std::string_view signature = json::find_string(part, "thoughtSignature");
  if (const json::object* call = json::find_object(part, "functionCall")) {
    function_call(*call, signature);
  } else if (const json::value* found = json::find(part, "text"); found && found->is_string()) {
    const std::string_view delta = found->get_string();
    if (!is_true(part, "thought")) {
      text(delta);
      if (!signature.empty()) next_.signature(signature);
    } else if (!delta.empty()) {
      started_ = true;
      next_.thought(delta);
    }
  } else if (const json::object* code = json::find_object(part, "executableCode")) {
    text(fenced(to_lower(json::find_string(*code, "language")), json::find_string(*code, "code")));
  } else if (const json::object* result = json::find_object(part, "codeExecutionResult")) {
    text(fenced("output", json::find_string(*result, "output")));
  } else if (const json::object* data = json::find_object(part, "inlineData")) {
    started_ = true;
    next_.inline_data(json::find_string(*data, "mimeType"), json::find_string(*data, "data"));
  } else if (!signature.empty() && is_bare(part)) {
    next_.signature(signature);
  }
}

void ReplyDecoder::text(std::string_view text) {
  if (text.empty()) return;
  started_ = true;
  next_.text(text);
}

void ReplyDecoder::function_call(const json::object& call, std::string_view signature) {
  // Arguments in pieces come only to those who ask for them; half a call must not be made.
  if (is_true(call, "willContinue") || call.contains("partialArgs")) {
    broken_ = true;
    return;
  }
  const std::string_view name = without_namespace(json::find_string(call, "name"));
  const std::string_view id = json::find_string(call, "id");
  if (name.empty()) return;
  if (!id.empty() && !seen_.insert("call " + std::string(id)).second) return;
  const json::object none;
  const json::object* args = json::find_object(call, "args");
  started_ = true;
  next_.function_call({.id = id,
                       .client_id = {},
                       .name = name,
                       .args = args ? *args : none,
                       .signature = signature});
}

void ReplyDecoder::prompt_feedback(const json::object& feedback) {
  const std::string_view reason = json::find_string(feedback, "blockReason");
  const std::string_view message = json::find_string(feedback, "blockReasonMessage");
  if (reason.empty() && message.empty()) return;
  blocked_ = true;
  finish_ = Finish{.reason = FinishReason::refused,
                   .name = std::string(reason.empty() ? "BLOCKED" : reason),
                   .message = std::string(message)};
}

void ReplyDecoder::finish_reason(const json::object& candidate) {
  const json::value* found = json::find(candidate, "finishReason");
  if (!found || found->is_null() || blocked_) return;
  const std::string_view name = json::find_string(candidate, "finishReason");
  if (found->is_string() && name.empty()) return;
  finish_ = Finish{.reason = gemini::finish_reason(name),
                   .name = std::string(name),
                   .message = std::string(json::find_string(candidate, "finishMessage"))};
}

// The counts are of the whole reply so far; a chunk may leave out those it has no news of.
void ReplyDecoder::usage_metadata(const json::object& usage) {
  const auto update = [&usage](std::int64_t& count, std::string_view member) {
    count = std::clamp<std::int64_t>(json::find_integer(usage, member, count), 0, kMaxTokens);
  };
  update(usage_.prompt, "promptTokenCount");
  update(usage_.cached, "cachedContentTokenCount");
  update(usage_.tool_prompt, "toolUsePromptTokenCount");
  update(usage_.candidates, "candidatesTokenCount");
  update(usage_.thoughts, "thoughtsTokenCount");
  if (const json::array* details = json::find_array(usage, "promptTokensDetails")) {
    usage_.audio = audio_tokens(*details);
  }
  next_.usage(usage_);
}

void ReplyDecoder::grounding_metadata(const json::object& metadata) {
  if (const json::array* queries = json::find_array(metadata, "webSearchQueries")) {
    for (const json::value& query : *queries) {
      if (!query.is_string() || grounding_.queries.size() >= kMaxQueries) continue;
      std::string text(query.get_string());
      if (seen_.insert("query " + text).second) grounding_.queries.push_back(std::move(text));
    }
  }
  if (const json::array* chunks = json::find_array(metadata, "groundingChunks")) {
    for (const json::value& chunk : *chunks) {
      if (!chunk.is_object() || grounding_.sources.size() >= kMaxSources) continue;
      const json::object* page = json::find_object(chunk.get_object(), "web");
      if (!page) page = json::find_object(chunk.get_object(), "maps");
      if (!page) continue;
      const std::string_view url = json::find_string(*page, "uri");
      if (url.empty() || !seen_.insert("page " + std::string(url)).second) continue;
      grounding_.sources.push_back(
          {std::string(url), std::string(json::find_string(*page, "title"))});
    }
  }
}

void ReplyDecoder::end() {
  if (!finish_ || broken_ || error_) {
    return next_.fail(
        ApiError(ErrorKind::bad_gateway, "The model's reply broke off before its end."));
  }
  if (!grounding_.queries.empty() || !grounding_.sources.empty()) next_.grounding(grounding_);
  next_.finish(*finish_);
}

}  // namespace castor::gemini
