#pragma once

namespace castor::app {

class Exchange;

// What the routes lead to. Each answers the exchange, or throws what Exchange::run turns into an
// answer: ApiError, json::FieldError, json::ParseError, http::BodyError.

void generate(Exchange& exchange);      // one reply of a model, streamed or whole
void count_tokens(Exchange& exchange);  // how many tokens a request has
void embed(Exchange& exchange);         // vectors of texts
void list_models(Exchange& exchange);
void get_model(Exchange& exchange);
void health(Exchange& exchange);

// The native Gemini API, relayed.
void relay_model(Exchange& exchange);            // a method of a model
void relay_cached_contents(Exchange& exchange);  // the collection, or one of it
void relay_files(Exchange& exchange);
void relay_upload(Exchange& exchange);
void relay_not_served(Exchange& exchange);  // what the API has and we have not

// Responses that were kept (storage.keep_responses):
void get_response(Exchange& exchange);  // or what its request sent: "/input_items" behind the id
void delete_response(Exchange& exchange);
// GET /v1/responses is how Codex asks for a WebSocket: there are none, and only 426 tells it at
// once.
void refuse_websocket(Exchange& exchange);

}  // namespace castor::app
