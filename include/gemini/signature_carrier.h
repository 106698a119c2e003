#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace castor::gemini {

// How Gemini's ids and thought signatures travel through clients that know neither
// (protocol-mapping D.8).

// What a client is given as the opaque string of a thinking block or a reasoning item.
struct SignatureCarrier {
  enum class Kind {
    call,  // "gw1.f.": belongs to the function call that follows
    text,  // "gw1.x.": belongs to the last text, or to an empty one after it
    none,  // "gw1.n.": the client's format demands a signature and Gemini gave none
  };
  Kind kind = Kind::none;
  std::string_view signature;  // base64, as Gemini gave it; empty for none
  std::string_view family;     // of the model that made it, "gemini-4"; empty: not known
};

// "gw1.f.BASE64", or with a family "gw1.f.gemini-4.BASE64": so that a later request to another
// family of models, after the user switched, can see that the signature is of no use there.
std::string carrier(SignatureCarrier::Kind kind, std::string_view signature,
                    std::string_view family = {});

// nullopt for what is not ours (another vendor's signature) or whose signature is not base64.
// Views into `text`.
std::optional<SignatureCarrier> parse_carrier(std::string_view text);

// An id for a tool call that is unique by itself and remembers Gemini's where that is short and
// plain: "toolu_0123456789AB_call_17". At most 64 characters of [A-Za-z0-9_-], which every vendor's
// clients accept. `prefix` is "toolu" or "call"; `random` is 12 characters of 0-9A-Za-z.
std::string make_call_id(std::string_view prefix, std::string_view random,
                         std::string_view gemini_id);

// What a client's tool-call id says. Views into the id.
struct CallId {
  std::string_view client_id;  // by which a signature is stored
  std::string_view gemini_id;  // empty: the id was not made by make_call_id, or from none
  std::string_view
      signature;  // of LiteLLM's form "id__thought__SIGNATURE"; empty: not of that form
};
CallId parse_call_id(std::string_view id);

}  // namespace castor::gemini
