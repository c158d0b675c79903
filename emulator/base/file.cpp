#include "base/file.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <memory>

namespace hoplab {

namespace {

struct Closer {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const auto refuse = [&path] {
    return Error{"cannot read " + path + ": " + std::strerror(errno)};
  };
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return refuse();
  std::string text;
  struct stat about {};
  if (::fstat(::fileno(file.get()), &about) == 0 && about.st_size > 0) {
    text.reserve(static_cast<std::size_t>(about.st_size));
  }
  std::array<char, 64 * 1024> piece;
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece.data(), size);
  }
  if (std::ferror(file.get())) return refuse();
  return text;
}

std::string real_path(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) ? resolved : "";
}

}  // namespace hoplab
