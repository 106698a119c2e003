#pragma once

#include <optional>

#include "domain/config.h"
#include "domain/key_admin.h"
#include "domain/upstream_error.h"
#include "http/client.h"

namespace castor::app {

// Asks the upstream for its list of models with a key, which costs nothing and holds no one's
// words. Nothing: the key is good. Else why not, scrubbed of the key; http_status 0: it could not
// be asked.
std::optional<UpstreamError> probe_key(http::Client& client, const UpstreamConfig& config,
                                       const KeyAdmin::Secrets& secrets);

}  // namespace castor::app
