#pragma once

#include <string>

namespace castor::sql {

// Can processes share memory through files in this folder, as SQLite's WAL needs? Not on network
// file systems, where each machine would have a memory of its own and the database would be
// damaged, and not where files cannot be mapped (some FUSE mounts). Makes a probe file for it.
bool shared_memory_works(const std::string& folder);

}  // namespace castor::sql
