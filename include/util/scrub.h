#pragma once

#include <string>
#include <string_view>

namespace castor {

// `text` with "***" in place of whatever looks like an API key: what follows "api_key:" (in any
// spelling) or "key=", and Google's own forms "AIza…" and "AQ.…". For texts of others, whose
// secrets we do not know: Google names the key in "Consumer 'api_key:…' has been suspended".
// Linear; scrubbing twice changes nothing.
std::string scrub_keys(std::string_view text);

}  // namespace castor
