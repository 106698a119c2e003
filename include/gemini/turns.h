#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/generate_call.h"
#include "gemini/tool_names.h"
#include "json/json.h"

namespace castor::gemini {

// A conversation on its way to Gemini: what the readers of all dialects fill, what turn_repair.h
// puts right, and what contents() writes as JSON. Knows no dialect.
//
// Text, arguments and media keep the storage they were parsed into, so that moving a part moves
// eight megabytes of image for free. Therefore parts are moved as a whole, never assigned
// piecewise.

// A thought signature of an earlier reply.
struct Signature {
  std::string value;   // base64; empty: none
  std::string family;  // of the model that made it; empty: not known
  bool empty() const { return value.empty(); }
};

struct Text {
  json::string text;
  Signature signature = {};
};

// {"inlineData": {…}} or {"fileData": {…}}; media.h makes them.
struct Media {
  json::object part;
};

struct Call {
  std::string id;    // the client's; replaced by Gemini's at the end
  std::string name;  // the client's
  json::value args;  // an object, or whatever the client kept
  Signature signature = {};
};

struct Result {
  std::string call_id;            // as in Call
  std::string name = {};          // of the function; filled in from the call where there is one
  json::string output;            // what the tool said
  bool failed = false;            // the output is an error message
  std::vector<Media> media = {};  // images and documents the tool returned
};

// The opaque string of a thinking block or reasoning item: signature_carrier.h's, or a stranger's.
struct Carried {
  std::string text;
};

using Part = std::variant<Text, Media, Call, Result, Carried>;

// What a tool returned in parts: Gemini takes one text for each result, and media beside it.
void set_output(std::vector<Part> parts, Result& result);

// A system message that comes after an answer, as words of the user: systemInstruction is what the
// prefix cache begins with and must not change from turn to turn.
json::string as_reminder(json::string text);

enum class Role { user, model };

struct Turn {
  Role role = Role::user;
  std::vector<Part> parts = {};
};

// The turn to add to: the last one, or a new one if that is of the other role.
Turn& turn_of(Role role, std::vector<Turn>& turns);

struct ContentsContext {
  const Model& model;                             // what is legal for it
  const SignatureLookup& signatures;              // may be empty
  const std::vector<std::string>& wrapped_tools;  // Gemini's names, as in GenerateCall
  ToolNames& names;
  json::storage_ptr storage;        // of the result; that of the turns, so that nothing is copied
  std::vector<std::string>& notes;  // learns what is dropped
};

// The turns as Gemini's `contents`, repaired (turn_repair.h), signed and with Gemini's ids and
// names (call_links.h). Legal whatever the turns are; never empty.
json::array contents(std::vector<Turn> turns, const ContentsContext& context);

}  // namespace castor::gemini
