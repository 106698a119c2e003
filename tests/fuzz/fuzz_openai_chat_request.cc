#include "openai/chat_request.h"
#include "request.h"

void castor::fuzz(std::string_view bytes) { fuzz_request(bytes, openai::read_chat_request); }
