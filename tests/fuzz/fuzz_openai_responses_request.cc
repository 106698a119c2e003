#include "openai/responses_request.h"
#include "request.h"

void castor::fuzz(std::string_view bytes) { fuzz_request(bytes, openai::read_responses); }
