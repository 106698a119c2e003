#include "sql/journal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iterator>

namespace castor::sql {
namespace {

// statfs types of file systems that several machines, or a host and its guest, may share. From
// linux/magic.h where it has them, else from the projects' own sources.
constexpr std::uint32_t kShared[] = {
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF534D42,  // CIFS
    0xFE534D42,  // SMB2
    0x65735546,  // FUSE: sshfs, s3fs, GlusterFS …
    0x01021997,  // 9p: WSL, virtual machines
    0x786F4256,  // VirtualBox folders
    0xBACBACBC,  // VMware folders
    0x5346414F,  // AFS
    0x6B414653,  // kAFS
    0x73757245,  // Coda
    0x564C,      // NCP
    0x00C36400,  // Ceph
    0x0BD00BD0,  // Lustre
    0x47504653,  // GPFS
    0x7461636F,  // OCFS2
    0x01161970,  // GFS2
    0x19830326,  // BeeGFS
    0xAAD7AAEA,  // PanFS
};

bool mapping_works(const std::string& folder) {
  // A file of its own: to open and close the database's files here would drop the locks that other
  // connections of this process hold on them (POSIX's rule for fcntl locks).
  std::string name = folder + "/castor-probe-XXXXXX";
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return false;
  unlink(name.c_str());
  constexpr std::size_t kSize = 4096;
  bool works = false;
  if (ftruncate(file, kSize) == 0) {
    void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    works = memory != MAP_FAILED;
    if (works) munmap(memory, kSize);
  }
  close(file);
  return works;
}

}  // namespace

bool shared_memory_works(const std::string& folder) {
  struct statfs status;
  if (statfs(folder.c_str(), &status) != 0) return false;
  const auto type = static_cast<std::uint32_t>(status.f_type);
  return std::find(std::begin(kShared), std::end(kShared), type) == std::end(kShared) &&
         mapping_works(folder);
}

}  // namespace castor::sql
