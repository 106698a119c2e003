#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/connection.h"
#include "http/shutdown.h"

namespace castor::http {

// The certificates that upstreams are checked against, loaded once for all threads and, before a
// fork, for all processes: libcurl by itself loads the bundle for each connection, 26 ms and 0.9
// MB.
class TrustStore {
 public:
  enum class Load {
    now,     // the whole bundle, for pools
    lookup,  // a hashed directory, where there is one, asked when needed: for processes that serve
             // one request at a time
  };
  // `ca_file` empty: the system's certificates. Throws std::runtime_error when there are none.
  TrustStore(const std::string& ca_file, Load load);
  ~TrustStore();
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  // Tells an easy handle to use it.
  void apply(CURL* curl) const;

 private:
  void* store_ = nullptr;  // X509_STORE
  std::string directory_;  // or this
};

struct ClientRequest {
  std::string_view method = "POST";  // a constant: libcurl reads it to its NUL
  std::string url;
  std::vector<std::string> headers;  // "x-goog-api-key: …"
  std::string body;
  std::string proxy;  // empty: none; the environment is never asked
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t first_byte_timeout_ms = 120'000;  // from the start to the first byte of the answer
  std::int64_t idle_timeout_ms = 300'000;        // between two pieces of it
};

enum class Ended {
  complete,       // the upstream ended its answer in good order
  stopped,        // the receiver wanted no more
  client_gone,    // the watched client left
  no_connection,  // DNS, connect or TLS failed: the request was not sent
  first_byte_late,
  idle,    // the stream stalled
  broken,  // the connection broke off
};

struct ClientResult {
  Ended ended = Ended::complete;
  int status = 0;                  // 0: no answer came
  std::string error;               // libcurl's words, for the operator
  std::int64_t first_byte_ms = 0;  // after the start; 0: none came
};

// HTTP requests to an upstream, one at a time, over a connection that is kept between them. Belongs
// to one thread. Plain http and https only; redirects are not followed.
class Client {
 public:
  // Who takes the answer. May throw: the exception comes out of send().
  class Receiver {
   public:
    virtual ~Receiver() = default;
    // A header field of the answer, before its body. `name` is in lower case.
    virtual void header(std::string_view /*name*/, std::string_view /*value*/) {}
    // A piece of the answer's body. False: drop the upstream.
    virtual bool body(int status, std::string_view bytes) = 0;
    // No more has come so far: the time to pass on what the pieces made, all at once.
    // False: drop the upstream.
    virtual bool pause() { return true; }
    // Called while nothing comes. Returns in how many milliseconds to call again; negative: drop
    // the upstream.
    virtual std::int64_t idle() = 0;
    // Will the request never be sent again, whatever becomes of this answer? Then its body is freed
    // as soon as it was sent: an answer may take minutes to come.
    virtual bool committed() const { return false; }
  };

  // `store` must outlive the client.
  explicit Client(const TrustStore& store);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Sends and receives until the answer's end, or until the client behind `watch` leaves. Takes
  // nothing of the request but a body that is not needed any more.
  ClientResult send(ClientRequest& request, Receiver& receiver, const Watch& watch);

  // Waits, with the same care for the client. False: it left, or the receiver wants no more.
  static bool wait(std::int64_t milliseconds, Receiver& receiver, const Watch& watch);

 private:
  struct Delivery;
  static std::size_t on_header(char* data, std::size_t, std::size_t size, void* context) noexcept;
  static std::size_t on_body(char* data, std::size_t, std::size_t size, void* context) noexcept;
  void free_sent_body(ClientRequest& request);
  void prepare(const ClientRequest& request, const curl_slist* headers, Delivery& delivery);

  const TrustStore& store_;
  CURLM* multi_;
  CURL* easy_;
  char error_[CURL_ERROR_SIZE] = {};
};

}  // namespace castor::http
