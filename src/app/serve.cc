#include "app/serve.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "app/dialect.h"
#include "app/prefork.h"
#include "app/router.h"
#include "app/worker.h"
#include "http/request.h"
#include "http/response.h"
#include "http/server.h"

namespace castor::app {
namespace {

constexpr std::int64_t kDrainMs = 30'000;  // for an upload that nobody can answer

// What a request needs while it is read must not stay with its thread while its reply streams.
// glibc by itself makes an arena for nearly each thread and keeps large blocks that were freed:
// 0.37 MB instead of 0.15 MB for a stream after a request of 120 KB.
void share_memory_between_threads() {
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 64 << 10);
}

// Serves one socket with the threads of this process until a shutdown is requested.
int serve(const Process& process, int socket, int threads, bool answer_busy) {
  share_memory_between_threads();
  const http::Shutdown shutdown;
  StorePool stores(process);
  const auto make_handler = [&]() -> http::Handler {
    auto worker = std::make_shared<Worker>(process, shutdown, stores);
    return [worker](http::Connection& connection) { worker->serve(connection); };
  };
  // The one that turns requests away never asks the database.
  Worker doorkeeper(process, shutdown, stores);
  const http::Handler busy = [&](http::Connection& connection) {
    doorkeeper.turn_away(connection);
  };
  const Report report = [&](std::string_view line) {
    process.diagnostics.report(Severity::warning, {}, line);
  };
  http::serve_fastcgi(
      {.socket = socket, .threads = threads, .answer_busy = answer_busy, .report = report},
      shutdown, make_handler, busy);
  return 0;
}

int default_processes() {
  return std::max(2, static_cast<int>(std::thread::hardware_concurrency()));
}

// A pool of processes on a socket.
int serve_pool(std::shared_ptr<const Process> process, int socket, int processes, int threads,
               const Reload& reload) {
  const Diagnostics diagnostics = process->diagnostics;
  return prefork({.processes = processes,
                  .work = [&] { return serve(*process, socket, threads, true); },
                  .reload =
                      [&] {
                        auto fresh = reload();
                        if (!fresh) return false;
                        process = std::move(fresh);
                        return true;
                      }},
                 diagnostics);
}

// Without settings: neither keys nor a log, and the mount only if the web server names it.
void answer_misconfigured(http::Connection& connection) {
  http::drain_body(connection, kDrainMs);
  const http::Request request(connection, {});
  const Dialect& dialect = *find_route(request).dialect;
  const std::string request_id = IdSource().make(dialect.request_id_prefix, 24);
  ApiError error(ErrorKind::internal,
                 "the gateway is not configured; its operator finds the reason in the web server's "
                 "error log");
  error.should_retry = false;
  http::Headers headers{{"Content-Type", "application/json"},
                        {std::string(dialect.request_id_header), request_id}};
  for (auto& header : response_headers(error)) headers.push_back(std::move(header));
  http::Response response(connection);
  if (request.method() == "HEAD") response.omit_body();
  response.send(dialect.status(error.kind), headers, dialect.error_body(error, request_id));
  connection.finish();
}

}  // namespace

Reload careful(Load load) {
  return [load = std::move(load)]() -> std::shared_ptr<const Process> {
    try {
      return load();
    } catch (const std::exception& error) {
      Diagnostics().report(Severity::error, {},
                           std::string("settings not reloaded: ") + error.what());
      return nullptr;
    }
  };
}

int serve_inherited_socket(std::shared_ptr<const Process> process, int processes, int threads,
                           const Reload& reload) {
  if (processes <= 0 && threads <= 0) {
    // mod_fcgid counts on one request a process and does the turning away itself. It kills about
    // eight seconds after its first SIGTERM.
    return serve(*process, STDIN_FILENO, 1, false);
  }
  return serve_pool(process, STDIN_FILENO, std::max(1, processes), std::max(1, threads), reload);
}

int serve_own_socket(std::shared_ptr<const Process> process, const std::string& address,
                     const Reload& reload) {
  const int socket = http::open_listening_socket(address);
  const ServerConfig& server = process->config.server;
  process->diagnostics.report(Severity::info, {}, "serving FastCGI on " + address);
  const int status =
      serve_pool(process, socket, server.processes > 0 ? server.processes : default_processes(),
                 std::max(1, server.threads), reload);
  close(socket);
  if (address.find('/') != std::string::npos) unlink(address.c_str());
  return status;
}

int serve_cgi_request(const Load& load) {
  std::shared_ptr<const Process> process;
  try {
    process = load();
  } catch (const std::exception& error) {
    Diagnostics().report(Severity::error, {}, error.what());
    http::serve_cgi(answer_misconfigured);
    return 1;
  }
  const http::Shutdown shutdown;
  StorePool stores(*process);
  Worker worker(*process, shutdown, stores);
  http::serve_cgi([&](http::Connection& connection) { worker.serve(connection); });
  return 0;
}

}  // namespace castor::app
