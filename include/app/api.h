#pragma once

#include "http/request.h"

namespace castor::app {

// The vendors whose APIs clients speak. One base URL serves them all.
enum class Api { anthropic, openai, gemini };

// Whose client this is, by its headers, for what several APIs have at the same path. The first that
// is there decides; what only carries a key comes late, because any client may be set to send its
// key in any of them:
//
//   anthropic-version, anthropic-beta                    anthropic
//   openai-organization, openai-project, openai-beta     openai
//   x-goog-api-key, x-goog-api-client, the query's key   gemini
//   x-api-key                                            anthropic
//   nothing of these                                     openai
//
// A browser that asks whether it may send some of them (cors.h) is taken for one that does.
Api api_of_client(const http::Request& request);

}  // namespace castor::app
