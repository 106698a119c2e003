#pragma once

#include <string>

#include "domain/client_calls.h"
#include "domain/reply_identity.h"
#include "gemini/reply_decoder.h"
#include "gemini/signature_carrier.h"

namespace castor {

// What the writers of the reply to `call` are told.
inline ReplyIdentity identity_of(const GenerateCall& call, std::string id) {
  return {.id = std::move(id),
          .model = call.requested_model,
          .signature_family = call.choice.model.family,
          .show_thoughts = call.show_thoughts,
          .carry_signatures = call.carry_signatures,
          .echo = call.echo,
          .encrypted_reasoning = call.encrypted_reasoning};
}

// Gemini's answer of these parts on its way to a client's writer.
inline void reply_of_parts(const json::array& parts, const GenerateCall& call,
                           std::string_view call_prefix, ReplyHandler& writer) {
  int calls_made = 0;
  ClientCalls calls(writer, call, [&](std::string_view gemini_id) {
    return gemini::make_call_id(call_prefix, "00000000000" + std::to_string(++calls_made),
                                gemini_id);
  });
  gemini::ReplyDecoder decoder(calls);
  decoder.feed(json::serialize(
      json::object{{"candidates",
                    {json::object{{"content", {{"role", "model"}, {"parts", parts}}},
                                  {"finishReason", "STOP"}}}}}));
  decoder.end();
}

}  // namespace castor
