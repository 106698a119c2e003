// FastCGI over libfcgi, with an accept loop of our own (webservers.md 4.7): libfcgi's takes a
// signal for the end of a stream, and a SIGTERM ends the accept of one thread only.
#include <fcgiapp.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "http/server.h"

namespace castor::http {
namespace {

class FastCgiConnection : public Connection {
 public:
  explicit FastCgiConnection(FCGX_Request& request) : request_(request) {}

  std::string_view variable(std::string_view name) const override {
    std::string_view first;
    if (finished_) return first;  // libfcgi has freed them
    for (char** entry = request_.envp; *entry; ++entry) {
      const std::string_view text(*entry);
      if (!text.starts_with(name) || text.size() == name.size() || text[name.size()] != '=')
        continue;
      const std::string_view value = text.substr(name.size() + 1);
      if (!first.data()) {
        first = value;
        if (!name.starts_with("HTTP_")) return first;
      } else {
        // nginx passes a repeated header as two variables of one name.
        joined_.push_back(
            std::make_unique<std::string>(std::string(first) + ", " + std::string(value)));
        first = *joined_.back();
      }
    }
    return first;
  }

  std::ptrdiff_t read(char* buffer, std::size_t size) override {
    const int count = FCGX_GetStr(buffer, static_cast<int>(size), request_.in);
    return count == 0 && FCGX_GetError(request_.in) ? -1 : count;
  }

  bool write(std::string_view bytes) override {
    return FCGX_PutStr(bytes.data(), static_cast<int>(bytes.size()), request_.out) ==
           static_cast<int>(bytes.size());
  }

  bool flush() override { return FCGX_FFlush(request_.out) == 0; }

  void finish() override {
    if (finished_) return;
    finished_ = true;
    request_.keepConnection = 0;  // one request a connection: kept ones pin workers
    FCGX_Finish_r(&request_);
  }

  Watch watch() const override { return {request_.ipcFd, POLLIN}; }

 private:
  FCGX_Request& request_;
  bool finished_ = false;
  mutable std::vector<std::unique_ptr<std::string>> joined_;
};

// The threads of one process on one socket.
class Pool {
 public:
  Pool(const FastCgiOptions& options, const Shutdown& shutdown,
       const std::function<Handler()>& make_handler, const Handler& busy)
      : options_(options),
        shutdown_(shutdown),
        make_handler_(make_handler),
        busy_(busy),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    // Exclusive: of the processes that wait on this socket a request wakes one.
    watch(options_.socket, EPOLLIN | EPOLLEXCLUSIVE);
    watch(shutdown_.fd(), EPOLLIN);
  }
  ~Pool() { close(epoll_); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void run() {
    std::unique_lock lock(mutex_);
    if (const int failure = start(&Pool::serve)) {
      throw std::system_error(failure, std::generic_category(), "pthread_create");
    }
    ++idle_;
    ended_.wait(lock, [this] { return running_ == 0; });
    join_finished();
  }

 private:
  // Waits for the next connection; -1: shut down. One thread of the process waits at a time, so
  // that a request wakes one.
  int next_connection() {
    std::lock_guard turn(accept_turn_);
    for (;;) {
      epoll_event event{};
      if (epoll_wait(epoll_, &event, 1, -1) < 1) continue;
      if (event.data.fd == shutdown_.fd()) return -1;
      const int fd = accept_one();
      if (fd >= 0) return fd;
    }
  }

  void watch(int fd, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
      throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
  }

  // A stalled web server, or a client that it passes through, must not hold a thread for ever:
  // `patience_s` is for one read or write.
  int accept_one(int patience_s = 60) const {
    const int fd = accept4(options_.socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) usleep(20'000);
      return -1;
    }
    const timeval patience{patience_s, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
  }

  static void answer(FCGX_Request& request, int fd, const Handler& handler) {
    request.ipcFd = fd;
    request.keepConnection = 1;  // else the clean-up inside FCGX_Accept_r closes the descriptor
    if (FCGX_Accept_r(&request) != 0) return;  // no FastCGI request came; libfcgi closed it
    {
      FastCgiConnection connection(request);
      handler(connection);
      connection.finish();
    }
  }

  void serve() {
    FCGX_Request request;
    FCGX_InitRequest(&request, -1, 0);
    Handler handler;
    try {
      handler = make_handler_();
    } catch (const std::exception& error) {  // no memory
      report(error.what());
      std::lock_guard lock(mutex_);
      --idle_;
      return;
    }
    for (;;) {
      const int fd = next_connection();
      if (fd < 0) return;
      took_one();
      answer(request, fd, handler);
      std::lock_guard lock(mutex_);
      ++idle_;
    }
  }

  // This thread is busy from now on: another one must be there to accept.
  void took_one() {
    int failure = 0;
    {
      std::lock_guard lock(mutex_);
      if (--idle_ > 0) return;
      if (running_ < options_.threads) {
        failure = start(&Pool::serve);
        if (failure == 0) ++idle_;
      } else if (options_.answer_busy && !turning_away_) {
        failure = start(&Pool::turn_away);
        turning_away_ = failure == 0;
      }
    }
    // Requests wait until a thread is free; the next one tries again.
    if (failure) report(std::string("no further thread: ").append(std::strerror(failure)));
  }

  // While every thread is taken, answers at once what would wait unseen in the backlog.
  void turn_away() {
    FCGX_Request request;
    FCGX_InitRequest(&request, -1, 0);
    while (full()) {
      pollfd events[2] = {{options_.socket, POLLIN, 0}, {shutdown_.fd(), POLLIN, 0}};
      if (poll(events, 2, 100) <= 0) continue;
      if (events[1].revents) return;
      if (!somebody_waits()) continue;
      for (int fd; full() && (fd = accept_one(kHurryS)) >= 0;) answer(request, fd, busy_);
    }
  }

  // Another process that has a thread to spare empties the backlog in no time, however fast
  // requests come. So only if there is something in it at each of several looks, nobody takes it.
  bool somebody_waits() const {
    for (int look = 0; look < 5; ++look) {
      usleep(10'000);
      pollfd event{options_.socket, POLLIN, 0};
      if (poll(&event, 1, 0) <= 0) return false;
    }
    return true;
  }

  bool full() {
    std::lock_guard lock(mutex_);
    if (idle_ == 0 && !shutdown_.requested()) return true;
    turning_away_ = false;
    return false;
  }

  // Under mutex_. Returns 0, or the error number.
  int start(void (Pool::*work)()) {
    join_finished();
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    auto start = std::make_unique<Start>(Start{this, work});
    pthread_t thread;
    const int failure = pthread_create(&thread, &attributes, &Pool::enter, start.get());
    pthread_attr_destroy(&attributes);
    if (failure) return failure;
    start.release();  // to the thread
    ++running_;
    return 0;
  }

  void report(const std::string& line) const {
    if (options_.report) options_.report(line);
  }

  struct Start {
    Pool* pool;
    void (Pool::*work)();
  };

  static void* enter(void* context) {
    const std::unique_ptr<Start> start(static_cast<Start*>(context));
    (start->pool->*start->work)();
    std::lock_guard lock(start->pool->mutex_);
    start->pool->finished_.push_back(pthread_self());
    if (--start->pool->running_ == 0) start->pool->ended_.notify_all();
    return nullptr;
  }

  // Under mutex_. Threads are joined, not detached: what OpenSSL keeps for a thread is taken down
  // at its very end, which must not meet the end of the process.
  void join_finished() {
    for (const pthread_t thread : finished_) pthread_join(thread, nullptr);
    finished_.clear();
  }

  // Enough for TLS, SQLite and JSON of 256 levels; sanitizers need more for their red zones.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr std::size_t kStackBytes = 4 << 20;
#else
  static constexpr std::size_t kStackBytes = 256 << 10;
#endif

  static constexpr int kHurryS = 2;  // for one read or write of a request that is turned away

  const FastCgiOptions options_;
  const Shutdown& shutdown_;
  const std::function<Handler()>& make_handler_;
  const Handler& busy_;
  const int epoll_;
  std::mutex accept_turn_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::vector<pthread_t> finished_;  // to be joined; they need no lock any more
  int running_ = 0;                  // threads, the one that turns away included
  int idle_ = 0;                     // threads that wait for a connection
  bool turning_away_ = false;
};

int open_unix_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw std::runtime_error(path + ": longer than a socket's path may be (" +
                             std::to_string(sizeof address.sun_path - 1) + " bytes)");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);

  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
  if (connect(fd, generic, sizeof address) == 0 || errno == EAGAIN) {
    close(fd);
    throw std::runtime_error(path + ": another process listens there");
  }
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) {
      close(fd);
      throw std::runtime_error(path + ": exists and is no socket");
    }
    unlink(path.c_str());
  }
  const mode_t mask = umask(0117);
  const int bound = bind(fd, generic, sizeof address);
  const int error = errno;
  umask(mask);
  if (bound != 0) {
    close(fd);
    throw std::system_error(error, std::generic_category(), path);
  }
  return fd;
}

int open_tcp_socket(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    throw std::runtime_error(host + ":" + port + ": not a numeric address and port");
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  const bool loopback = host.starts_with("127.") || host == "::1";
  if (!loopback) {
    throw std::runtime_error(host +
                             ": FastCGI has no authentication; listen on loopback or a path");
  }
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const int yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, found->ai_addr, found->ai_addrlen) != 0) {
    const int error = errno;
    close(fd);
    throw std::system_error(error, std::generic_category(), host + ":" + port);
  }
  return fd;
}

}  // namespace

bool is_listening_socket(int fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

int open_listening_socket(const std::string& address, int backlog) {
  const std::size_t colon = address.rfind(':');
  const bool is_path = address.find('/') != std::string::npos || colon == std::string::npos;
  std::string host = is_path ? "" : address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const int fd =
      is_path ? open_unix_socket(address) : open_tcp_socket(host, address.substr(colon + 1));
  if (listen(fd, backlog) != 0) {
    const int error = errno;
    close(fd);
    throw std::system_error(error, std::generic_category(), address);
  }
  return fd;
}

void serve_fastcgi(const FastCgiOptions& options, const Shutdown& shutdown,
                   const std::function<Handler()>& make_handler, const Handler& busy) {
  // libfcgi waits up to this long for the web server to close first, on each connection.
  setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 0);
  FCGX_Init();
  signal(SIGPIPE, SIG_IGN);  // after FCGX_Init, which sets a handler of its own
  fcntl(options.socket, F_SETFL, fcntl(options.socket, F_GETFL) | O_NONBLOCK);
  Pool(options, shutdown, make_handler, busy).run();
}

}  // namespace castor::http
