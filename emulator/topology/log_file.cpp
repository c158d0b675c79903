#include "topology/log_file.h"

#include <cerrno>
#include <cstring>

namespace hoplab::topology {

Result<std::unique_ptr<LogFile>> LogFile::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  if (!file) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return std::unique_ptr<LogFile>(new LogFile(file));
}

void LogFile::add(const std::string& line) {
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), file_.get());
  std::fputc('\n', file_.get());
  std::fflush(file_.get());
}

}  // namespace hoplab::topology
