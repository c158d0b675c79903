#include "topology/connection_log_file.h"

#include <cerrno>
#include <cstring>

namespace hoplab::topology {

Result<std::unique_ptr<ConnectionLogFile>> ConnectionLogFile::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  if (!file) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return std::unique_ptr<ConnectionLogFile>(new ConnectionLogFile(file));
}

void ConnectionLogFile::add(const aws::ConnectionLogEntry& entry) {
  const std::string line = aws::connection_log_line(entry) + "\n";
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), file_.get());
  std::fflush(file_.get());
}

}  // namespace hoplab::topology
