#include "http/client.h"

#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <stdexcept>

#include "util/clock.h"
#include "util/text.h"

namespace castor::http {
namespace {

constexpr const char* kSystemDirectory = "/etc/ssl/certs";
constexpr const char* kSystemBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",              // SUSE
    "/etc/ssl/cert.pem",
};

// Has openssl rehash made this directory, as on Debian? Then one file is read for one issuer:
// "5ed36f99.0".
bool is_hashed(const char* directory) {
  std::error_code error;
  const std::filesystem::directory_iterator files(directory, error);
  return std::any_of(begin(files), end(files),
                     [](const auto& file) { return file.path().extension() == ".0"; });
}

CURLcode use_store(CURL*, void* ssl_context, void* store) noexcept {
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(ssl_context), static_cast<X509_STORE*>(store));
  return CURLE_OK;
}

struct HeaderList {
  ~HeaderList() { curl_slist_free_all(list); }
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (!longer) throw std::bad_alloc();
    list = longer;
  }
  curl_slist* list = nullptr;
};

// An easy handle is in its multi handle for the time of one request.
class Attached {
 public:
  Attached(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    if (curl_multi_add_handle(multi_, easy_) != CURLM_OK) throw std::bad_alloc();
  }
  ~Attached() { curl_multi_remove_handle(multi_, easy_); }  // drops an unfinished connection
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

bool failed_before_sending(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OPERATION_TIMEDOUT:  // the connect time-out: there is no other in libcurl's hands
      return true;
    default:
      return false;
  }
}

}  // namespace

TrustStore::TrustStore(const std::string& ca_file, Load load) {
  if (ca_file.empty() && load == Load::lookup && is_hashed(kSystemDirectory)) {
    directory_ = kSystemDirectory;
    return;
  }
  X509_STORE* store = X509_STORE_new();
  if (!store) throw std::bad_alloc();
  store_ = store;
  if (!ca_file.empty()) {
    if (X509_STORE_load_file(store, ca_file.c_str()) == 1) return;
    X509_STORE_free(store);
    throw std::runtime_error(ca_file + ": no certificates could be read");
  }
  for (const char* bundle : kSystemBundles) {
    if (X509_STORE_load_file(store, bundle) == 1) return;
  }
  // A host without certificates can still serve a plain-http upstream; TLS will say what is wrong.
}

TrustStore::~TrustStore() { X509_STORE_free(static_cast<X509_STORE*>(store_)); }

void TrustStore::apply(CURL* curl) const {
  curl_easy_setopt(curl, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(curl, CURLOPT_CAPATH, store_ ? nullptr : directory_.c_str());
  if (store_) {
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, use_store);
    curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, store_);
  }
}

// One answer on its way from libcurl to the receiver.
struct Client::Delivery {
  Receiver& receiver;
  CURL* easy;
  bool stopped = false;
  bool arrived = false;  // something did, since this was last cleared
  std::exception_ptr thrown;
};

Client::Client(const TrustStore& store)
    : store_(store), multi_(curl_multi_init()), easy_(curl_easy_init()) {
  if (!multi_ || !easy_) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 2L);
}

Client::~Client() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

std::size_t Client::on_header(char* data, std::size_t, std::size_t size, void* context) noexcept {
  auto& delivery = *static_cast<Delivery*>(context);
  try {
    long status = 0;
    curl_easy_getinfo(delivery.easy, CURLINFO_RESPONSE_CODE, &status);
    const std::string_view line = trim(std::string_view(data, size));
    const std::size_t colon = line.find(':');
    if (status >= 200 && colon != std::string_view::npos) {
      delivery.receiver.header(to_lower(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
  } catch (...) {
    delivery.thrown = std::current_exception();
  }
  return delivery.thrown ? CURL_WRITEFUNC_ERROR : size;
}

std::size_t Client::on_body(char* data, std::size_t, std::size_t size, void* context) noexcept {
  auto& delivery = *static_cast<Delivery*>(context);
  delivery.arrived = true;
  try {
    long status = 0;
    curl_easy_getinfo(delivery.easy, CURLINFO_RESPONSE_CODE, &status);
    delivery.stopped = !delivery.receiver.body(static_cast<int>(status), {data, size});
  } catch (...) {
    delivery.thrown = std::current_exception();
  }
  return delivery.stopped || delivery.thrown ? CURL_WRITEFUNC_ERROR : size;
}

void Client::prepare(const ClientRequest& request, const curl_slist* headers, Delivery& delivery) {
  curl_easy_reset(easy_);  // options only: the connection stays
  error_[0] = '\0';
  const auto set = [this](CURLoption option, auto value) {
    curl_easy_setopt(easy_, option, value);
  };
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_HTTPHEADER, headers);
  if (request.method == "GET") {
    set(CURLOPT_HTTPGET, 1L);
  } else {
    set(CURLOPT_POST, 1L);
    if (request.method != "POST") set(CURLOPT_CUSTOMREQUEST, request.method.data());
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  // 64 KB by default, kept until the answer's end.
  set(CURLOPT_UPLOAD_BUFFERSIZE, 16L << 10);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_PROXY, request.proxy.c_str());  // "" also silences http_proxy of the environment
  set(CURLOPT_NOPROXY, "");                   // and this no_proxy
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_ms));
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_ERRORBUFFER, error_);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);  // a proxy's
  set(CURLOPT_HEADERFUNCTION, &Client::on_header);
  set(CURLOPT_HEADERDATA, &delivery);
  set(CURLOPT_WRITEFUNCTION, &Client::on_body);
  set(CURLOPT_WRITEDATA, &delivery);
  store_.apply(easy_);
}

void Client::free_sent_body(ClientRequest& request) {
  curl_off_t sent = 0;
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &sent);
  // Without redirects and proxy log-ins libcurl sends a body again only if nothing was answered.
  if (sent < static_cast<curl_off_t>(request.body.size())) return;
  std::string().swap(request.body);  // an assignment would keep the memory
}

ClientResult Client::send(ClientRequest& request, Receiver& receiver, const Watch& watch) {
  HeaderList headers;
  headers.add("Expect:");  // no round trip for 100-continue
  headers.add("Accept:");
  for (const std::string& line : request.headers) headers.add(line);
  Delivery delivery{receiver, easy_};
  prepare(request, headers.list, delivery);
  const Attached attached(multi_, easy_);

  ClientResult result;
  const std::int64_t start = steady_ms();
  std::int64_t last_byte = start;
  std::int64_t next_idle = receiver.idle();
  if (next_idle < 0) {
    result.ended = Ended::stopped;
    return result;
  }
  next_idle += start;

  for (;;) {
    int running = 0;
    delivery.arrived = false;
    curl_multi_perform(multi_, &running);
    if (delivery.thrown) std::rethrow_exception(delivery.thrown);
    const std::int64_t now = steady_ms();
    if (delivery.arrived) {
      last_byte = now;
      if (result.first_byte_ms == 0) result.first_byte_ms = std::max<std::int64_t>(1, now - start);
      if (!receiver.pause()) delivery.stopped = true;
      if (!request.body.empty() && receiver.committed()) free_sent_body(request);
    }
    if (delivery.stopped) {
      result.ended = Ended::stopped;
      break;
    }
    if (running == 0) {
      int left = 0;
      const CURLMsg* message = curl_multi_info_read(multi_, &left);
      const CURLcode code = message ? message->data.result : CURLE_RECV_ERROR;
      if (code != CURLE_OK) {
        result.error = error_[0] ? error_ : curl_easy_strerror(code);
        result.ended = failed_before_sending(code) ? Ended::no_connection : Ended::broken;
      }
      break;
    }

    const bool waiting_for_first = result.first_byte_ms == 0;
    const std::int64_t deadline = waiting_for_first ? start + request.first_byte_timeout_ms
                                                    : last_byte + request.idle_timeout_ms;
    if (now >= deadline) {
      result.ended = waiting_for_first ? Ended::first_byte_late : Ended::idle;
      break;
    }
    if (now >= next_idle) {
      const std::int64_t pause = receiver.idle();
      if (pause < 0) {
        result.ended = Ended::stopped;
        break;
      }
      next_idle = now + pause;
    }

    curl_waitfd client{};
    client.fd = watch.fd;
    client.events = watch.events & POLLIN ? CURL_WAIT_POLLIN : 0;
    const std::int64_t pause = std::max<std::int64_t>(1, std::min(deadline, next_idle) - now);
    curl_multi_poll(multi_, &client, watch.fd >= 0 ? 1 : 0,
                    static_cast<int>(std::min<std::int64_t>(pause, 60'000)), nullptr);
    if (watch.fd >= 0) {
      // libcurl does not report hang-ups of extra descriptors: look once more.
      pollfd gone{watch.fd, watch.events, 0};
      if (client.revents || (poll(&gone, 1, 0) > 0 && gone.revents)) {
        result.ended = Ended::client_gone;
        break;
      }
    }
  }
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  result.status = static_cast<int>(status);
  return result;
}

bool Client::wait(std::int64_t milliseconds, Receiver& receiver, const Watch& watch) {
  for (const std::int64_t end = steady_ms() + milliseconds;;) {
    const std::int64_t left = end - steady_ms();
    if (left <= 0) return true;
    const std::int64_t pause = receiver.idle();
    if (pause < 0) return false;
    pollfd client{watch.fd, watch.events, 0};  // a negative descriptor is ignored
    if (poll(&client, 1, static_cast<int>(std::min(left, std::max<std::int64_t>(1, pause)))) > 0) {
      return false;
    }
  }
}

}  // namespace castor::http
