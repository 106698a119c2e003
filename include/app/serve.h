#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/process.h"

namespace castor::app {

// How the program serves: in which processes and threads.

// Reads the settings again, on SIGHUP; null: they were wrong, keep the old ones.
using Reload = std::function<std::shared_ptr<const Process>()>;

// A Reload of a function that throws when the settings are wrong; the operator is told.
Reload careful(Reload load);

// The web server owns the socket on descriptor 0. `processes` and `threads` are what it asks for in
// its environment: both 0 means one request at a time in this process, as mod_fcgid expects.
int serve_inherited_socket(std::shared_ptr<const Process> process, int processes, int threads,
                           const Reload& reload);

// Castor owns the socket at `address` (a path, or loopback:port) and preforks.
int serve_own_socket(std::shared_ptr<const Process> process, const std::string& address,
                     const Reload& reload);

// The one request of a CGI process.
int serve_cgi_request(std::shared_ptr<const Process> process);

}  // namespace castor::app
