// The clients of the benchmark: a file's bytes as the body of many POST requests, over kept
// connections.
//
//   bench_load PORT PATH KEY BODY_FILE rate REQUESTS PER_SECOND
//       starts requests by the clock, whatever the answers do; prints how long each took to the
//       first byte of the body and to the end, in microseconds, and how many went wrong, as JSON
//   bench_load PORT PATH KEY BODY_FILE hold STREAMS
//       opens so many at once, prints "open" when each has had its first byte, then reads until all
//       have ended and prints how many ended well, as JSON
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using SteadyClock = std::chrono::steady_clock;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             SteadyClock::now().time_since_epoch())
      .count();
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("bench_load: connect");
    std::exit(1);
  }
  return fd;
}

// Follows an answer through its bytes until its end, chunked or by length.
class Answer {
 public:
  // True once the answer is whole.
  bool feed(std::string_view bytes) {
    text_.append(bytes);
    if (body_ == 0) {
      const std::size_t end = text_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      body_ = end + 4;
      good_ = text_.compare(9, 3, "200") == 0;
      const std::string_view head = std::string_view(text_).substr(0, end);
      const std::size_t field = head.find("ontent-Length: ");
      if (field != std::string_view::npos)
        length_ = std::strtol(text_.c_str() + field + 15, nullptr, 10);
    }
    if (length_ >= 0) return text_.size() >= body_ + static_cast<std::size_t>(length_);
    return text_.ends_with("0\r\n\r\n");
  }
  bool begun() const { return body_ != 0 && text_.size() > body_; }
  bool good() const {
    return good_ && (text_.find("message_stop") != std::string::npos ||
                     text_.find("\"stop_reason\"") != std::string::npos ||
                     text_.find("finishReason") != std::string::npos);
  }

 private:
  std::string text_;
  std::size_t body_ = 0;
  long length_ = -1;
  bool good_ = false;
};

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void print(const char* name, const std::vector<std::int64_t>& values) {
  std::printf("\"%s\":[", name);
  for (std::size_t i = 0; i < values.size(); ++i)
    std::printf("%s%lld", i ? "," : "", static_cast<long long>(values[i]));
  std::printf("]");
}

int rate(int port, const std::string& request, int requests, double per_second) {
  std::atomic<int> next{0};
  std::atomic<int> bad{0};
  std::mutex mutex;
  std::vector<std::int64_t> first, whole;
  const std::int64_t start = now_us() + 50'000;
  const auto work = [&] {
    int fd = connect_to(port);
    for (int number; (number = next++) < requests;) {
      const std::int64_t due = start + static_cast<std::int64_t>(number * 1e6 / per_second);
      while (now_us() < due) std::this_thread::sleep_for(std::chrono::microseconds(due - now_us()));
      const std::int64_t begin = now_us();
      std::int64_t first_us = 0;
      Answer answer;
      bool done = send_all(fd, request) ? false : (++bad, true);
      for (char buffer[65536]; !done;) {
        const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
        if (count <= 0) {
          ++bad;
          close(fd);
          fd = connect_to(port);
          break;
        }
        done = answer.feed({buffer, static_cast<std::size_t>(count)});
        if (first_us == 0 && answer.begun()) first_us = now_us() - begin;
      }
      if (!answer.good()) ++bad;
      const std::lock_guard lock(mutex);
      first.push_back(first_us);
      whole.push_back(now_us() - begin);
    }
    close(fd);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  std::printf("{");
  print("first_us", first);
  std::printf(",");
  print("whole_us", whole);
  std::printf(",\"bad\":%d}\n", bad.load());
  return bad ? 1 : 0;
}

int hold(int port, const std::string& request, int streams) {
  const int epoll = epoll_create1(0);
  std::vector<Answer> answers(static_cast<std::size_t>(streams));
  std::vector<int> descriptors;
  for (int i = 0; i < streams; ++i) {
    const int fd = connect_to(port);
    descriptors.push_back(fd);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = static_cast<std::uint32_t>(i);
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    send_all(fd, request);
  }
  int open = 0, ended = 0, good = 0;
  while (ended < streams) {
    epoll_event ready[256];
    const int count = epoll_wait(epoll, ready, 256, 120'000);
    if (count <= 0) break;
    for (int i = 0; i < count; ++i) {
      const std::uint32_t index = ready[i].data.u32;
      Answer& answer = answers[index];
      char buffer[65536];
      const ssize_t size = recv(descriptors[index], buffer, sizeof buffer, 0);
      const bool had_begun = answer.begun();
      const bool done = size <= 0 || answer.feed({buffer, static_cast<std::size_t>(size)});
      if (!had_begun && (answer.begun() || done) && ++open == streams) {
        std::puts("open");
        std::fflush(stdout);
      }
      if (done) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptors[index], nullptr);
        close(descriptors[index]);
        ++ended;
        good += answer.good();
      }
    }
  }
  std::printf("{\"streams\":%d,\"good\":%d}\n", streams, good);
  return good == streams ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(
        stderr,
        "usage: bench_load PORT PATH KEY BODY_FILE rate REQUESTS PER_SECOND | hold STREAMS\n");
    return 2;
  }
  std::ifstream file(argv[4], std::ios::binary);
  const std::string body((std::istreambuf_iterator<char>(file)), {});
  const std::string request = std::string("POST ") + argv[2] +
                              " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                              "Authorization: Bearer " +
                              argv[3] + "\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
  const int port = std::atoi(argv[1]);
  const std::string_view mode = argv[5];
  if (mode == "rate" && argc == 8)
    return rate(port, request, std::atoi(argv[6]), std::atof(argv[7]));
  if (mode == "hold") return hold(port, request, std::atoi(argv[6]));
  return 2;
}
