#include "http/sse.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

namespace castor::http {
namespace {

// The events of a stream that is delivered in pieces of `piece` bytes.
std::vector<std::string> parse(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> events;
  SseParser parser([&](std::string_view data) { events.emplace_back(data); });
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    // A copy of its own for each piece, so that a view kept too long is seen by the sanitizer.
    BOOST_REQUIRE(parser.feed(std::string(bytes.substr(i, piece))));
  }
  parser.finish();
  return events;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sse)

BOOST_AUTO_TEST_CASE(R15_events_come_out_whole_however_the_stream_is_cut) {
  static const struct {
    const char* name;
    std::string_view bytes;
    std::vector<std::string> events;
  } cases[] = {
      {"LF", "data: a\n\ndata: b\n\n", {"a", "b"}},
      {"CR LF", "data: a\r\n\r\ndata: b\r\n\r\n", {"a", "b"}},
      {"CR", "data: a\r\rdata: b\r\r", {"a", "b"}},
      {"mixed line ends", "data: a\r\n\ndata: b\r\r\ndata: c\n\r\n", {"a", "b", "c"}},
      {"several data lines join", "data: a\ndata: b\ndata:\ndata: c\n\n", {"a\nb\n\nc"}},
      {"only one space is stripped", "data:a\n\ndata:  b\n\n", {"a", " b"}},
      {"comments and other fields are skipped",
       ": ping\n\nevent: x\nid: 1\nretry: 2\ndata: a\n: between\ndatabase: no\n\n",
       {"a"}},
      {"the last event needs no blank line", "data: a\n\ndata: b\n", {"a", "b"}},
      {"the last line needs no end", "data: a\n\ndata: b", {"a", "b"}},
      {"events without data are none", "\n\nevent: x\n\ndata\n\ndata:\n\n", {}},
      {"a byte order mark",
       "\xEF\xBB\xBF"
       "data: a\n\n",
       {"a"}},
      {"a colon in the data", "data: {\"a\":1}\r\n\r\n", {"{\"a\":1}"}},
      {"nothing", "", {}},
  };
  for (const auto& test : cases) {
    for (std::size_t piece = 1; piece <= test.bytes.size() + 1; ++piece) {
      BOOST_TEST(parse(test.bytes, piece) == test.events,
                 test.name << " in pieces of " << piece << " bytes");
    }
  }
}

BOOST_AUTO_TEST_CASE(random_streams_in_random_pieces_give_what_was_put_in) {
  std::minstd_rand random(1);
  const char* const ends[] = {"\n", "\r\n", "\r"};
  for (int round = 0; round < 300; ++round) {
    const std::string end = ends[random() % 3];
    std::vector<std::string> events;
    std::string bytes;
    for (std::size_t i = random() % 8; i > 0; --i) {
      std::string data(1 + random() % 40, 'a');
      for (char& c : data) c = static_cast<char>('a' + random() % 26);
      if (random() % 4 == 0) bytes += ": comment" + end;
      if (random() % 4 == 0) bytes += "event: e" + end;
      bytes += "data: " + data + end;
      if (random() % 3 == 0) {
        bytes += "data: x" + end;
        data += "\nx";
      }
      bytes += end;
      events.push_back(data);
    }
    std::vector<std::string> seen;
    SseParser parser([&](std::string_view data) { seen.emplace_back(data); });
    for (std::size_t i = 0; i < bytes.size();) {
      const std::size_t piece = random() % 17;  // also none
      parser.feed(std::string(bytes.substr(i, piece)));
      i += piece;
    }
    parser.finish();
    BOOST_TEST(seen == events);
  }
}

BOOST_AUTO_TEST_CASE(an_event_that_is_delivered_whole_is_not_copied) {
  const std::string bytes = ": x\n\ndata: abc\r\n\r\n";
  const char* seen = nullptr;
  SseParser parser([&](std::string_view data) { seen = data.data(); });
  parser.feed(bytes);
  BOOST_TEST(static_cast<const void*>(seen) == bytes.data() + bytes.find("abc"));
}

BOOST_AUTO_TEST_CASE(an_event_over_the_limit_loses_the_stream) {
  for (const std::string_view line : {"data: 0123456789", "data: 0\n", ": no data at all"}) {
    int events = 0;
    SseParser parser([&](std::string_view) { ++events; }, 64);
    BOOST_TEST(parser.feed("data: a\n\n"));
    bool alive = true;
    int pieces = 0;
    while (alive && ++pieces < 100) alive = parser.feed(line);
    BOOST_TEST(!alive);
    BOOST_TEST(!parser.feed("\n\ndata: b\n\n"));
    parser.finish();
    BOOST_TEST(events == 1);
  }
}

BOOST_AUTO_TEST_CASE(an_event_is_written_with_its_name) {
  std::string out = "x";
  append_event(out, "ping", "{\"type\":\"ping\"}");
  BOOST_TEST(out == "xevent: ping\ndata: {\"type\":\"ping\"}\n\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace castor::http
