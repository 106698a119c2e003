#include "openai/kept_replies.h"

#include <algorithm>
#include <string>
#include <vector>

#include "openai/responses_wire.h"
#include "util/text.h"

namespace castor::openai {
namespace {

// Together, as JSON: what a request may have by itself.
constexpr std::size_t kMostBytes = 64 << 20;
constexpr std::size_t kMostReplies = 4096;

ApiError not_found(const json::Field& field, std::string_view problem) {
  ApiError error(ErrorKind::bad_request, field.path().append(": ").append(problem));
  error.code = "previous_response_not_found";
  error.param = field.path();
  return error;
}

std::optional<KeptReply> find(std::string_view id, const json::Field& field,
                              const ReadContext& context) {
  if (!context.replies) {
    throw not_found(field,
                    "this gateway keeps no responses; send the conversation in full, "
                    "with \"store\": false");
  }
  return context.replies(id);
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

json::array conversation_before(const json::Field& previous_response_id,
                                const ReadContext& context) {
  json::array items(context.storage);
  if (previous_response_id.empty()) return items;
  std::vector<KeptReply> replies;
  std::size_t bytes = 0;
  std::string id(previous_response_id.string());
  while (!id.empty()) {
    auto kept = find(id, previous_response_id, context);
    if (!kept) {
      throw not_found(previous_response_id,
                      replies.empty() ? "there is no such response, or not any more"
                                      : "an earlier response of its conversation is gone");
    }
    bytes += kept->input.size() + kept->reply.size();
    if (bytes > kMostBytes || replies.size() == kMostReplies) {
      throw ApiError(ErrorKind::too_large,
                     previous_response_id.path() + ": its conversation is too long");
    }
    id = kept->previous;
    replies.push_back(std::move(*kept));
  }
  for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply) {
    append(std::move(json::parse(reply->input, context.storage).as_array()), items);
    append(output_of(*reply, context.storage), items);
  }
  return items;
}

json::value referenced_item(const json::Field& id, const ReadContext& context) {
  const auto place = parse_item_id(id.string());
  const auto kept = place ? find(place->response_id, id, context) : find("", id, context);
  if (kept) {
    json::array output = output_of(*kept, context.storage);
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
