#include "app/relay.h"

#include <algorithm>

#include "app/handlers.h"
#include "app/worker.h"
#include "domain/passed_keys.h"
#include "gemini/native_request.h"
#include "gemini/path.h"
#include "http/uri.h"
#include "json/text_cursor.h"

namespace castor::app {
namespace {

// What an answer is taken for until its length is known: few are as long as they may be.
constexpr std::int64_t kExpectedOutput = 1'000;

// The methods of models.
struct Method {
  std::string_view name;
  enum class Answer { reply, replies, count, embeddings } answer;
};

constexpr Method kMethods[] = {
    {"generateContent", Method::Answer::reply},
    {"streamGenerateContent", Method::Answer::replies},
    {"countTokens", Method::Answer::count},
    {"embedContent", Method::Answer::embeddings},
    {"batchEmbedContents", Method::Answer::embeddings},
};

// Their results are fetched later, from the one project that has them.
constexpr std::string_view kLongRunning[] = {"batchGenerateContent", "asyncBatchEmbedContent",
                                             "predictLongRunning"};

const Method& find_method(const gemini::NamedMethod& target) {
  const auto method = std::ranges::find(kMethods, target.method, &Method::name);
  if (method != std::end(kMethods)) return *method;
  const std::string name(target.method);
  if (std::ranges::find(kLongRunning, target.method) != std::end(kLongRunning)) {
    throw ApiError(ErrorKind::not_implemented, name + " is not served by this gateway");
  }
  throw ApiError(ErrorKind::not_found, "there is no method " + name + " of models");
}

ModelChoice choose_model(const Exchange& exchange, std::string_view name) {
  std::optional<ModelChoice> choice = exchange.worker.process().models.resolve(name);
  if (choice && gemini::is_plain_name(choice->model.id)) return *choice;
  throw ApiError(ErrorKind::not_found,
                 "models/" + std::string(name) +
                     " is not found. Call ListModels to see the list of available models.");
}

Framing framing_of(const Method& method, std::string_view alt) {
  if (method.answer != Method::Answer::replies) return Framing::whole;
  if (alt == "sse") return Framing::events;
  return alt.empty() || alt == "json" ? Framing::array : Framing::bytes;
}

// Can the answer be understood? Not where the client wants only some of its fields, or another
// form.
bool is_judged(const Method& method, std::string_view alt, std::string_view query) {
  const bool is_stream = method.answer == Method::Answer::replies;
  if (method.answer != Method::Answer::reply && !is_stream) return false;
  const bool is_known = alt.empty() || alt == "json" || (alt == "sse" && is_stream);
  return is_known && query.find("fields=") == std::string_view::npos;
}

// The prompt's tokens, of an answer that is long and has nothing else to be known.
void count_embeddings(Exchange& exchange, std::string_view answer) {
  try {
    json::TextCursor cursor(answer);
    cursor.each_member([&](std::string_view name) {
      if (name != "usageMetadata") return;
      const json::value usage = json::parse(cursor.skip());
      if (!usage.is_object()) return;
      Usage& counts = exchange.record.attempts.back().usage;
      counts.prompt =
          std::max<std::int64_t>(0, json::find_integer(usage.get_object(), "promptTokenCount"));
      exchange.record.usage = counts;
    });
  } catch (const json::ParseError&) {
    // Then it is not known.
  }
}

}  // namespace

void ask(Exchange& exchange, Upstream::Call call, RelayReply& reply) {
  try {
    Upstream(exchange).ask(std::move(call), reply);
  } catch (const ApiError& error) {
    reply.fail(error);
  } catch (...) {
    reply.fail(exchange.internal_error());  // a stream that has begun must be seen to end
  }
}

void pin(Exchange& exchange, const std::vector<std::string>& resources) {
  RequestRecord& record = exchange.record;
  const bool has_own_keys = !record.own_keys.empty();
  for (const std::string& name : resources) {
    const auto owner = exchange.worker.store()->resources.find(name);
    if (!owner || (has_own_keys && !is_passed(owner->key_id))) continue;  // Google will judge
    if (!has_own_keys && (is_passed(owner->key_id) || owner->client_id != record.client_id)) {
      throw ApiError(ErrorKind::forbidden,
                     "You do not have permission to access " + name + " or it may not exist.");
    }
    if (!record.pinned_key) record.pinned_key = owner->key_id;
    if (*record.pinned_key == owner->key_id) continue;
    if (!exchange.worker.store()->resources.share_project(*record.pinned_key, owner->key_id)) {
      throw ApiError(ErrorKind::bad_request,
                     name +
                         " and another file or cached content of this request are kept by "
                         "different upstream projects; upload it once more");
    }
  }
}

std::vector<std::string> json_headers() { return {"Content-Type: application/json"}; }

void relay_model(Exchange& exchange) {
  const gemini::NamedMethod target = gemini::split_method(exchange.match.rest);
  const Method& method = find_method(target);
  using enum Method::Answer;
  const bool generates = method.answer == reply || method.answer == replies;
  const ModelChoice choice = choose_model(exchange, target.name);
  const Process& process = exchange.worker.process();
  const TranslationConfig& config = process.config.translation;

  gemini::NativeRequest request =
      gemini::read_native(exchange.body, {.choice = choice,
                                          .resolve =
                                              [&](std::string_view name) {
                                                const auto other = process.models.resolve(name);
                                                return other ? other->model.id : std::string(name);
                                              },
                                          .generates = generates,
                                          .fix = config.fix_native,
                                          .sign = config.native_signatures});
  RequestRecord& record = exchange.record;
  record.requested_model = target.name;
  record.model = choice.model.id;
  record.stream = method.answer == replies;
  record.thinking = request.thinking;
  record.notes = std::move(request.notes);
  if (!request.conversation.empty()) {
    record.conversation = exchange.worker.hash_conversation(record, request.conversation);
  }
  exchange.check_model();
  if (record.limits && method.answer != count) {
    record.expected = {.prompt = request.tokens, .candidates = generates ? kExpectedOutput : 0};
  }
  std::string query = gemini::forwarded_query(exchange.request.query(), record.notes);
  pin(exchange, request.resources);
  request.edits.apply(exchange.body);

  const std::string alt = http::query_parameter(exchange.request.query(), "alt");
  RelayReply answer(exchange, framing_of(method, alt), is_judged(method, alt, query));
  ask(exchange,
      {.method = method.name,
       .body = std::move(exchange.body),
       .model = choice.model,
       .may_think_long = generates && may_think_long(choice.model, record.thinking),
       .path = std::string("/")
                   .append(gemini::version_of(exchange.match.path))
                   .append("/models/")
                   .append(choice.model.id)
                   .append(":")
                   .append(method.name)
                   .append(query),
       .headers = json_headers(),
       .repairs = generates && config.fix_native},
      answer);
  if (method.answer == embeddings && answer.answered()) count_embeddings(exchange, answer.text());
  answer.close();
}

void relay_not_served(Exchange& exchange) {
  throw ApiError(ErrorKind::not_implemented,
                 exchange.match.path + " is not served by this gateway");
}

}  // namespace castor::app
