// Uploads of files. A resumable one is begun at the collection, which tells the address to go on
// at: at Google that is Google's, here it is ours.
#include "app/handlers.h"
#include "app/relay.h"
#include "app/worker.h"
#include "domain/passed_keys.h"
#include "gemini/path.h"
#include "http/uri.h"
#include "util/crypto.h"
#include "util/text.h"

namespace castor::app {
namespace {

// As long as Google keeps files, and an hour.
constexpr std::int64_t kKeepFilesMs = 49LL * 3'600'000;

constexpr std::string_view kCollection = "/upload/v1";

// What the protocol has in headers, as the upstream gets it.
struct Field {
  const char* variable;
  const char* name;
};
constexpr Field kFields[] = {
    {"CONTENT_TYPE", "Content-Type"},
    {"HTTP_X_GOOG_UPLOAD_PROTOCOL", "X-Goog-Upload-Protocol"},
    {"HTTP_X_GOOG_UPLOAD_COMMAND", "X-Goog-Upload-Command"},
    {"HTTP_X_GOOG_UPLOAD_OFFSET", "X-Goog-Upload-Offset"},
    {"HTTP_X_GOOG_UPLOAD_HEADER_CONTENT_LENGTH", "X-Goog-Upload-Header-Content-Length"},
    {"HTTP_X_GOOG_UPLOAD_HEADER_CONTENT_TYPE", "X-Goog-Upload-Header-Content-Type"},
    {"HTTP_X_GOOG_UPLOAD_FILE_NAME", "X-Goog-Upload-File-Name"},
};

std::vector<std::string> upload_headers(const Exchange& exchange) {
  std::vector<std::string> headers;
  for (const Field& field : kFields) {
    const std::string_view value = exchange.connection.variable(field.variable);
    if (value.empty()) continue;
    if (value.find_first_of("\r\n") != std::string_view::npos) {
      throw ApiError(ErrorKind::bad_request, std::string(field.name) + ": a line break");
    }
    headers.push_back(std::string(field.name).append(": ").append(value));
  }
  return headers;
}

// "uploads/" and a hash: the id itself is a credential.
std::string name_of_upload(std::string_view id) {
  return "uploads/" + hex(crypto::sha256(id).substr(0, 16));
}

// The first of "a, b": what stands nearest to the client.
std::string_view first_of(std::string_view list) { return trim(list.substr(0, list.find(','))); }

// "https://example.org/ai", where this client reaches us.
std::string own_address(const Exchange& exchange) {
  const auto variable = [&](const char* name) { return exchange.connection.variable(name); };
  std::string_view scheme = first_of(variable("HTTP_X_FORWARDED_PROTO"));
  if (scheme.empty()) scheme = variable("REQUEST_SCHEME");
  if (scheme.empty()) scheme = to_lower(variable("HTTPS")) == "on" ? "https" : "http";
  std::string_view host = first_of(variable("HTTP_X_FORWARDED_HOST"));
  if (host.empty()) host = variable("HTTP_HOST");
  const bool is_host = !host.empty() && host.find_first_not_of(
                                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789.-_:[]") == std::string_view::npos;
  if (!is_host) throw ApiError(ErrorKind::bad_request, "Host: expected this gateway's name");
  const std::string_view uri = variable("REQUEST_URI");
  const std::size_t mount = uri.substr(0, uri.find('?')).rfind(kCollection);
  return std::string(scheme == "https" ? "https" : "http")
      .append("://")
      .append(host)
      .append(mount == std::string_view::npos ? std::string_view() : uri.substr(0, mount));
}

// Puts our address in place of Google's, and notes which key the upload belongs to.
void lead_here(Exchange& exchange, RelayReply& answer) {
  for (auto& [name, value] : answer.fields()) {
    if (name != "x-goog-upload-url" && name != "x-goog-upload-control-url") continue;
    const std::string query(value.substr(std::min(value.size(), value.find('?') + 1)));
    const std::string id = http::query_parameter(query, "upload_id");
    if (id.empty()) continue;
    remember(exchange, name_of_upload(id), answer.key_id(), kKeepFilesMs);
    std::vector<std::string> notes;
    value = own_address(exchange) + exchange.match.path + gemini::forwarded_query(query, notes);
  }
}

}  // namespace

std::optional<ResourceOwners::Owner> owner_of_upload(const Exchange& exchange) {
  if (!exchange.match.path.starts_with(kCollection)) return std::nullopt;
  const std::string id = http::query_parameter(exchange.request.query(), "upload_id");
  if (id.empty()) return std::nullopt;
  auto owner = exchange.worker.store()->resources.find(name_of_upload(id));
  if (owner && is_passed(owner->key_id)) return std::nullopt;  // we do not have that key
  return owner;
}

void relay_upload(Exchange& exchange) {
  RequestRecord& record = exchange.record;
  record.model = "files";
  record.conversation = keeper_of(exchange);
  const std::string id = http::query_parameter(exchange.request.query(), "upload_id");
  if (!id.empty()) pin(exchange, {name_of_upload(id)});
  const std::string query = gemini::forwarded_query(exchange.request.query(), record.notes);
  RelayReply answer(exchange, Framing::whole, /*generates=*/false);
  const Model limits{.id = record.model};
  ask(exchange,
      {.body = std::move(exchange.body),
       .model = limits,
       .path = "/upload/" + std::string(gemini::version_of(exchange.match.path)) + "/files" + query,
       .headers = upload_headers(exchange),
       .is_of_model = false,
       .once = true},
      answer);
  if (answer.answered()) {
    lead_here(exchange, answer);
    remember(exchange, name_in(answer.text()), answer.key_id(), kKeepFilesMs);
  }
  answer.close();
}

}  // namespace castor::app
