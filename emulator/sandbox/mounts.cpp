#include "sandbox/mounts.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>

#include "base/file.h"
#include "sandbox/system_error.h"

namespace hoplab::sandbox {

namespace {

Result<void> bind_file(const std::string& source, const std::string& target) {
  if (::mount(source.c_str(), target.c_str(), nullptr, MS_BIND, nullptr) == 0) return {};
  return system_error("cannot put " + source + " over " + target);
}

Result<void> empty_folder(const std::string& path) {
  if (::mount("hoplab", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") == 0) return {};
  return system_error("cannot hide " + path);
}

Result<void> make_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return system_error("cannot write " + path);
  ::close(fd);
  return {};
}

/// One entry of a folder that may be covered by now, and is reached by its descriptor.
Result<void> bring_back(int covered, const std::string& name, const std::string& folder) {
  struct stat about {};
  if (::fstatat(covered, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return {};
  const std::string path = folder + "/" + name;
  if (S_ISLNK(about.st_mode)) {
    char target[PATH_MAX];
    const ssize_t size = ::readlinkat(covered, name.c_str(), target, sizeof target);
    const std::string text(target, size > 0 ? static_cast<std::size_t>(size) : 0);
    if (::symlink(text.c_str(), path.c_str()) != 0) return system_error("cannot link " + path);
    return {};
  }
  if (S_ISDIR(about.st_mode)) {
    if (::mkdir(path.c_str(), 0755) != 0) return system_error("cannot make " + path);
  } else if (auto made = make_file(path); !made) {
    return made;
  }
  return bind_file("/proc/self/fd/" + std::to_string(covered) + "/" + name, path);
}

std::vector<std::string> entries_of(int folder) {
  std::vector<std::string> names;
  DIR* const entries = ::fdopendir(::dup(folder));
  while (const dirent* entry = entries ? ::readdir(entries) : nullptr) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  if (entries) ::closedir(entries);
  return names;
}

/// In layers, where the kernel has an overlay file system for ordinary users (since Linux 5.11).
bool overlay(const std::string& above, const std::string& folder) {
  const std::string layers = "lowerdir=" + above + ":" + folder;
  if (above.find_first_of(":,\\") != std::string::npos) return false;
  return ::mount("hoplab", folder.c_str(), "overlay", MS_RDONLY, layers.c_str()) == 0;
}

Result<void> with_more_files(const std::string& more, const std::string& folder) {
  if (overlay(more, folder)) return {};
  const int covered = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int above = ::open(more.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  Result<void> done =
      covered < 0 || above < 0 ? system_error("cannot read " + folder) : empty_folder(folder);
  const std::vector<std::string> replaced = done ? entries_of(above) : std::vector<std::string>();
  for (const std::string& name : replaced) {
    if (done) done = bring_back(above, name, folder);
  }
  for (const std::string& name : done ? entries_of(covered) : std::vector<std::string>()) {
    if (std::ranges::find(replaced, name) != replaced.end()) continue;
    if (done) done = bring_back(covered, name, folder);
  }
  ::close(covered);
  ::close(above);
  return done;
}

}  // namespace

Result<void> separate_mounts() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return system_error("cannot have mounts of its own");
  }
  // A container may forbid it; the old one will do.
  ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  return {};
}

Result<void> mount_files(const CommandSpec& command) {
  for (const std::string& folder : command.hidden_folders) {
    const std::string path = real_path(folder);
    if (path.empty()) continue;
    if (auto done = empty_folder(path); !done) return done;
  }
  for (const auto& [more, seen_as] : command.folders) {
    const std::string path = real_path(seen_as);
    if (path.empty()) continue;
    if (auto done = with_more_files(more, path); !done) return done;
  }
  for (const auto& [source, seen_as] : command.files) {
    const std::string path = real_path(seen_as);
    if (path.empty()) continue;
    if (auto done = bind_file(source, path); !done) return done;
  }
  return {};
}

}  // namespace hoplab::sandbox
