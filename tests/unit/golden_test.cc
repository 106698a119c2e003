// Runs tests/golden/<dialect>/<case>/, each directory as a test of its own
// (tests/golden/README.md). With CASTOR_GOLDEN=write the expected files are written instead: `make
// golden`.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "anthropic/count_tokens.h"
#include "anthropic/request.h"
#include "domain/data.h"
#include "domain/error.h"
#include "json/field.h"
#include "openai/chat_request.h"
#include "openai/embeddings.h"
#include "openai/responses_request.h"

namespace castor {
namespace {

namespace fs = std::filesystem;

bool writing() {
  const char* mode = std::getenv("CASTOR_GOLDEN");
  return mode && std::string_view(mode) == "write";
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

json::value read_json(const fs::path& path) {
  return fs::exists(path) ? json::parse(read_file(path)) : json::object();
}

// JSON with one member a line, so that a difference is a line.
void print(const json::value& value, std::string& out, std::size_t depth = 0) {
  const auto line = [&](std::size_t levels) { out.append("\n").append(2 * levels, ' '); };
  if (const auto* object = value.if_object(); object && !object->empty()) {
    const char* separator = "{";
    for (const auto& [key, member] : *object) {
      out += separator;
      line(depth + 1);
      out.append(json::serialize(json::value(key))).append(": ");
      print(member, out, depth + 1);
      separator = ",";
    }
    line(depth);
    out += "}";
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    const char* separator = "[";
    for (const json::value& element : *array) {
      out += separator;
      line(depth + 1);
      print(element, out, depth + 1);
      separator = ",";
    }
    line(depth);
    out += "]";
  } else {
    out += json::serialize(value);
  }
}

// Compares with the expected file, or writes it. No text: there is to be no such file.
void expect(const fs::path& path, const std::string& text) {
  if (writing()) {
    if (text.empty()) {
      fs::remove(path);
    } else {
      std::ofstream(path, std::ios::binary) << text;
    }
    return;
  }
  std::istringstream actual(text), expected(read_file(path));
  std::string actual_line, expected_line;
  for (int number = 1;; ++number) {
    const bool more = static_cast<bool>(std::getline(actual, actual_line));
    const bool more_expected = static_cast<bool>(std::getline(expected, expected_line));
    if (!more && !more_expected) return;
    if (more == more_expected && actual_line == expected_line) continue;
    BOOST_ERROR(path.string() << ":" << number
                              << "\n  expected: " << (more_expected ? expected_line : "the end")
                              << "\n  actual:   " << (more ? actual_line : "the end"));
    return;
  }
}

void expect(const fs::path& path, const json::object& value) {
  std::string text;
  if (!value.empty()) print(value, text);
  if (!text.empty()) text += "\n";
  expect(path, text);
}

// --- The way to Gemini: request.json -> upstream_request.json and call.json, or error.json -------

using Read = GenerateCall (*)(json::value&, const ReadContext&);

Read reader(std::string_view name) {
  static constexpr struct {
    std::string_view name;
    Read read;
  } kReaders[] = {
      {"anthropic", anthropic::read},
      {"anthropic/count_tokens", anthropic::read_count_tokens},
      {"openai-chat", openai::read_chat_request},
      {"openai-responses", openai::read_responses},
  };
  for (const auto& entry : kReaders) {
    if (entry.name == name) return entry.read;
  }
  throw std::runtime_error("no reader for " + std::string(name));
}

TranslationConfig config_of(const json::object& options) {
  TranslationConfig config;
  config.safety = "default";  // else half of each expected file were safety settings
  if (const json::object* wanted = json::find_object(options, "config")) {
    for (const auto& [key, value] : *wanted) {
      if (key == "google_search") config.google_search = value.as_bool();
      if (key == "computer_tools") config.computer_tools = value.as_bool();
      if (key == "carry_text_signatures") config.carry_text_signatures = value.as_bool();
      if (key == "strip_billing_header") config.strip_billing_header = value.as_bool();
      if (key == "safety") config.safety = value.as_string();
      if (key == "default_model") config.default_model = value.as_string();
      if (key == "max_output_tokens") config.max_output_tokens = value.as_int64();
      if (key == "max_inline_bytes") config.max_inline_bytes = value.as_int64();
    }
  }
  return config;
}

const char* word(ToolKind kind) {
  switch (kind) {
    case ToolKind::function:
      return "function";
    case ToolKind::old_function:
      return "old_function";
    case ToolKind::custom:
      return "custom";
    case ToolKind::tool_search:
      return "tool_search";
    case ToolKind::local_shell:
      return "local_shell";
    case ToolKind::shell:
      return "shell";
    case ToolKind::apply_patch:
      return "apply_patch";
  }
  return "?";
}

// What a call says besides its body, as far as it says anything.
json::object show(const GenerateCall& call) {
  json::object shown;
  const auto flag = [&](const char* name, bool value) {
    if (value) shown[name] = true;
  };
  const auto list = [&](const char* name, const std::vector<std::string>& values) {
    if (!values.empty()) shown[name] = json::array(values.begin(), values.end());
  };
  const auto map = [&](const char* name, const auto& values) {
    for (const auto& [key, value] : values) {
      if (!shown[name].is_object()) shown[name].emplace_object();
      shown[name].get_object()[key] = value;
    }
  };
  shown["model"] = call.choice.model.id;
  flag("stream", call.stream);
  flag("include_usage", call.include_usage);
  flag("show_thoughts", call.show_thoughts);
  flag("carry_signatures", call.carry_signatures);
  flag("single_call", call.single_call);
  flag("generates_nothing", call.generates_nothing);
  flag("encrypted_reasoning", call.encrypted_reasoning);
  flag("compacts", call.compacts);
  list("stop_sequences", call.stop_sequences);
  map("tool_names", call.tool_names);
  map("toolsets", call.toolsets);
  for (const auto& [tool, kind] : call.tool_kinds) {
    if (!shown["tool_kinds"].is_object()) shown["tool_kinds"].emplace_object();
    shown["tool_kinds"].get_object()[tool] = word(kind);
  }
  list("wrapped_tools", call.wrapped_tools);
  list("notes", call.notes);
  if (call.keep) {
    shown["keep"] = {{"previous", call.keep->previous},
                     {"input", json::parse(std::string_view(call.keep->input))}};
  }
  if (!call.user.empty()) {
    shown["user"] = call.user;
    shown["conversation"] = call.conversation;
  }
  return shown;
}

struct Outcome {
  json::object upstream_request, call, error;
};

Outcome translate(const fs::path& directory, const json::object& options) {
  const TranslationConfig config = config_of(options);
  const json::object* signatures = json::find_object(options, "signatures");
  const json::object* replies = json::find_object(options, "replies");
  const ModelMap models(data::models, "2026-11-20", {}, config.default_model);
  json::monotonic_resource arena;
  const ReadContext context{
      .models = models,
      .config = config,
      .signatures = [&](std::string_view id) -> std::optional<StoredSignature> {
        const json::object* row = signatures ? json::find_object(*signatures, id) : nullptr;
        if (!row) return std::nullopt;
        return StoredSignature{std::string(json::find_string(*row, "family")),
                               std::string(json::find_string(*row, "signature"))};
      },
      .storage = &arena,
      .replies = replies ? ReplyLookup([&](std::string_view id) -> std::optional<KeptReply> {
        const json::object* row = json::find_object(*replies, id);
        if (!row) return std::nullopt;
        return KeptReply{std::string(json::find_string(*row, "previous")),
                         json::serialize(row->at("input")), json::serialize(row->at("reply"))};
      })
                         : nullptr,
  };
  std::string name = directory.parent_path().filename();
  if (const auto route = json::find_string(options, "route"); !route.empty()) {
    name.append("/").append(route);
  }
  json::value request = json::parse(read_file(directory / "request.json"), &arena);
  try {
    const GenerateCall call = reader(name)(request, context);
    return {.upstream_request = json::object(call.body, {}), .call = show(call), .error = {}};
  } catch (const json::FieldError& error) {
    return {.upstream_request = {},
            .call = {},
            .error = {{"field", error.path()}, {"message", error.what()}}};
  } catch (const ApiError& error) {
    json::object shown{{"kind", static_cast<int>(error.kind)}, {"message", error.what()}};
    shown["kind"] = error.kind == ErrorKind::bad_request ? "bad_request"
                    : error.kind == ErrorKind::not_found ? "not_found"
                    : error.kind == ErrorKind::too_large ? "too_large"
                                                         : "other";
    if (!error.code.empty()) shown["code"] = error.code;
    if (!error.param.empty()) shown["param"] = error.param;
    return {.upstream_request = {}, .call = {}, .error = std::move(shown)};
  }
}

// Embeddings: request.json and upstream_reply.json -> upstream_request.json, which is the first
// batch, and reply.json.
void check_embeddings(const fs::path& directory) {
  const ModelMap models(data::models, "2026-11-20");
  json::value document = read_json(directory / "request.json");
  json::object upstream_request, reply, error;
  try {
    const openai::EmbeddingsRequest request = openai::read_embeddings(document, models);
    const std::size_t count = std::min(request.inputs.size(), openai::kLargestBatch);
    upstream_request = json::parse(openai::embeddings_batch(request, 0, count)).as_object();
    if (fs::exists(directory / "upstream_reply.json")) {
      openai::EmbeddingsBuilder builder(request);
      builder.add(count, read_json(directory / "upstream_reply.json"));
      reply = json::parse(builder.finish()).as_object();
    }
  } catch (const json::FieldError& refusal) {
    error = {{"field", refusal.path()}, {"message", refusal.what()}};
  } catch (const ApiError& refusal) {
    error = {{"code", refusal.code}, {"message", refusal.what()}};
  }
  expect(directory / "upstream_request.json", upstream_request);
  expect(directory / "reply.json", reply);
  expect(directory / "error.json", error);
}

void check_request(const fs::path& directory) {
  if (!fs::exists(directory / "request.json")) return;
  const json::value options = read_json(directory / "options.json");
  const Outcome outcome = translate(directory, options.as_object());
  expect(directory / "upstream_request.json", outcome.upstream_request);
  expect(directory / "call.json", outcome.call);
  expect(directory / "error.json", outcome.error);
}

// --- Registration --------------------------------------------------------------------------------

void check(const fs::path& directory) {
  if (directory.parent_path().filename() == "openai-embeddings") return check_embeddings(directory);
  check_request(directory);
}

struct Registration {
  Registration() {
    namespace test = boost::unit_test;
    test::test_suite* golden = BOOST_TEST_SUITE("golden");
    test::framework::master_test_suite().add(golden);
    std::vector<fs::path> dialects = sorted("tests/golden");
    for (const fs::path& dialect : dialects) {
      test::test_suite* suite = BOOST_TEST_SUITE(dialect.filename().string());
      golden->add(suite);
      for (const fs::path& directory : sorted(dialect)) {
        suite->add(test::make_test_case([directory] { check(directory); },
                                        directory.filename().string(), __FILE__, __LINE__));
      }
    }
  }

  static std::vector<fs::path> sorted(const fs::path& parent) {
    std::vector<fs::path> directories;
    std::error_code missing;  // run from elsewhere: no golden tests
    for (const auto& entry : fs::directory_iterator(parent, missing)) {
      if (entry.is_directory()) directories.push_back(entry.path());
    }
    std::sort(directories.begin(), directories.end());
    return directories;
  }
} registration;

}  // namespace
}  // namespace castor
