#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "domain/generate_call.h"
#include "json/field.h"

namespace castor::openai {

// What a client of the Responses API names instead of sending it: an earlier response, or an item
// of one. One for each request, which may bring back no more than it might have sent itself.
class KeptReplies {
 public:
  // `context` must outlive this; what is found lives in its storage.
  explicit KeptReplies(const ReadContext& context) : context_(context) {}

  // Are any kept? If not, both of the following refuse whatever is named.
  bool any() const { return context_.replies != nullptr; }

  // The items of the conversation up to the response that `previous_response_id` names, oldest
  // first; none where it is empty. Throws ApiError: bad_request with the code
  // previous_response_not_found, too_large.
  json::array conversation_before(const json::Field& previous_response_id);

  // The output item that `id` names. Throws ApiError: bad_request with the code item_not_found,
  // too_large.
  json::value item(const json::Field& id);

 private:
  std::optional<KeptReply> find(std::string_view id, const json::Field& field);

  const ReadContext& context_;
  std::size_t bytes_left_ = 64 << 20;
  std::size_t replies_left_ = 4096;
};

}  // namespace castor::openai
