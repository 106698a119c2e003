#include "domain/reply.h"

namespace castor {

std::optional<ApiError> failure(const Finish& finish, bool has_content) {
  const bool is_end =
      finish.reason == FinishReason::other ? has_content : finish.reason != FinishReason::malformed;
  if (is_end) return std::nullopt;
  std::string message = "The model broke off its reply: " + finish.name;
  if (!finish.message.empty()) message.append(": ").append(finish.message);
  return ApiError(ErrorKind::bad_gateway, message);
}

}  // namespace castor
