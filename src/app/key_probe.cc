#include "app/key_probe.h"

#include "domain/scrub.h"
#include "gemini/error.h"

namespace castor::app {
namespace {

constexpr std::int64_t kPatienceMs = 30'000;
constexpr std::size_t kMaxBytes = 1 << 20;

// Collects a small answer.
class ProbeAnswer : public http::Client::Receiver {
 public:
  std::string text;
  bool body(int, std::string_view bytes) override {
    text.append(bytes);
    return text.size() < kMaxBytes;
  }
  std::int64_t idle() override { return 1000; }
};

}  // namespace

std::optional<UpstreamError> probe_key(http::Client& client, const UpstreamConfig& config,
                                       const KeyAdmin::Secrets& secrets) {
  http::ClientRequest request;
  request.method = "GET";
  request.url = config.base_url + "/v1beta/models?pageSize=1";
  request.headers = {"x-goog-api-key: " + secrets.key};
  request.proxy = secrets.proxy.empty() ? config.proxy : secrets.proxy;
  request.connect_timeout_ms = config.connect_timeout_ms;
  request.first_byte_timeout_ms = kPatienceMs;
  ProbeAnswer answer;
  const http::ClientResult result = client.send(request, answer, {});
  if (result.status == 200) return std::nullopt;
  UpstreamError error{.fault = UpstreamFault::unreachable, .message = result.error};
  if (result.status != 0) error = gemini::parse_error(result.status, answer.text);
  const std::string_view secret = secrets.key;
  error.message = scrub(error.message, {&secret, 1});
  return error;
}

}  // namespace castor::app
