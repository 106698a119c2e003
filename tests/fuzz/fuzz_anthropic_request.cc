#include "anthropic/count_tokens.h"
#include "anthropic/request.h"
#include "request.h"

void castor::fuzz(std::string_view bytes) {
  fuzz_request(bytes, anthropic::read);
  fuzz_request(bytes, anthropic::read_count_tokens);
}
