#pragma once

#include <functional>

#include "util/diagnostics.h"

namespace castor::app {

struct PreforkOptions {
  int processes = 2;
  // What a child does; its return value is its exit status. Called after each fork.
  std::function<int()> work;
  // Called in the master on SIGHUP, before it replaces the children. False: keep the old ones.
  std::function<bool()> reload;
};

// Keeps so many children until SIGTERM or SIGINT; then tells them to end, waits until their
// requests have, and returns. A child that died is replaced, at most once a second if it died
// young. SIGHUP replaces all, so that new requests meet new settings while old streams end in
// peace. Children do not outlive their master.
int prefork(const PreforkOptions& options, const Diagnostics& diagnostics);

}  // namespace castor::app
