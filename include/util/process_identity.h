#pragma once

#include <string>
#include <string_view>

namespace castor {

// This process, as a word that no other ever has, also after a restart of the machine: number,
// start time, namespace of numbers and boot. Linux only (proc(5)).
std::string process_identity();

// Has the process of that word certainly ended? False when in doubt: it may be in another
// container.
bool has_ended(std::string_view identity);

}  // namespace castor
