#include "cli/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace hoplab::cli {

Result<FileWatch> FileWatch::open(const std::vector<std::string>& paths) {
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) {
    return Error{std::string("cannot watch files: ") + std::strerror(errno),
                 ErrorCode::unavailable};
  }
  FileWatch watch(fd);
  if (auto added = watch.add(paths); !added) return added.failure();
  return watch;
}

Result<void> FileWatch::add(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const std::filesystem::path file = std::filesystem::absolute(path);
    // Of the folder: an editor may put another file in the place of this one.
    const int folder =
        ::inotify_add_watch(descriptor_, file.parent_path().c_str(), IN_CLOSE_WRITE | IN_MOVED_TO);
    if (folder < 0) {
      return Error{"cannot watch " + path + ": " + std::strerror(errno), ErrorCode::unavailable};
    }
    files_.emplace(folder, file.filename().string());
  }
  return {};
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), files_(std::move(other.files_)) {}

FileWatch::~FileWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool FileWatch::changed() {
  bool changed = false;
  alignas(inotify_event) char room[4096];
  for (;;) {
    const ssize_t size = ::read(descriptor_, room, sizeof room);
    if (size <= 0) return changed;
    for (const char* at = room; at < room + size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      changed |= event->len > 0 && files_.contains({event->wd, event->name});
      at += sizeof(inotify_event) + event->len;
    }
  }
}

}  // namespace hoplab::cli
