#pragma once

#include <cstdint>
#include <optional>

#include "domain/error.h"
#include "domain/key_policy.h"
#include "domain/upstream_error.h"

namespace castor {

// Are the keys at fault, not the request nor the model?
bool is_of_keys(ErrorKind kind);

// What the client is told when an upstream fault ends its request (protocol-mapping F.3).
//
// `decision` is that on the last fault. `usable_at_ms` is when the first of the pool's keys for
// this model can be used again, as far as one can: then a fault that is the key's own, however
// final, is told as "come back in N seconds". Times are Unix milliseconds.
//
// The message is Google's own where the client's request is at fault; where the keys or their
// projects are, it is ours and names neither. x-should-retry is false where no retry within 60 s
// can help: Claude Code would try for longer than that, without a word to its user.
ApiError client_error(const UpstreamError& error, const Decision& decision, std::int64_t now_ms,
                      std::optional<std::int64_t> usable_at_ms = {});

}  // namespace castor
