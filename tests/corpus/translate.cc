// Shows a stranger's program what castor makes of requests, replies and schemas: one question per
// line on standard input, one answer per line on standard output, both JSON objects.
//
//   {"id", "kind": "request", "dialect", "body": {…}, "model"}
//     -> {"id", "model", "upstream": {…}, "notes": […], "tool_names": {…}, "wrapped_tools": […],
//         "generates_nothing"} or {"id", "error": {"status", "message"}}
//   {"id", "kind": "gemini_reply", "dialect", "sse": "…" or "json": "…", "show_thoughts",
//    "carry_signatures", "single_call", "request": {…}, "piece_bytes"}
//     -> {"id", "stream": "…", "whole": "…", "signatures": {…}}
//   {"id", "kind": "embeddings", "body": {…}, "model"}
//     -> {"id", "model", "batches": [{…}]} or {"id", "error": {"status", "message"}}
//   {"id", "kind": "schema", "schema": …}
//     -> {"id", "json_schema": {…}, "openapi": {…},
//         "tool_json_schema": {"schema", "wrapped"}, "tool_openapi": {"schema", "wrapped"}}
//
// "dialect" is the name of a client API, as logged; "model" outranks the body's; "request" is what
// the reply answers, where that shows in it; "sse" and "json" are an upstream's raw text,
// "piece_bytes" the size of the pieces it arrives in (0: all at once).
// Ids of messages and calls are always the same. The driver is check_corpus.py.

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

#include "app/dialect.h"
#include "domain/client_calls.h"
#include "domain/data.h"
#include "domain/model_map.h"
#include "domain/stop_sequences.h"
#include "gemini/reply_decoder.h"
#include "gemini/schema.h"
#include "gemini/signature_carrier.h"
#include "http/sse.h"
#include "json/field.h"
#include "json/json.h"
#include "openai/embeddings.h"

namespace castor {
namespace {

json::object error_answer(int status, std::string_view message) {
  return {{"error", {{"status", status}, {"message", message}}}};
}

bool is_set(const json::object& question, std::string_view member) {
  const json::value* found = json::find(question, member);
  return found && found->is_bool() && found->get_bool();
}

json::object object_of(const std::map<std::string, std::string, std::less<>>& map) {
  json::object object;
  for (const auto& [key, value] : map) object[key] = value;
  return object;
}

// The client API that a question is about.
const app::Dialect& dialect_of(const json::object& question) {
  const std::string_view name = json::find_string(question, "dialect");
  for (const app::Dialect* dialect : {&app::kAnthropic, &app::kChat, &app::kResponses}) {
    if (dialect->name == name) return *dialect;
  }
  throw std::invalid_argument("dialect: unknown");
}

GenerateCall read(const app::Dialect& dialect, json::value& body, const ModelMap& models) {
  const TranslationConfig config;
  const ReadContext context{
      .models = models, .config = config, .signatures = {}, .storage = body.storage()};
  return dialect.read(body, context);
}

json::value& body_of(json::object& question) {
  json::value& body = question["body"];
  if (const std::string_view model = json::find_string(question, "model"); !model.empty()) {
    if (body.is_object()) body.get_object()["model"] = model;
  }
  return body;
}

json::object translate_request(json::object& question, const app::Dialect& dialect,
                               const ModelMap& models) {
  json::value& body = body_of(question);
  const GenerateCall call = read(dialect, body, models);
  return {{"model", call.choice.model.id},
          {"upstream", call.body},
          {"notes", json::value_from(call.notes)},
          {"tool_names", object_of(call.tool_names)},
          {"wrapped_tools", json::value_from(call.wrapped_tools)},
          {"generates_nothing", call.generates_nothing}};
}

json::object translate_embeddings(json::object& question, const ModelMap& models) {
  const openai::EmbeddingsRequest request = openai::read_embeddings(body_of(question), models);
  json::array batches;
  for (std::size_t first = 0; first < request.inputs.size(); first += openai::kLargestBatch) {
    const std::size_t count = std::min(openai::kLargestBatch, request.inputs.size() - first);
    batches.push_back(json::parse(openai::embeddings_batch(request, first, count)));
  }
  return {{"model", request.choice.model.id}, {"batches", std::move(batches)}};
}

// The upstream's text through decoder and filters into one writer, of a stream or of a whole reply.
std::string written(const json::object& question, const app::Dialect& dialect,
                    const GenerateCall& call, bool stream, json::object* signatures) {
  const ReplyIdentity identity{.id = std::string(dialect.reply_id_prefix) + "01",
                               .created_s = 1'795'000'000,
                               .model = "the-model",
                               .request_id = "req_01",
                               .signature_family = "gemini-4",
                               .show_thoughts = is_set(question, "show_thoughts"),
                               .carry_signatures = is_set(question, "carry_signatures"),
                               .include_usage = true,
                               .echo = call.echo,
                               .encrypted_reasoning = is_set(question, "carry_signatures")};
  std::string out;
  const auto writer = (stream ? dialect.stream_writer : dialect.reply_builder)(out, identity);
  int calls_made = 0;
  ClientCalls calls(*writer, call, [&](std::string_view gemini_id) {
    const std::string number = std::to_string(++calls_made);
    return gemini::make_call_id(dialect.call_id_prefix,
                                std::string(12 - number.size(), '0') + number, gemini_id);
  });
  StopSequences stops(calls, call.stop_sequences);
  gemini::ReplyDecoder decoder(stops);
  if (const json::value* sse = json::find(question, "sse"); sse && sse->is_string()) {
    http::SseParser parser([&decoder](std::string_view data) { decoder.feed(data); });
    std::string_view rest = sse->get_string();
    const std::int64_t wanted = json::find_integer(question, "piece_bytes");
    const std::size_t piece = wanted > 0 ? static_cast<std::size_t>(wanted) : rest.size();
    for (; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size()))) {
      parser.feed(std::string(rest.substr(0, piece)));
    }
    parser.finish();
  } else {
    decoder.feed(json::find_string(question, "json"));
  }
  decoder.end();
  if (signatures) {
    for (const auto& [id, signature] : calls.take_signatures()) (*signatures)[id] = signature;
  }
  return out;
}

json::object translate_reply(json::object& question, const app::Dialect& dialect,
                             const ModelMap& models) {
  GenerateCall call;
  if (json::value* request = question.if_contains("request")) {
    call = read(dialect, *request, models);
  }
  call.single_call = is_set(question, "single_call");
  json::object signatures;
  std::string stream = written(question, dialect, call, true, &signatures);
  std::string whole = written(question, dialect, call, false, nullptr);
  return {{"stream", stream}, {"whole", whole}, {"signatures", std::move(signatures)}};
}

json::object described(const gemini::ConvertedSchema& converted) {
  const bool openapi = converted.target == gemini::SchemaTarget::openapi;
  return {{"schema", converted.schema},
          {"target", openapi ? "openapi" : "json_schema"},
          {"wrapped", converted.wrapped}};
}

json::object translate_schema(const json::object& question) {
  const json::value* found = json::find(question, "schema");
  const json::value schema = found ? *found : json::value();
  json::object answer;
  for (const auto& [name, target] : {std::pair{"json_schema", gemini::SchemaTarget::json_schema},
                                     std::pair{"openapi", gemini::SchemaTarget::openapi}}) {
    answer[name] = described(gemini::convert_schema(schema, target));
    answer["tool_" + std::string(name)] = described(gemini::convert_tool_schema(schema, target));
  }
  return answer;
}

// Whatever the question is, there is an answer. An exception that the contracts do not allow shows
// as status 500.
json::object answer(json::object& question, const ModelMap& models) {
  try {
    const std::string_view kind = json::find_string(question, "kind");
    if (kind == "schema") return translate_schema(question);
    const app::Dialect& dialect = kind == "embeddings" ? app::kOpenAi : dialect_of(question);
    if (kind == "gemini_reply") return translate_reply(question, dialect, models);
    try {
      if (kind == "embeddings") return translate_embeddings(question, models);
      if (kind != "request") return error_answer(500, "kind: unknown");
      return translate_request(question, dialect, models);
    } catch (const ApiError& error) {
      return error_answer(dialect.status(error.kind), error.what());
    }
  } catch (const json::FieldError& error) {
    return error_answer(400, error.what());
  } catch (const std::exception& error) {
    return error_answer(500, error.what());
  }
}

std::string answer_line(const std::string& line, const ModelMap& models) {
  json::monotonic_resource arena;  // as the product: so moves are free
  json::object result;
  std::string id;
  try {
    json::value parsed = json::parse(line, &arena);
    if (!parsed.is_object()) return json::serialize(error_answer(500, "not an object"));
    json::object& question = parsed.get_object();
    id = json::find_string(question, "id");
    result = answer(question, models);
  } catch (const json::ParseError& error) {
    result = error_answer(500, error.what());
  }
  result["id"] = id;
  return json::serialize(result);
}

int run() {
  const ModelMap models(data::models, "2026-11-20");
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer_line(line, models) << std::endl;  // flushed: somebody waits for it
  }
  return 0;
}

}  // namespace
}  // namespace castor

int main() { return castor::run(); }
