#pragma once

#include <string_view>

#include "gemini/model_list.h"
#include "json/json.h"

namespace castor::gemini {

// The query of GET /v1beta/models, percent-decoded; what was not given is empty.
struct ModelPageQuery {
  std::string_view page_size;   // from 1; empty or 0: 50; more than 1000 is 1000
  std::string_view page_token;  // nextPageToken of the page before; empty: the first page
};

// The answer to GET /v1beta/models, {"models":[…],"nextPageToken"}. Throws ApiError bad_request
// when the query is wrong.
//
// A model is what Google's own list says of it; of names, and where there is no such list:
//
//   Google                                 models.json
//   ------                                 -----------
//   name                                   "models/" and the name, or the model's id
//   displayName                            display_name; that of a name has the model's in brackets
//   inputTokenLimit, outputTokenLimit      input_limit, output_limit
//   supportedGenerationMethods             embedContent or generateContent, and countTokens
//   thinking                               true, where it can
json::object model_page(const ModelList& list, const ModelPageQuery& query);

// The answer to GET /v1beta/models/{id}, for every id that a request may name. Throws ApiError
// not_found.
json::object model_resource(const ModelList& list, std::string_view id);

}  // namespace castor::gemini
