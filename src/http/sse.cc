#include "http/sse.h"

#include <algorithm>

namespace castor::http {
namespace {

// Finds line ends. Remembers where the next CR and the next LF are, so that a stream which uses
// only one of them is not searched for the other again and again.
class LineEnds {
 public:
  explicit LineEnds(std::string_view bytes) : bytes_(bytes) {}

  // Where the line that begins at `begin` ends; npos: not in these bytes.
  std::size_t next(std::size_t begin) {
    if (lf_ != std::string_view::npos && lf_ < begin) lf_ = bytes_.find('\n', begin);
    if (cr_ != std::string_view::npos && cr_ < begin) cr_ = bytes_.find('\r', begin);
    return std::min(lf_, cr_);
  }

 private:
  std::string_view bytes_;
  std::size_t lf_ = bytes_.find('\n');
  std::size_t cr_ = bytes_.find('\r');
};

}  // namespace

bool SseParser::feed(std::string_view bytes) {
  if (lost_) return false;
  std::size_t begin = 0;
  LineEnds ends(bytes);
  if (after_cr_ && !bytes.empty()) {
    after_cr_ = false;
    if (bytes[0] == '\n') begin = 1;
  }
  for (std::size_t end; (end = ends.next(begin)) != std::string_view::npos;) {
    std::string_view whole = bytes.substr(begin, end - begin);
    if (!line_.empty()) {
      if (!keep(whole)) return false;
      joined_.swap(line_);
      line_.clear();
      whole = joined_;
    }
    line(whole);
    begin = end + 1;
    if (bytes[end] == '\r') {
      if (begin == bytes.size()) {
        after_cr_ = true;
      } else if (bytes[begin] == '\n') {
        ++begin;
      }
    }
  }
  if (in_view_) {  // of what the caller takes back
    data_.assign(view_);
    in_view_ = false;
  }
  return keep(bytes.substr(begin));
}

void SseParser::finish() {
  if (lost_) return;
  if (!line_.empty()) line(line_);
  dispatch();
  line_.clear();
}

// Appends to the line whose end has not come.
bool SseParser::keep(std::string_view rest) {
  if (data_.size() + line_.size() + rest.size() > max_event_bytes_) {
    lost_ = true;
    line_ = joined_ = data_ = std::string();
    return false;
  }
  line_.append(rest);
  return true;
}

void SseParser::line(std::string_view line) {
  if (first_line_) {
    first_line_ = false;
    if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  }
  if (line.empty()) return dispatch();
  const std::size_t colon = line.find(':');
  if (line.substr(0, colon) != "data") return;
  line.remove_prefix(colon == std::string_view::npos ? line.size() : colon + 1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  field_data(line);
}

void SseParser::field_data(std::string_view value) {
  if (!has_data_) {
    has_data_ = in_view_ = true;
    view_ = value;
    return;
  }
  if (in_view_) data_.assign(view_);
  in_view_ = false;
  data_.append("\n").append(value);
}

void SseParser::dispatch() {
  if (!has_data_) return;
  has_data_ = false;
  const std::string_view data = in_view_ ? view_ : std::string_view(data_);
  in_view_ = false;
  if (!data.empty()) sink_(data);
  data_.clear();
}

void append_event(std::string& out, std::string_view event, std::string_view data) {
  out.append("event: ").append(event).append("\ndata: ").append(data).append("\n\n");
}

}  // namespace castor::http
