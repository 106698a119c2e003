#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "domain/config.h"
#include "domain/model_map.h"
#include "domain/prices.h"
#include "domain/secret_box.h"
#include "http/client.h"
#include "util/clock.h"
#include "util/diagnostics.h"
#include "util/random_id.h"

namespace castor::app {

// How this program was started (webservers.md, consequence 1).
enum class Manner {
  pool,   // castor owns the socket, or was told to prefork on the inherited one
  fcgid,  // one request at a time on the inherited socket
  cgi,    // one request in all
};

// What the workers of a process share: read-only after the start, and made before any fork, so that
// processes share its memory, too.
class Process {
 public:
  // Throws std::runtime_error when a file that the configuration names cannot be used.
  Process(Config config, Manner manner);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const Config config;
  const Manner manner;
  const Diagnostics diagnostics;
  const Clock clock;
  const IdSource ids;
  const ModelMap models;
  const PriceList prices;
  const http::TrustStore trust;

  // Opens what the database holds. Read at the first call, which may be long after the start: the
  // key file is made when the first key is added. Throws std::runtime_error that says what to do.
  const SecretBox& secrets() const;

  // How long after SIGTERM a stream may go on; then it is closed with an error event, shortly
  // before the web server kills the process.
  std::int64_t shutdown_grace_ms() const;

  // How long a stream may take to notice SIGTERM. Twice this and the grace must fit into the web
  // server's patience: it is noticed late, and its end as well.
  std::int64_t shutdown_notice_ms() const { return manner == Manner::pool ? 1000 : 250; }

 private:
  mutable std::mutex mutex_;
  mutable std::unique_ptr<const SecretBox> secrets_;
};

}  // namespace castor::app
