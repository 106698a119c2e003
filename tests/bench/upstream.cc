// The upstream of the benchmark: speaks just enough HTTP to be called by castor, answers every
// request with the same Gemini stream, and costs next to nothing, so that it is not what is
// measured.
//
//   bench_upstream PORT CHUNKS INTERVAL_MS    one line on standard output when it listens
//
// One thread, epoll. A stream is CHUNKS events INTERVAL_MS apart; 0: all at once.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Peer {
  std::string in;
  std::size_t body_left = 0;
  bool in_body = false;
  int chunks_left = 0;
};

std::string event(int number, int total) {
  const bool last = number + 1 == total;
  std::string json =
      R"({"candidates":[{"content":{"parts":[{"text":"word number )" + std::to_string(number) +
      R"( of the answer, "}],"role":"model"})" + (last ? R"(,"finishReason":"STOP")" : "") +
      R"(,"index":0}],"usageMetadata":{"promptTokenCount":1200,"candidatesTokenCount":)" +
      std::to_string(number + 1) + R"(,"totalTokenCount":)" + std::to_string(1201 + number) +
      R"(},"modelVersion":"gemini-4-hydrogen","responseId":"bench"})";
  const std::string data = "data: " + json + "\r\n\r\n";
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}

class Upstream {
 public:
  Upstream(int port, int chunks, int interval_ms) : chunks_(chunks), interval_ms_(interval_ms) {
    for (int i = 0; i < chunks; ++i) events_ += event(i, chunks), ends_.push_back(events_.size());
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 4096) != 0) {
      std::perror("bench_upstream");
      std::exit(1);
    }
    epoll_ = epoll_create1(0);
    watch(listener_);
    if (interval_ms_ > 0) {
      timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
      itimerspec beat{};
      beat.it_interval = beat.it_value = {interval_ms_ / 1000, interval_ms_ % 1000 * 1'000'000L};
      timerfd_settime(timer_, 0, &beat, nullptr);
      watch(timer_);
    }
    std::puts("ready");
    std::fflush(stdout);
  }

  [[noreturn]] void run() {
    for (;;) {
      epoll_event ready[256];
      const int count = epoll_wait(epoll_, ready, 256, -1);
      for (int i = 0; i < count; ++i) {
        const int fd = ready[i].data.fd;
        if (fd == listener_) {
          accept_all();
        } else if (fd == timer_) {
          beat();
        } else {
          receive(fd);
        }
      }
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      const int yes = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      peers_[fd] = {};
      watch(fd);
    }
  }

  void receive(int fd) {
    static char buffer[1 << 18];
    const ssize_t count = read(fd, buffer, sizeof buffer);
    if (count <= 0) {
      close(fd);
      peers_.erase(fd);
      return;
    }
    Peer& peer = peers_[fd];
    std::string_view bytes(buffer, static_cast<std::size_t>(count));
    if (!peer.in_body) {
      peer.in.append(bytes);
      const std::size_t end = peer.in.find("\r\n\r\n");
      if (end == std::string::npos) return;
      const std::size_t field = peer.in.find("ontent-Length: ");
      peer.body_left = field < end ? std::strtoul(peer.in.c_str() + field + 15, nullptr, 10) : 0;
      const std::size_t have = peer.in.size() - end - 4;
      peer.body_left -= std::min(have, peer.body_left);
      peer.in.clear();
      peer.in_body = true;
    } else {
      peer.body_left -= std::min(bytes.size(), peer.body_left);
    }
    if (peer.body_left > 0) return;
    peer.in_body = false;
    answer(fd, peer);
  }

  void answer(int fd, Peer& peer) {
    std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    if (interval_ms_ == 0) {
      send_all(fd, head + events_ + "0\r\n\r\n");
      return;
    }
    send_all(fd, head);
    peer.chunks_left = chunks_;
  }

  void beat() {
    std::uint64_t beats;
    [[maybe_unused]] const ssize_t got = read(timer_, &beats, sizeof beats);
    for (auto& [fd, peer] : peers_) {
      if (peer.chunks_left == 0) continue;
      const int number = chunks_ - peer.chunks_left--;
      const std::size_t begin = number ? ends_[static_cast<std::size_t>(number) - 1] : 0;
      std::string bytes = events_.substr(begin, ends_[static_cast<std::size_t>(number)] - begin);
      if (peer.chunks_left == 0) bytes += "0\r\n\r\n";
      send_all(fd, bytes);
    }
  }

  // Small answers to a peer that reads: they fit the socket's buffer.
  static void send_all(int fd, const std::string& bytes) {
    if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) {
      std::fprintf(stderr, "bench_upstream: a peer does not read\n");
    }
  }

  const int chunks_;
  const int interval_ms_;
  std::string events_;
  std::vector<std::size_t> ends_;
  int listener_;
  int epoll_;
  int timer_ = -1;
  std::map<int, Peer> peers_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench_upstream PORT CHUNKS INTERVAL_MS\n");
    return 2;
  }
  Upstream(std::atoi(argv[1]), std::atoi(argv[2]), std::atoi(argv[3])).run();
}
