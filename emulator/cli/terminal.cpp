#include "cli/terminal.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace hoplab::cli {

std::string paint(Colour colour, std::string_view text) {
  static const bool colours = ::isatty(STDOUT_FILENO) && !std::getenv("NO_COLOR");
  if (!colours || colour == Colour::plain) return std::string(text);
  const char* code = "";
  switch (colour) {
    case Colour::green: code = "\x1b[32m"; break;
    case Colour::red: code = "\x1b[31m"; break;
    case Colour::yellow: code = "\x1b[33m"; break;
    case Colour::dim: code = "\x1b[2m"; break;
    case Colour::bold: code = "\x1b[1m"; break;
    case Colour::plain: break;
  }
  return code + std::string(text) + "\x1b[0m";
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  output_is_lost();
}

bool output_is_lost() {
  static std::atomic<bool> lost = false;
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return lost;
  const char* const why = std::strerror(errno);
  if (!lost.exchange(true)) {
    std::fprintf(stderr,
                 "hoplab: cannot write to standard output: %s; what is printed there is lost\n",
                 why);
  }
  std::clearerr(stdout);
  return true;
}

void keep_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is this one. Writing there fails, as it would on a closed one.
    if (::open("/dev/null", O_RDONLY) != fd) return;
  }
}

int fail(const std::string& error) {
  std::fprintf(stderr, "hoplab: %s\n", error.c_str());
  return 2;
}

}  // namespace hoplab::cli
