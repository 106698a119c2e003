#pragma once

#include <string>
#include <string_view>

namespace castor {

// Creates a file that only its owner may read and write (0600, whatever the umask) and that others
// see complete or not at all. False when there is one of that name already: of several processes
// exactly one creates it. Made by root, it belongs to the owner of its folder, so that
// `sudo castor keys add` leaves a file that the web server's user can open.
// Throws std::runtime_error, which says what to do.
bool create_private_file(const std::string& path, std::string_view content);

// The folder a path is in: "/var/lib/castor", "." for a bare name.
std::string folder_of(const std::string& path);

// Why `path` cannot be opened, and by whom it could: "Permission denied; it belongs to root, castor
// runs as www-data". `error` is an errno.
std::string explain_open_failure(const std::string& path, int error);

}  // namespace castor
