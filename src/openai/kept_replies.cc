#include "openai/kept_replies.h"

#include <algorithm>
#include <string>
#include <vector>

#include "openai/responses_wire.h"
#include "util/text.h"

namespace castor::openai {
namespace {

ApiError not_found(const json::Field& field, std::string_view problem) {
  ApiError error(ErrorKind::bad_request, field.path().append(": ").append(problem));
  error.code = "previous_response_not_found";
  error.param = field.path();
  return error;
}

json::array output_of(const KeptReply& kept, const json::storage_ptr& storage) {
  json::value reply = json::parse(kept.reply, storage);
  json::value* output = reply.as_object().if_contains("output");
  return output && output->is_array() ? std::move(output->get_array()) : json::array(storage);
}

void append(json::array items, json::array& all) {
  for (json::value& item : items) all.emplace_back(std::move(item));
}

}  // namespace

std::optional<KeptReply> KeptReplies::find(std::string_view id, const json::Field& field) {
  if (!any()) {
    throw not_found(field,
                    "this gateway keeps no responses; send the conversation in full, "
                    "with \"store\": false");
  }
  auto kept = context_.replies(id);
  const std::size_t bytes = kept ? kept->input.size() + kept->reply.size() : 0;
  if (bytes > bytes_left_ || replies_left_ == 0) {
    throw ApiError(ErrorKind::too_large, field.path() + ": what it brings back is too long");
  }
  bytes_left_ -= bytes;
  --replies_left_;
  return kept;
}

json::array KeptReplies::conversation_before(const json::Field& previous_response_id) {
  json::array items(context_.storage);
  if (previous_response_id.empty()) return items;
  std::vector<KeptReply> replies;
  std::string id(previous_response_id.string());
  while (!id.empty()) {
    auto kept = find(id, previous_response_id);
    if (!kept) {
      throw not_found(previous_response_id,
                      replies.empty() ? "there is no such response, or not any more"
                                      : "an earlier response of its conversation is gone");
    }
    id = kept->previous;
    replies.push_back(std::move(*kept));
  }
  for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply) {
    append(std::move(json::parse(reply->input, context_.storage).as_array()), items);
    append(output_of(*reply, context_.storage), items);
  }
  return items;
}

json::value KeptReplies::item(const json::Field& id) {
  const auto place = parse_item_id(id.string());
  const auto kept = find(place ? place->response_id : std::string(), id);
  if (kept) {
    json::array output = output_of(*kept, context_.storage);
    if (place->index < output.size() &&
        json::find_string(output[place->index].as_object(), "id") == id.string()) {
      return std::move(output[place->index]);
    }
  }
  ApiError error = not_found(id, "there is no such item, or not any more");
  error.code = "item_not_found";
  throw error;
}

}  // namespace castor::openai
