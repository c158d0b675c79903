#include "cli/file_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace hoplab::cli {

Result<FileWatch> FileWatch::open(const std::string& path) {
  const std::filesystem::path file = std::filesystem::absolute(path);
  const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  // Of the folder: an editor may put another file in the place of this one.
  if (fd < 0 ||
      ::inotify_add_watch(fd, file.parent_path().c_str(), IN_CLOSE_WRITE | IN_MOVED_TO) < 0) {
    const Error error{"cannot watch " + path + ": " + std::strerror(errno), ErrorCode::unavailable};
    if (fd >= 0) ::close(fd);
    return error;
  }
  return FileWatch(fd, file.filename().string());
}

FileWatch::FileWatch(FileWatch&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

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
      changed |= event->len > 0 && name_ == event->name;
      at += sizeof(inotify_event) + event->len;
    }
  }
}

}  // namespace hoplab::cli
