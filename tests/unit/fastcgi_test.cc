// The pool of threads, as a web server meets it.
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <thread>

#include "http/response.h"
#include "http/server.h"
#include "processes.h"
#include "temporary_folder.h"

namespace {

std::atomic<bool> system_is_full = false;

}  // namespace

// Stands before the system's, which it asks: so that a system can be full when a test wants it.
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*work)(void*), void* argument) noexcept {
  if (system_is_full) return EAGAIN;
  static const auto systems = reinterpret_cast<decltype(&pthread_create)>(
      reinterpret_cast<std::uintptr_t>(dlsym(RTLD_NEXT, "pthread_create")));
  return systems(thread, attributes, work, argument);
}

namespace castor::http {
namespace {

// A record of the FastCGI protocol.
std::string record(int type, std::string_view content) {
  const auto high = static_cast<char>(content.size() >> 8);
  const auto low = static_cast<char>(content.size() & 255);
  return std::string{1, static_cast<char>(type), 0, 1, high, low, 0, 0}.append(content);
}

// A web server's end of one connection.
class WebServer {
 public:
  explicit WebServer(const std::string& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect " + path);
    }
  }
  ~WebServer() { close(fd_); }

  // A request as far as the end of its variables, and of its body if `whole`.
  WebServer& ask(bool whole = true) {
    const std::string variables = std::string{14, 4} + "REQUEST_METHODPOST";
    std::string bytes = record(1, std::string_view("\0\1\0\0\0\0\0\0", 8));
    bytes += record(4, variables) + record(4, "") + record(5, "body");
    if (whole) bytes += record(5, "");
    static_cast<void>(!write(fd_, bytes.data(), bytes.size()));
    return *this;
  }

  // All that comes until castor closes; what had come when nothing more did for ten seconds.
  std::string answer() {
    std::string all;
    char buffer[4096];
    for (ssize_t count; (count = read(fd_, buffer, sizeof buffer)) > 0;) all.append(buffer, count);
    return all;
  }

 private:
  int fd_;
};

void say(Connection& connection, std::string_view text) {
  char buffer[64];
  while (connection.read(buffer, sizeof buffer) > 0) {
  }
  Response(connection).send(200, {}, text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fastcgi)

BOOST_AUTO_TEST_CASE(a_pool_that_gets_no_further_thread_goes_on_with_those_it_has) {
  const TemporaryFolder folder;
  const std::string path = folder / "socket";
  const bool served = succeed_in_processes(1, [&](int) {
    const Shutdown shutdown;
    const int socket = open_listening_socket(path);
    std::atomic<int> complaints = 0, requests = 0;
    std::thread server([&] {
      serve_fastcgi({.socket = socket,
                     .threads = 8,
                     .answer_busy = true,
                     .report = [&](std::string_view) { ++complaints; }},
                    shutdown,
                    [&]() -> Handler {
                      return [&](Connection& connection) {
                        // The first one stays until the second was there, on the last thread.
                        system_is_full = true;
                        for (++requests; requests == 1;) usleep(1'000);
                        say(connection, "served");
                      };
                    },
                    {});
    });
    WebServer first(path), second(path), third(path);
    bool all = true;
    for (WebServer* request : {&first, &second, &third}) request->ask();
    for (WebServer* request : {&first, &second, &third}) {
      all &= request->answer().find("served") != std::string::npos;
    }
    kill(getpid(), SIGTERM);
    server.join();
    return all && complaints > 0;
  });
  BOOST_TEST(served);
}

BOOST_AUTO_TEST_CASE(a_slow_upload_does_not_keep_others_from_being_turned_away) {
  const TemporaryFolder folder;
  const std::string path = folder / "socket";
  const bool served = succeed_in_processes(1, [&](int) {
    const Shutdown shutdown;
    const int socket = open_listening_socket(path);
    std::atomic<bool> open = false;
    std::thread server([&] {
      serve_fastcgi(
          {.socket = socket, .threads = 1, .answer_busy = true}, shutdown,
          [&]() -> Handler {
            return [&](Connection& connection) {
              while (!open) usleep(10'000);
              say(connection, "served");
            };
          },
          [](Connection& connection) { say(connection, "busy"); });
    });
    WebServer first(path);
    first.ask();
    usleep(50'000);
    WebServer slow(path);
    slow.ask(false);  // and then nothing
    usleep(200'000);
    const bool turned_away = WebServer(path).ask().answer().find("busy") != std::string::npos;
    open = true;
    const bool answered = first.answer().find("served") != std::string::npos;
    kill(getpid(), SIGTERM);
    server.join();
    return turned_away && answered;
  });
  BOOST_TEST(served);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::http
