#pragma once

#include <string_view>

#include "domain/generate_call.h"
#include "json/field.h"

// What a client of the Responses API names instead of sending it: an earlier response, or an item
// of one. Both are refused where nothing is kept.
namespace castor::openai {

// The items of the conversation up to the response that `previous_response_id` names, oldest first,
// in `context.storage`. Throws ApiError bad_request, with the code previous_response_not_found.
json::array conversation_before(const json::Field& previous_response_id,
                                const ReadContext& context);

// The output item that `id` names. Throws ApiError bad_request.
json::value referenced_item(const json::Field& id, const ReadContext& context);

}  // namespace castor::openai
