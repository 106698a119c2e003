#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace castor {

// Adds to GenerateCall::notes, each note once and not without end: a client that repeats what must
// be dropped ten thousand times gets no ten thousand notes.
inline void add_note(std::vector<std::string>& notes, std::string note) {
  constexpr std::size_t kMostNotes = 24;
  if (notes.size() >= kMostNotes) return;
  if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(std::move(note));
}

}  // namespace castor
