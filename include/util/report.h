#pragma once

#include <functional>
#include <string_view>

namespace castor {

// Takes one line for the operator, without its end. Must not throw.
using Report = std::function<void(std::string_view line)>;

}  // namespace castor
