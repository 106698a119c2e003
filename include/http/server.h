#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "http/connection.h"
#include "http/shutdown.h"
#include "util/report.h"

namespace castor::http {

// Is this descriptor a listening socket, as a FastCGI program finds on descriptor 0?
bool is_listening_socket(int fd);

// Opens a listening socket: a path makes a Unix socket with mode 0660 (an old one is replaced if
// nobody listens on it), "127.0.0.1:9000" a TCP one, which must be loopback: whoever may write to
// it is the web server. Throws std::system_error or std::runtime_error that says what is wrong.
int open_listening_socket(const std::string& address, int backlog = 4096);

struct FastCgiOptions {
  int socket = 0;
  int threads = 1;           // requests at a time
  bool answer_busy = false;  // when all are taken, one more thread answers by `busy`
  Report report;             // told when the system gives no thread; may be empty
};

// Serves FastCGI requests until a shutdown is requested; then accepts no more, lets the requests
// under way end, and returns. Threads are started as they are needed; where the system gives no
// more, those that are there go on. `make_handler` is called once in each; the handler must not
// throw. Throws std::system_error when not even one thread can be had.
void serve_fastcgi(const FastCgiOptions& options, const Shutdown& shutdown,
                   const std::function<Handler()>& make_handler, const Handler& busy);

// Serves the one request of a CGI process: environment, standard input, standard output.
void serve_cgi(const Handler& handler);

}  // namespace castor::http
