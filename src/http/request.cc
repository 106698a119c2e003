#include "http/request.h"

#include <zlib.h>

#include <algorithm>

#include "http/uri.h"
#include "util/clock.h"
#include "util/text.h"

namespace castor::http {
namespace {

// Is `uri` below `mount`? "/ai" covers "/ai", "/ai/x" and "/ai?x", not "/aix".
bool is_below(std::string_view uri, std::string_view mount) {
  if (!uri.starts_with(mount)) return false;
  const std::string_view rest = uri.substr(mount.size());
  return rest.empty() || rest[0] == '/' || rest[0] == '?';
}

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

class Inflater {
 public:
  Inflater() {
    // 32: gzip or zlib framing, whichever comes.
    if (inflateInit2(&stream_, 15 + 32) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string inflate(std::string_view packed, std::size_t limit) {
    std::string plain;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    for (int state = Z_OK; state != Z_STREAM_END;) {
      const std::size_t filled = plain.size();
      plain.resize(std::min(limit + 1, std::max<std::size_t>(65536, filled * 2)));
      stream_.next_out = reinterpret_cast<Bytef*>(plain.data() + filled);
      stream_.avail_out = static_cast<uInt>(plain.size() - filled);
      state = ::inflate(&stream_, Z_NO_FLUSH);
      plain.resize(plain.size() - stream_.avail_out);
      if (plain.size() > limit) {
        throw BodyError(
            BodyError::Kind::too_large,
            "the body is larger than " + std::to_string(limit) + " bytes once inflated");
      }
      const bool stuck = stream_.avail_in == 0 && stream_.avail_out != 0 && state != Z_STREAM_END;
      if ((state != Z_OK && state != Z_STREAM_END) || stuck) {
        throw BodyError(BodyError::Kind::bad_encoding,
                        "the compressed body is broken or cut short");
      }
    }
    return plain;
  }

 private:
  z_stream stream_{};
};

}  // namespace

Request::Request(const Connection& connection, std::string_view base)
    : connection_(connection), method_(connection.variable("REQUEST_METHOD")) {
  const std::string_view uri = connection.variable("REQUEST_URI");
  const std::size_t question = uri.find('?');
  query_ = question == std::string_view::npos ? std::string(connection.variable("QUERY_STRING"))
                                              : std::string(uri.substr(question + 1));

  const std::string_view own_base = connection.variable("CASTOR_BASE");
  const std::string_view mount = without_slash(own_base.empty() ? base : own_base);
  if (!mount.empty() && is_below(uri, mount)) {
    paths_.push_back(normalize_path(uri.substr(mount.size())));
    return;
  }
  const std::string_view script = without_slash(connection.variable("SCRIPT_NAME"));
  const std::string_view folder = without_slash(script.substr(0, script.rfind('/') + 1));
  if (!folder.empty() && !is_below(uri, script) && is_below(uri, folder)) {
    paths_.push_back(normalize_path(uri.substr(folder.size())));
    return;
  }
  paths_.push_back(normalize_path(uri));
  for (const std::string_view guess : {script, folder}) {
    if (!guess.empty() && is_below(uri, guess)) {
      paths_.push_back(normalize_path(uri.substr(guess.size())));
    }
  }
}

std::string_view Request::header(std::string_view cgi_name) const {
  return connection_.variable("HTTP_" + std::string(cgi_name));
}

std::string_view Request::authorization() const {
  // FcgidPassHeader keeps the spelling it is given; rewriting adds REDIRECT_ once for each pass.
  for (const std::string_view name : {"HTTP_AUTHORIZATION", "REDIRECT_HTTP_AUTHORIZATION",
                                      "REDIRECT_REDIRECT_HTTP_AUTHORIZATION", "Authorization"}) {
    if (const std::string_view value = connection_.variable(name); !value.empty()) return value;
  }
  return {};
}

std::int64_t drain_body(Connection& connection, std::int64_t patience_ms) {
  const std::int64_t deadline_ms = steady_ms() + patience_ms;
  std::int64_t total = 0;
  for (char buffer[16384]; steady_ms() < deadline_ms;) {
    const std::ptrdiff_t count = connection.read(buffer, sizeof buffer);
    if (count <= 0) break;
    total += count;
  }
  return total;
}

std::string read_body(Connection& connection, std::size_t limit) {
  // Absent or empty with chunked uploads on some servers; a hint, never a promise.
  const auto announced = parse_integer(connection.variable("CONTENT_LENGTH"));
  std::string body;
  if (announced && *announced > 0) {
    body.reserve(std::min(static_cast<std::size_t>(*announced), limit) + 1);
  }
  std::size_t total = 0;
  for (char buffer[16384];;) {
    const std::ptrdiff_t count = connection.read(buffer, sizeof buffer);
    if (count < 0) throw BodyError(BodyError::Kind::broken_off, "the upload broke off");
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
    if (total <= limit) body.append(buffer, static_cast<std::size_t>(count));
  }
  if (total > limit) {
    throw BodyError(BodyError::Kind::too_large, "the body has " + std::to_string(total) +
                                                    " bytes; at most " + std::to_string(limit) +
                                                    " are accepted");
  }
  if (announced && static_cast<std::size_t>(*announced) != total) {
    throw BodyError(BodyError::Kind::broken_off, "the body has " + std::to_string(total) +
                                                     " bytes where " + std::to_string(*announced) +
                                                     " were announced; was it cut on its way?");
  }

  const std::string encoding = to_lower(trim(connection.variable("HTTP_CONTENT_ENCODING")));
  if (encoding.empty() || encoding == "identity") return body;
  if (encoding != "gzip" && encoding != "x-gzip" && encoding != "deflate") {
    throw BodyError(BodyError::Kind::unsupported_encoding,
                    "Content-Encoding: only gzip, deflate and identity are understood");
  }
  return Inflater().inflate(body, limit);
}

}  // namespace castor::http
