#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/process.h"

namespace castor::app {

// How the program serves: in which processes and threads.

// Reads the settings. Throws std::exception when they are wrong.
using Load = std::function<std::shared_ptr<const Process>()>;

// Reads them again, on SIGHUP; null: they were wrong, keep the old ones.
using Reload = std::function<std::shared_ptr<const Process>()>;

// The same, telling the operator.
Reload careful(Load load);

// The web server owns the socket on descriptor 0. `processes` and `threads` are what it asks for in
// its environment: both 0 means one request at a time in this process, as mod_fcgid expects.
int serve_inherited_socket(std::shared_ptr<const Process> process, int processes, int threads,
                           const Reload& reload);

// Castor owns the socket at `address` (a path, or loopback:port) and preforks.
int serve_own_socket(std::shared_ptr<const Process> process, const std::string& address,
                     const Reload& reload);

// The one request of a CGI process. Settings that are wrong are a 500, because no answer at all is
// a riddle; what is wrong with them, the operator alone is told.
int serve_cgi_request(const Load& load);

}  // namespace castor::app
