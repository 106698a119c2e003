#pragma once

namespace castor::app {

class Exchange;

// What the routes lead to. Each answers the exchange, or throws what Exchange::run turns into an
// answer: ApiError, json::FieldError, json::ParseError, http::BodyError.

void generate(Exchange& exchange);      // one reply of a model, streamed or whole
void count_tokens(Exchange& exchange);  // how many tokens a request has
void list_models(Exchange& exchange);
void get_model(Exchange& exchange);
void health(Exchange& exchange);

// The native Gemini API, relayed.
void relay_model(Exchange& exchange);            // a method of a model
void relay_cached_contents(Exchange& exchange);  // the collection, or one of it
void relay_files(Exchange& exchange);
void relay_upload(Exchange& exchange);
void relay_not_served(Exchange& exchange);  // what the API has and we have not

}  // namespace castor::app
