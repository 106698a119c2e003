#pragma once

#include <string_view>

#include "gemini/model_list.h"
#include "json/json.h"

namespace castor::openai {

// The answer to GET /v1/models, which has no pages: {"object":"list","data":[…]}.
//
//   OpenAI     models.json
//   ------     -----------
//   id         the name, or the model's id
//   created    released, at midnight UTC in Unix seconds; 0: unknown
//   owned_by   "google"
//   shutdown_date  retires, or null
json::object model_list(const gemini::ModelList& list);

// The answer to GET /v1/models/{id}, for every id that a request may name. Throws ApiError
// not_found with the code model_not_found.
json::object model_info(const gemini::ModelList& list, std::string_view id);

}  // namespace castor::openai
