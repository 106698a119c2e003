#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/exchange.h"
#include "app/relay_reply.h"
#include "app/upstream.h"
#include "domain/resource_owners.h"

namespace castor::app {

// What the routes of the native API share. A request goes to the upstream as it came but for the
// credential, the model's alias and what gemini::read_native() lists.

// Asks, over as many attempts as it takes, and leaves in `reply` what came: an answer, or a failure
// that the client was told of.
void ask(Exchange& exchange, Upstream::Call call, RelayReply& reply);

// Pins the request to the key that owns these files and cached contents ("files/abc"), as far as
// they are known. Throws ApiError where they are another client's, or where no one key owns them
// all.
void pin(Exchange& exchange, const std::vector<std::string>& resources);

// Notes that a key keeps a file, a cached content or an upload for this client.
void remember(Exchange& exchange, const std::string& name, std::int64_t key_id,
              std::int64_t keep_ms);

// The name of a resource, or of that in {"file": …}; empty: it has none.
std::string name_in(std::string_view resource);

// For RequestRecord::conversation: so that one key keeps all that a client has there, since a
// request can use those of one project only.
std::string keeper_of(const Exchange& exchange);

// The owner of the upload under way that a request goes on with; nullopt: it is none that we know.
// Whoever has the address of an upload may go on with it, as at Google, without a key.
std::optional<ResourceOwners::Owner> owner_of_upload(const Exchange& exchange);

// The headers of a body of JSON.
std::vector<std::string> json_headers();

}  // namespace castor::app
