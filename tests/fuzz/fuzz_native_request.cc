// Whatever a native request is, it is read without harm, and what was JSON is JSON once edited.
#include "fuzz.h"
#include "gemini/native_request.h"

void castor::fuzz(std::string_view bytes) {
  const ModelChoice choice{.model = {.id = "gemini-3.8-flash", .sampling = false},
                           .level = ThinkingLevel::high};
  const gemini::NativeRules rules{.choice = choice, .resolve = [](std::string_view) {
                                    return std::string("gemini-3.8-flash");
                                  }};
  std::string body(bytes);
  gemini::read_native(body, rules).edits.apply(body);
  if (!parsed(bytes)) return;
  require(parsed(body).has_value());
}
