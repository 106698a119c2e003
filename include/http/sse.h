#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace castor::http {

// Splits a stream of server-sent events (https://html.spec.whatwg.org/#event-stream-interpretation)
// into the payloads of its `data` fields. Lines end in LF, CR LF or CR; the stream may be delivered
// in pieces of any size, cut anywhere. Other fields and comments are skipped.
//
// Time is linear in the bytes fed. An event that lies whole in one piece is not copied.
class SseParser {
 public:
  // Receives one event's data, its lines joined by LF. Valid during the call only.
  using Sink = std::function<void(std::string_view data)>;

  static constexpr std::size_t kMaxEventBytes = 64 << 20;

  explicit SseParser(Sink sink, std::size_t max_event_bytes = kMaxEventBytes)
      : sink_(std::move(sink)), max_event_bytes_(max_event_bytes) {}

  // False once an event was longer than the limit: the stream is lost and nothing more comes.
  bool feed(std::string_view bytes);

  // The stream has ended: passes on the last event if no blank line followed it.
  void finish();

 private:
  void line(std::string_view line);
  void field_data(std::string_view value);
  void dispatch();
  bool keep(std::string_view rest);

  Sink sink_;
  std::size_t max_event_bytes_;
  std::string line_;        // the beginning of a line whose end has not come
  std::string joined_;      // a line that came in pieces
  std::string data_;        // the event's data so far, unless it is all in view_
  std::string_view view_;   // the event's only data line, where it was delivered
  bool has_data_ = false;   // a data line came since the last event
  bool in_view_ = false;    // and is in view_
  bool after_cr_ = false;   // an LF that comes next belongs to the line end before it
  bool first_line_ = true;  // may begin with a byte order mark
  bool lost_ = false;
};

// Appends "event: EVENT\ndata: DATA\n\n". Neither holds a line end, as JSON text does not.
void append_event(std::string& out, std::string_view event, std::string_view data);

}  // namespace castor::http
