// Files and cached contents: pinned to the key whose project keeps them.
#include <algorithm>

#include "app/handlers.h"
#include "app/relay.h"
#include "app/worker.h"
#include "gemini/native_request.h"
#include "gemini/path.h"
#include "http/uri.h"
#include "json/json.h"
#include "json/text_cursor.h"
#include "util/text.h"

namespace castor::app {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
// Google keeps a cached content as long as its maker says and prolongs; then the row is of no use,
// and does no harm.
constexpr std::int64_t kKeepCachedContentsMs = 90 * 24 * kHourMs;

// A collection and its pages.
struct Collection {
  std::string_view name;
  std::int64_t page, largest_page;
};
constexpr Collection kFiles{"files", 10, 100};
constexpr Collection kCachedContents{"cachedContents", 50, 1000};
constexpr std::size_t kMostListed = 1000;

std::string path_of(const Exchange& exchange, std::string_view name, std::string_view query) {
  return std::string("/")
      .append(gemini::version_of(exchange.match.path))
      .append("/")
      .append(name)
      .append(query);
}

// The method as the upstream gets it.
std::string_view verb_of(const Exchange& exchange) {
  const std::string_view method = exchange.request.method();
  for (const std::string_view verb : {"POST", "PATCH", "DELETE"}) {
    if (method == verb) return verb;
  }
  return "GET";
}

// One element of a collection, "files/abc", or a method of it; the answer is sent.
void relay_element(Exchange& exchange, std::string path, const std::string& name, Framing framing) {
  pin(exchange, {name});
  const std::string_view verb = verb_of(exchange);
  RelayReply answer(exchange, framing, /*generates=*/false);
  const Model limits{.id = exchange.record.model};
  ask(exchange,
      {.body = std::move(exchange.body),
       .model = limits,
       .verb = verb,
       .path = std::move(path),
       .headers = verb == "PATCH" ? json_headers() : std::vector<std::string>(),
       .is_of_model = false},
      answer);
  if (verb == "DELETE" && answer.answered()) exchange.worker.store()->resources.drop(name);
  answer.close();
}

// Of a client that brings keys of its own: what one of them sees.
void relay_list(Exchange& exchange, const Collection& collection) {
  std::string path =
      path_of(exchange, collection.name,
              gemini::forwarded_query(exchange.request.query(), exchange.record.notes));
  RelayReply answer(exchange, Framing::whole, /*generates=*/false);
  const Model limits{.id = exchange.record.model};
  ask(exchange, {.model = limits, .verb = "GET", .path = std::move(path), .is_of_model = false},
      answer);
  answer.close();
}

// What a client keeps, of all keys that keep something for it, as the texts of the elements.
class OwnList {
 public:
  OwnList(Exchange& exchange, const Collection& collection)
      : exchange_(exchange), collection_(collection), kind_(std::string(collection.name) + "/") {}

  // Throws ApiError if no key has answered.
  std::vector<std::string> read() {
    std::optional<ApiError> failure;
    bool any = false;
    const auto keys =
        exchange_.worker.store()->resources.keys_of(exchange_.record.client_id, kind_);
    for (const std::int64_t key : keys) {
      exchange_.record.pinned_key = key;
      try {
        read_pages();
        any = true;
      } catch (const ApiError& error) {
        failure = error;
      } catch (const json::ParseError&) {
        failure = ApiError(ErrorKind::bad_gateway, "Gemini's answer was malformed.");
      }
      if (exchange_.record.client_gone || elements_.size() >= kMostListed) break;
    }
    if (failure && !any) throw *failure;
    if (failure) exchange_.record.notes.emplace_back("incomplete");
    return std::move(elements_);
  }

 private:
  void read_pages() {
    std::string token;
    do {
      RelayReply answer(exchange_, Framing::whole, /*generates=*/false);
      const Model limits{.id = exchange_.record.model};
      std::string query = "?pageSize=" + std::to_string(collection_.largest_page);
      if (!token.empty()) query += "&pageToken=" + http::percent_encode(token);
      Upstream(exchange_).ask({.model = limits,
                               .verb = "GET",
                               .path = path_of(exchange_, collection_.name, query),
                               .is_of_model = false},
                              answer);
      token = answer.answered() ? read_page(answer.text()) : std::string();
    } while (!token.empty() && elements_.size() < kMostListed);
  }

  // Takes the client's own; returns the token of the next page.
  std::string read_page(std::string_view page) {
    std::string token;
    json::TextCursor cursor(page);
    cursor.each_member([&](std::string_view name) {
      if (name == "nextPageToken") token = json::string_of(cursor.skip());
      if (name == collection_.name) cursor.each_element([&] { take(cursor.skip()); });
    });
    return token;
  }

  void take(std::string_view element) {
    std::string its_name;
    json::TextCursor cursor(element);
    cursor.each_member([&](std::string_view name) {
      if (name == "name") its_name = json::string_of(cursor.skip());
    });
    const auto owner = exchange_.worker.store()->resources.find(its_name);
    if (owner && owner->client_id == exchange_.record.client_id) elements_.emplace_back(element);
  }

  Exchange& exchange_;
  const Collection& collection_;
  const std::string kind_;
  std::vector<std::string> elements_;
};

std::int64_t number_parameter(const Exchange& exchange, const char* name, std::int64_t otherwise) {
  const std::string text = http::query_parameter(exchange.request.query(), name);
  if (text.empty()) return otherwise;
  const auto number = parse_integer(text);
  if (!number || *number < 0) {
    throw ApiError(ErrorKind::bad_request, std::string(name) + ": expected a number");
  }
  return *number;
}

// A page of it; its token says where the next one begins.
void send_list(Exchange& exchange, const Collection& collection) {
  const std::int64_t asked = number_parameter(exchange, "pageSize", collection.page);
  const auto size = static_cast<std::size_t>(
      std::clamp<std::int64_t>(asked ? asked : collection.page, 1, collection.largest_page));
  const auto begin = static_cast<std::size_t>(number_parameter(exchange, "pageToken", 0));
  const std::vector<std::string> all = OwnList(exchange, collection).read();
  if (exchange.record.client_gone) return;
  const std::size_t end = begin < all.size() ? std::min(all.size(), begin + size) : begin;
  std::string text = "{";
  for (std::size_t i = begin; i < end; ++i) {
    text.append(i > begin ? "," : "\"" + std::string(collection.name) + "\":[").append(all[i]);
  }
  if (end > begin) text += "]";
  if (end < all.size()) text += ",\"nextPageToken\":\"" + std::to_string(end) + "\"";
  exchange.send(200, "application/json; charset=UTF-8", text + "}");
}

void list(Exchange& exchange, const Collection& collection) {
  if (exchange.record.own_keys.empty()) return send_list(exchange, collection);
  relay_list(exchange, collection);
}

void create_cached_content(Exchange& exchange) {
  const ModelChoice any;
  const Process& process = exchange.worker.process();
  gemini::NativeRequest request = gemini::read_native(
      exchange.body, {.choice = any,
                      .resolve =
                          [&](std::string_view name) {
                            const auto choice = process.models.resolve(name);
                            return choice ? choice->model.id : std::string(name);
                          },
                      .generates = false,
                      .fix = false,
                      .sign = false});
  pin(exchange, request.resources);
  request.edits.apply(exchange.body);
  exchange.record.conversation = keeper_of(exchange);
  // A key that rests for the model could not use what it keeps.
  if (!request.model.empty()) exchange.record.model = request.model;
  RelayReply answer(exchange, Framing::whole, /*generates=*/false);
  const Model limits{.id = exchange.record.model};
  ask(exchange,
      {.body = std::move(exchange.body),
       .model = limits,
       .path = path_of(exchange, kCachedContents.name, {}),
       .headers = json_headers(),
       .is_of_model = !request.model.empty(),
       .once = true},
      answer);
  if (answer.answered()) {
    remember(exchange, name_in(answer.text()), answer.key_id(), kKeepCachedContentsMs);
  }
  answer.close();
}

}  // namespace

std::string keeper_of(const Exchange& exchange) {
  return exchange.worker.hash_conversation(exchange.record, "files and cached contents");
}

std::string name_in(std::string_view resource) {
  std::string found;
  try {
    json::TextCursor cursor(resource);
    cursor.each_member([&](std::string_view name) {
      if (name == "name") found = json::string_of(cursor.skip());
      if (name == "file") found = name_in(cursor.skip());
    });
  } catch (const json::ParseError&) {
    return {};
  }
  return found;
}

void remember(Exchange& exchange, const std::string& name, std::int64_t key_id,
              std::int64_t keep_ms) {
  if (name.empty()) return;
  try {
    exchange.worker.store()->resources.put(
        name, {.key_id = key_id, .client_id = exchange.record.client_id}, keep_ms);
  } catch (const sql::Error&) {
    // The client has its file all the same, if perhaps not again.
    exchange.worker.report_current_exception(exchange.request_id);
  }
}

void relay_cached_contents(Exchange& exchange) {
  exchange.record.model = kCachedContents.name;
  const std::string& id = exchange.match.rest;
  if (id.empty()) {
    if (verb_of(exchange) == "POST") return create_cached_content(exchange);
    return list(exchange, kCachedContents);
  }
  const std::string name = "cachedContents/" + id;
  if (!gemini::is_plain_name(id)) throw ApiError(ErrorKind::not_found, "there is no " + name);
  const std::string query =
      gemini::forwarded_query(exchange.request.query(), exchange.record.notes);
  relay_element(exchange, path_of(exchange, name, query), name, Framing::whole);
}

void relay_files(Exchange& exchange) {
  exchange.record.model = kFiles.name;
  if (exchange.match.rest.empty()) return list(exchange, kFiles);
  const gemini::NamedMethod target = gemini::split_method(exchange.match.rest);
  const std::string name = "files/" + std::string(target.name);
  const bool is_download = target.method == "download";
  if (!gemini::is_plain_name(target.name) || (!target.method.empty() && !is_download)) {
    throw ApiError(ErrorKind::not_found, "there is no " + exchange.match.path);
  }
  const std::string query =
      gemini::forwarded_query(exchange.request.query(), exchange.record.notes);
  const std::string method = is_download ? ":download" : "";
  relay_element(exchange, path_of(exchange, name + method, query), name,
                is_download ? Framing::bytes : Framing::whole);
}

}  // namespace castor::app
