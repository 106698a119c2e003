#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/config.h"
#include "domain/key_pool.h"
#include "domain/model_map.h"
#include "domain/upstream_error.h"
#include "http/client.h"
#include "json/json.h"

namespace castor::app {

class Exchange;

// One question to the upstream, over as many attempts on as many keys as the key policy allows.
// Every attempt is a row of the log.
class Upstream {
 public:
  // Who takes the answer of each attempt.
  class Consumer : public http::Client::Receiver {
   public:
    // Which key the next attempt has: for who passes on what the upstream says, or must know whose
    // the answer is.
    virtual void leased(const Lease& /*lease*/) {}
    virtual void begin_attempt() = 0;
    // nullopt: the attempt gave what was asked for, or nobody is there any more to ask for it.
    virtual std::optional<UpstreamError> end_attempt(const http::ClientResult& result) = 0;
    // The client has seen content: no further attempt can be hidden from it.
    bool committed() const override = 0;
  };

  struct Call {
    std::string_view method;  // of Gemini's model resource: "streamGenerateContent?alt=sse"
    std::string body;         // what is sent, as JSON: documents would be three times as large
    // The member of the body that is the GenerateContentRequest, which repairs change; empty: it is
    // the body itself.
    std::string_view request_member;
    const Model& model;
    bool may_think_long = false;  // before the first byte of its answer
    bool may_wait = true;         // for a key, if all rest
    std::int64_t started_ms = 0;  // steady, of the time that all tries have; 0: now

    // What the relay asks for besides (relay.h):
    std::string_view verb = "POST";         // a constant
    std::string path = {};                  // in place of the model's method, with its query
    std::vector<std::string> headers = {};  // in place of Content-Type: application/json
    bool is_of_model = true;                // one that the client must be allowed to use
    bool repairs = true;                    // may the body be changed after a refusal?
    bool once = false;                      // what was sent is never sent again

    // In place of the configured ones, for who has less patience; must outlive the call.
    const UpstreamConfig* config = nullptr;
  };

  explicit Upstream(Exchange& exchange) : exchange_(exchange) {}

  // Returns when the consumer has its answer or the client has left. Throws ApiError when no
  // attempt gave one, or the client may not ask for it.
  void ask(Call call, Consumer& consumer);

 private:
  Exchange& exchange_;
};

// May a model that is asked for this much thinking (RequestRecord::thinking) be silent for minutes
// before its first byte?
bool may_think_long(const Model& model, std::string_view thinking);

}  // namespace castor::app
