#include "golden_reply.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "anthropic/message_builder.h"
#include "anthropic/stream_writer.h"
#include "anthropic_stream_checker.h"
#include "chat_stream_checker.h"
#include "domain/client_calls.h"
#include "domain/stop_sequences.h"
#include "gemini/reply_decoder.h"
#include "gemini/signature_carrier.h"
#include "http/sse.h"
#include "openai/chat_completion_builder.h"
#include "openai/chat_stream_writer.h"
#include "openai/response_builder.h"
#include "openai/responses_stream_writer.h"
#include "pretty_json.h"
#include "responses_stream_checker.h"

namespace castor {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// What a stream and the whole reply to the same request must have in common, and what must be true
// of each.
void check_anthropic(const std::string& events, const json::value& whole) {
  const AnthropicStream read = read_anthropic_stream(events);
  BOOST_TEST(read.problem == "");
  if (!read.error.is_null()) {
    BOOST_TEST(read.error == whole);
    return;
  }
  for (const char* member : {"stop_reason", "stop_sequence", "stop_details", "usage"}) {
    BOOST_TEST(read.message.at(member) == whole.at(member), member);
  }
  BOOST_TEST(std::is_permutation(read.message.at("content").as_array().begin(),
                                 read.message.at("content").as_array().end(),
                                 whole.at("content").as_array().begin(),
                                 whole.at("content").as_array().end()),
             "the blocks of the stream are those of the message");
}

void check_openai_chat(const std::string& events, const json::value& whole) {
  const ChatStream read = read_chat_stream(events);
  BOOST_TEST(read.problem == "");
  if (!read.error.is_null()) {
    BOOST_TEST(json::value({{"error", read.error}}) == whole);
    return;
  }
  BOOST_TEST(whole.at("object") == "chat.completion");
  for (const char* member : {"id", "created", "model", "choices"}) {
    BOOST_TEST(read.completion.at(member) == whole.at(member), member);
  }
  if (const json::value* usage = read.completion.if_contains("usage")) {
    BOOST_TEST(*usage == whole.at("usage"));
  }
}

void check_responses(const std::string& events, const json::value& whole) {
  const ResponsesStream read = read_responses_stream(events);
  BOOST_TEST(read.problem == "");
  BOOST_TEST(read.response == whole, "the last event has the whole response");
}

template <typename Writer>
std::unique_ptr<ReplyHandler> make(std::string& out, const ReplyIdentity& reply) {
  return std::make_unique<Writer>(out, reply);
}

// How replies are written in a dialect, which is the name of its folder.
struct Replies {
  std::string_view dialect;
  std::string_view reply_id, model, call_prefix;
  std::unique_ptr<ReplyHandler> (*stream_writer)(std::string& out, const ReplyIdentity& reply);
  std::unique_ptr<ReplyHandler> (*builder)(std::string& out, const ReplyIdentity& reply);
  void (*check)(const std::string& events, const json::value& whole);
};

constexpr Replies kReplies[] = {
    {"anthropic", "msg_golden", "claude-opus-5-5", "toolu", make<anthropic::StreamWriter>,
     make<anthropic::MessageBuilder>, check_anthropic},
    {"openai-chat", "chatcmpl-golden", "gpt-5.6", "call", make<openai::ChatStreamWriter>,
     make<openai::ChatCompletionBuilder>, check_openai_chat},
    {"openai-responses", "resp_golden", "gpt-5.5", "call", make<openai::ResponsesStreamWriter>,
     make<openai::ResponseBuilder>, check_responses},
};

const Replies& replies_of(const fs::path& case_directory) {
  const std::string dialect = case_directory.parent_path().filename();
  for (const Replies& replies : kReplies) {
    if (replies.dialect == dialect) return replies;
  }
  throw std::runtime_error("nothing writes replies of " + dialect);
}

ToolKind tool_kind(std::string_view word) {
  constexpr std::pair<std::string_view, ToolKind> kKinds[] = {
      {"old_function", ToolKind::old_function},
      {"custom", ToolKind::custom},
      {"tool_search", ToolKind::tool_search},
      {"local_shell", ToolKind::local_shell},
      {"shell", ToolKind::shell},
      {"apply_patch", ToolKind::apply_patch},
  };
  for (const auto& [name, kind] : kKinds) {
    if (name == word) return kind;
  }
  throw std::runtime_error("unknown kind of tool " + std::string(word));
}

struct Options {
  ReplyIdentity identity;
  GenerateCall call;
};

Options read_options(const Replies& replies, const fs::path& path) {
  Options options;
  options.identity = {.id = std::string(replies.reply_id),
                      .created_s = 1'795'000'000,
                      .model = std::string(replies.model),
                      .request_id = "req_golden",
                      .signature_family = "gemini-4"};
  if (!fs::exists(path)) return options;
  const json::value parsed = json::parse(std::string_view(read_file(path)));
  for (const auto& [key, value] : parsed.as_object()) {
    if (key == "show_thoughts") {
      options.identity.show_thoughts = value.as_bool();
    } else if (key == "include_usage") {
      options.identity.include_usage = value.as_bool();
    } else if (key == "carry_signatures") {
      options.identity.carry_signatures = value.as_bool();
    } else if (key == "encrypted_reasoning") {
      options.identity.encrypted_reasoning = value.as_bool();
    } else if (key == "compacts") {
      options.identity.compacts = value.as_bool();
    } else if (key == "estimated_input_tokens") {
      options.identity.estimated_input_tokens = value.as_int64();
    } else if (key == "single_call") {
      options.call.single_call = value.as_bool();
    } else if (key == "stop_sequences") {
      options.call.stop_sequences = json::value_to<std::vector<std::string>>(value);
    } else if (key == "wrapped_tools") {
      options.call.wrapped_tools = json::value_to<std::vector<std::string>>(value);
    } else if (key == "tool_names") {
      for (const auto& [name, client_name] : value.as_object()) {
        options.call.tool_names[std::string(name)] = client_name.as_string().c_str();
      }
    } else if (key == "toolsets") {
      for (const auto& [name, toolset] : value.as_object()) {
        options.call.toolsets[std::string(name)] = toolset.as_string().c_str();
      }
    } else if (key == "tool_kinds") {
      for (const auto& [name, kind] : value.as_object()) {
        options.call.tool_kinds[std::string(name)] = tool_kind(kind.as_string());
      }
    } else {
      throw std::runtime_error(path.string() + ": unknown option " + std::string(key));
    }
  }
  return options;
}

void compare(const fs::path& path, const std::string& actual, bool write) {
  if (write) return write_file(path, actual);
  BOOST_TEST(read_file(path) == actual, path << " differs; make golden, then git diff");
}

}  // namespace

std::string reply_to(std::string_view upstream, const fs::path& case_directory, bool stream,
                     std::size_t piece) {
  const Replies& replies = replies_of(case_directory);
  const Options options = read_options(replies, case_directory / "options.json");
  std::string out;
  const auto writer = stream ? replies.stream_writer(out, options.identity)
                             : replies.builder(out, options.identity);
  int calls_made = 0;
  ClientCalls calls(*writer, options.call, [&](std::string_view gemini_id) {
    std::string number = std::to_string(++calls_made);
    return gemini::make_call_id(replies.call_prefix, std::string(12 - number.size(), '0') + number,
                                gemini_id);
  });
  StopSequences stops(calls, options.call.stop_sequences);
  gemini::ReplyDecoder decoder(stops);
  http::SseParser parser([&decoder](std::string_view data) { decoder.feed(data); });
  for (std::size_t i = 0; i < upstream.size(); i += piece) {
    parser.feed(std::string(upstream.substr(i, piece)));
  }
  parser.finish();
  decoder.end();
  return out;
}

void check_reply(const fs::path& case_directory, bool write) {
  const std::string upstream = read_file(case_directory / "upstream_reply.sse");
  const std::string events = reply_to(upstream, case_directory, true, upstream.size() + 1);
  BOOST_TEST(reply_to(upstream, case_directory, true, 1) == events);
  const std::string message = reply_to(upstream, case_directory, false, upstream.size() + 1);
  BOOST_TEST(reply_to(upstream, case_directory, false, 1) == message);

  const json::value whole = json::parse(std::string_view(message));
  replies_of(case_directory).check(events, whole);

  compare(case_directory / "reply.sse", events, write);
  compare(case_directory / "reply.json", pretty_json(whole) + "\n", write);
}

namespace {

// Registers golden_reply/DIALECT/CASE for each directory that has an upstream_reply.sse.
const bool kRegistered = [] {
  const fs::path golden = fs::path(__FILE__).parent_path().parent_path() / "golden";
  const bool write = std::getenv("CASTOR_GOLDEN") != nullptr;
  auto* all = BOOST_TEST_SUITE("golden_reply");
  for (const Replies& replies : kReplies) {
    auto* suite = BOOST_TEST_SUITE(std::string(replies.dialect));
    std::vector<fs::path> cases;
    for (const auto& entry : fs::directory_iterator(golden / replies.dialect)) {
      if (fs::exists(entry.path() / "upstream_reply.sse")) cases.push_back(entry.path());
    }
    std::sort(cases.begin(), cases.end());
    for (const fs::path& path : cases) {
      suite->add(boost::unit_test::make_test_case([path, write] { check_reply(path, write); },
                                                  path.filename().string(), __FILE__, __LINE__));
    }
    all->add(suite);
  }
  boost::unit_test::framework::master_test_suite().add(all);
  return true;
}();

}  // namespace

}  // namespace castor
