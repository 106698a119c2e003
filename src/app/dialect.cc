#include "app/dialect.h"

#include "anthropic/count_tokens.h"
#include "anthropic/error.h"
#include "anthropic/message_builder.h"
#include "anthropic/request.h"
#include "anthropic/stream_writer.h"

namespace castor::app {
namespace {

template <typename Writer>
std::unique_ptr<ReplyHandler> make(std::string& out, const ReplyIdentity& reply) {
  return std::make_unique<Writer>(out, reply);
}

}  // namespace

const Dialect kAnthropic = {
    .name = "anthropic",
    .request_id_header = "request-id",
    .request_id_prefix = "req_",
    .reply_id_prefix = "msg_",
    .call_id_prefix = "toolu",
    .read = anthropic::read,
    .read_count = anthropic::read_count_tokens,
    .stream_writer = make<anthropic::StreamWriter>,
    .reply_builder = make<anthropic::MessageBuilder>,
    .status = anthropic::http_status,
    .error_body = anthropic::error_body,
};

}  // namespace castor::app
