// Responses that were kept for their clients, and the WebSockets that there are none of.
#include <algorithm>

#include "app/exchange.h"
#include "app/handlers.h"
#include "app/worker.h"
#include "http/uri.h"
#include "util/text.h"

namespace castor::app {
namespace {

constexpr std::string_view kInputItems = "/input_items";

ApiError not_found(std::string_view id) {
  return ApiError(ErrorKind::not_found, "there is no response " + std::string(cut_utf8(id, 64)) +
                                            ", or it is not kept any more");
}

KeptReply find(Exchange& exchange, std::string_view id) {
  auto found = exchange.worker.store()->replies.find(id, exchange.record.client_id);
  if (!found) throw not_found(id);
  return std::move(*found);
}

// The newest first, unless the client wants them in order.
void send_input_items(Exchange& exchange, const KeptReply& kept) {
  json::value items = json::parse(kept.input, exchange.storage());
  json::array& data = items.as_array();
  if (http::query_parameter(exchange.request.query(), "order") != "asc") {
    std::reverse(data.begin(), data.end());
  }
  const auto id_of = [](const json::value& item) -> json::value {
    const json::value* id = json::find(item, "id");
    return id ? *id : json::value(nullptr);
  };
  const json::object list{{"object", "list"},
                          {"data", data},
                          {"first_id", data.empty() ? json::value() : id_of(data.front())},
                          {"last_id", data.empty() ? json::value() : id_of(data.back())},
                          {"has_more", false}};
  exchange.send(200, "application/json", json::serialize(list));
}

}  // namespace

void get_response(Exchange& exchange) {
  std::string_view id = exchange.match.rest;
  const bool wants_input = id.ends_with(kInputItems);
  if (wants_input) id.remove_suffix(kInputItems.size());
  const KeptReply kept = find(exchange, id);
  if (wants_input) return send_input_items(exchange, kept);
  exchange.send(200, "application/json", kept.reply);
}

void delete_response(Exchange& exchange) {
  const std::string& id = exchange.match.rest;
  if (!exchange.worker.store()->replies.remove(id, exchange.record.client_id)) throw not_found(id);
  exchange.send(
      200, "application/json",
      json::serialize(json::object{{"id", id}, {"object", "response"}, {"deleted", true}}));
}

void refuse_websocket(Exchange& exchange) {
  ApiError error(ErrorKind::bad_request,
                 "responses are made by POST; there are no WebSockets here");
  exchange.note(error);
  http::Headers headers = exchange.headers("application/json");
  headers.emplace_back("Upgrade", "HTTP/1.1");
  exchange.response.send(426, headers, exchange.dialect->error_body(error, exchange.request_id));
}

}  // namespace castor::app
