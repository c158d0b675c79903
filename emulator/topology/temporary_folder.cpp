#include "topology/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <set>
#include <utility>

namespace hoplab::topology {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "hoplab-";
constexpr const char* kLock = "/.lock";

/// Not that of somebody who has just made it and is about to lock it.
bool is_old(int fd) {
  constexpr std::time_t kSeconds = 10;
  struct stat about {};
  return ::fstat(fd, &about) == 0 && about.st_mtime + kSeconds < std::time(nullptr);
}

/// Takes the folder away when its owner is gone.
void clean_up(const std::string& folder) {
  struct stat about {};
  if (::lstat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) return;
  if (about.st_uid != ::geteuid()) return;
  const int fd = ::open((folder + kLock).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return;
  if (is_old(fd) && ::flock(fd, LOCK_EX | LOCK_NB) == 0) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  ::close(fd);
}

/// Those of this process.
struct Living {
  std::mutex mutex;
  std::set<std::string> paths;
};

Living& living() {
  static Living all;
  return all;
}

void clean_up_after_others(const std::string& parent) {
  std::error_code error;
  for (fs::directory_iterator at(parent, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(kPrefix)) clean_up(at->path().string());
  }
}

}  // namespace

Result<TemporaryFolder> TemporaryFolder::make() {
  const char* const told = std::getenv("TMPDIR");
  const std::string parent = told && *told ? told : "/tmp";
  const auto fail = [&] {
    return Error{
        "cannot make a temporary folder in " + parent + ": " + std::strerror(errno) +
            (told && *told ? " (TMPDIR says so)" : "; TMPDIR or --out names another place"),
        ErrorCode::unavailable};
  };
  std::string path = parent + "/" + std::string(kPrefix) + "XXXXXX";
  if (!::mkdtemp(path.data())) return fail();
  const int lock = ::open((path + kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || ::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const Error error = fail();
    if (lock >= 0) ::close(lock);
    std::error_code ignored;
    fs::remove_all(path, ignored);
    return error;
  }
  clean_up_after_others(parent);
  {
    const std::lock_guard guard(living().mutex);
    living().paths.insert(path);
  }
  return TemporaryFolder(std::move(path), lock);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  const std::lock_guard guard(living().mutex);
  living().paths.erase(path_);
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
}

void TemporaryFolder::take_all_away() {
  const std::lock_guard guard(living().mutex);
  std::error_code ignored;
  for (const std::string& path : living().paths) {
    // Another thread may be about to write into it.
    const std::string aside = path + ".gone";
    fs::rename(path, aside, ignored);
    fs::remove_all(aside, ignored);
  }
}

}  // namespace hoplab::topology
