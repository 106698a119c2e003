// What translation costs: CPU time of a request's way to Gemini's form and of a reply's way back,
// without any web server, upstream or database.
//
//   bench_translate BODY_FILE REPLY_FILE    a Messages request; Gemini's answer, as it streams
#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "anthropic/message_builder.h"
#include "anthropic/request.h"
#include "anthropic/stream_writer.h"
#include "domain/data.h"
#include "gemini/reply_decoder.h"
#include "http/sse.h"
#include "json/append.h"

namespace {

using namespace castor;

// Microseconds of CPU that one run of `work` takes.
template <typename Work>
double cost_us(int runs, Work work) {
  const auto now = [] {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
  };
  for (int i = 0; i < runs / 10; ++i) work();
  double best = 1e12;
  for (int round = 0; round < 5; ++round) {
    const double start = now();
    for (int i = 0; i < runs / 5; ++i) work();
    best = std::min(best, (now() - start) / (runs / 5));
  }
  return best;
}

std::string read_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), {});
}

template <typename Writer>
std::size_t write_reply(const std::string& reply) {
  std::string out;
  Writer writer(out, {.id = "msg_1", .model = "claude-sonnet-5-5"});
  gemini::ReplyDecoder decoder(writer);
  http::SseParser parser([&](std::string_view data) { decoder.feed(data); });
  parser.feed(reply);
  parser.finish();
  decoder.end();
  return out.size();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: bench_translate BODY_FILE REPLY_FILE\n";
    return 2;
  }
  const std::string body = read_file(argv[1]);
  const std::string reply = read_file(argv[2]);
  const ModelMap models(data::models, "2026-11-20");
  const TranslationConfig config;
  const auto no_signature = [](std::string_view) { return std::nullopt; };
  std::size_t sent = 0, parsed = 0, told = 0;

  const double parse_us = cost_us(1000, [&] {
    json::monotonic_resource arena;
    parsed += json::parse(body, &arena).is_object();
  });
  const double request_us = cost_us(1000, [&] {
    json::monotonic_resource arena;
    json::value document = json::parse(body, &arena);
    const GenerateCall call = anthropic::read(document, {models, config, no_signature, &arena});
    std::string text;
    text.reserve(body.size() * 5 / 4);
    json::append_object(text, call.body);
    sent += text.size();
  });
  const double stream_us =
      cost_us(1000, [&] { told += write_reply<anthropic::StreamWriter>(reply); });
  const double whole_us =
      cost_us(1000, [&] { told += write_reply<anthropic::MessageBuilder>(reply); });
  if (parsed == 0 || sent == 0 || told == 0) return 1;
  std::cout << "{\"parse_us\":" << parse_us << ",\"request_us\":" << request_us
            << ",\"stream_us\":" << stream_us << ",\"whole_us\":" << whole_us << "}\n";
}
