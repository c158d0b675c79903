#include "topology/line_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace hoplab::topology {

namespace {

constexpr std::size_t kMostWaiting = 1024 * 1024;

Error cannot_write(const std::string& path) {
  return Error{"cannot write " + path + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::unique_ptr<LineFile>> LineFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd < 0) return cannot_write(path);
  return std::unique_ptr<LineFile>(new LineFile(path, fd));
}

Result<std::unique_ptr<LineFile>> LineFile::on_descriptor(const std::string& number) {
  int wanted = -1;
  std::from_chars(number.data(), number.data() + number.size(), wanted);
  const int fd = ::fcntl(wanted, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return cannot_write("descriptor " + number);
  return std::unique_ptr<LineFile>(new LineFile("descriptor " + number, fd));
}

LineFile::~LineFile() {
  write_what_waits();
  ::close(fd_);
}

void LineFile::add(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() + line.size() < kMostWaiting) waiting_.append(line).append("\n");
  write_what_waits();
}

void LineFile::write_what_waits() {
  while (!waiting_.empty()) {
    const ssize_t written = ::write(fd_, waiting_.data(), waiting_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::string why = cannot_write(path_).message;
      if (!trouble_said_) std::fprintf(stderr, "hoplab: %s; lines are lost\n", why.c_str());
      trouble_said_ = true;
      return;
    }
    waiting_.erase(0, static_cast<std::size_t>(written));
  }
}

}  // namespace hoplab::topology
