#pragma once

#include <string_view>

#include "gemini/model_list.h"
#include "json/json.h"

namespace castor::anthropic {

// The query of GET /v1/models, percent-decoded; what was not given is empty.
struct ModelListQuery {
  std::string_view limit;      // "1" to "1000"; empty: 20
  std::string_view after_id;   // for the page that begins behind this id
  std::string_view before_id;  // for the page that ends before this id
};

// The answer to GET /v1/models: the list, models of embeddings excepted. Throws ApiError
// bad_request when the query is wrong.
//
//   Anthropic           models.json
//   ---------           -----------
//   id                  the name, or the model's id
//   display_name        display_name; that of a name has the model's in brackets
//   created_at          released, or 1970, which Anthropic has for what it does not know
//   max_input_tokens    input_limit
//   max_tokens          output_limit
//   retires_at          retires
json::object model_list(const gemini::ModelList& list, const ModelListQuery& query);

// The answer to GET /v1/models/{id}, for every id that a request may name. Throws ApiError
// not_found.
json::object model_info(const gemini::ModelList& list, std::string_view id);

}  // namespace castor::anthropic
