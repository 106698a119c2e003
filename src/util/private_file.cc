#include "util/private_file.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace castor {
namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

std::string user_name(uid_t user) {
  char buffer[4096];
  struct passwd entry;
  struct passwd* found = nullptr;
  getpwuid_r(user, &entry, buffer, sizeof buffer, &found);
  return found ? found->pw_name : "user " + std::to_string(user);
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(file) == 0;
}

// A file under another name, which goes away again.
class Draft {
 public:
  explicit Draft(const std::string& path) : name_(path + ".XXXXXX") {
    file_ = mkostemp(name_.data(), O_CLOEXEC);  // mode 0600
  }
  ~Draft() {
    if (file_ < 0) return;
    close();
    unlink(name_.c_str());
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  bool open() const { return file_ >= 0; }
  int file() const { return file_; }
  const std::string& name() const { return name_; }

  // Not after the file has its final name: to close any descriptor of a database drops the locks
  // that this process holds on it (POSIX's rule for fcntl locks), and another thread may be as far.
  void close() {
    if (!closed_) ::close(file_);
    closed_ = true;
  }

 private:
  std::string name_;
  int file_;
  bool closed_ = false;
};

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string explain_open_failure(const std::string& path, int error) {
  const std::string folder = folder_of(path);
  struct stat status;
  if (stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return "the folder " + folder + " does not exist; make it (mkdir -m 700 " + folder +
           ") and give it to the user castor runs as, " + user_name(geteuid());
  }
  std::string text = error_text(error);
  if (error == EACCES || error == EPERM || error == EROFS) {
    const bool exists = stat(path.c_str(), &status) == 0;
    text.append(exists ? "; it belongs to " : "; its folder belongs to ")
        .append(user_name(status.st_uid))
        .append(", castor runs as ")
        .append(user_name(geteuid()));
  }
  return text;
}

bool create_private_file(const std::string& path, std::string_view content) {
  const auto fail = [&](int error) {
    throw std::runtime_error("cannot create " + path + ": " + explain_open_failure(path, error));
  };
  if (access(path.c_str(), F_OK) == 0) return false;

  Draft draft(path);
  if (!draft.open()) fail(errno);
  struct stat folder;
  if (geteuid() == 0 && stat(folder_of(path).c_str(), &folder) == 0 &&
      fchown(draft.file(), folder.st_uid, folder.st_gid) != 0) {
    fail(errno);
  }
  if (!write_all(draft.file(), content)) fail(errno);
  draft.close();
  // A link appears whole and never replaces a file, which rename would.
  if (link(draft.name().c_str(), path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  // File systems without links (FAT, some network ones): the name, where that can be exclusive.
  if (renameat2(AT_FDCWD, draft.name().c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno != EEXIST) fail(errno);
  return false;
}

}  // namespace castor
