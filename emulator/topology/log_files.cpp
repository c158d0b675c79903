#include "topology/log_files.h"

#include <cerrno>
#include <cstring>

namespace hoplab::topology {

Result<std::unique_ptr<LineFile>> LineFile::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  if (!file) return Error{"cannot write " + path + ": " + std::strerror(errno)};
  return std::unique_ptr<LineFile>(new LineFile(file));
}

void LineFile::add(std::string line) {
  line += '\n';
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), file_.get());
  std::fflush(file_.get());
}

}  // namespace hoplab::topology
