#include "sandbox/names.h"

#include <unistd.h>

namespace hoplab::sandbox {

std::string hosts_file(const topology::NameTable& names) {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";
  char own[256] = "";
  if (::gethostname(own, sizeof own - 1) == 0 && own[0] != '\0') {
    text += std::string("127.0.0.1 ") + own + "\n";
  }
  for (const auto& [name, addresses] : names) {
    for (const std::string& address : addresses) text += address + " " + name + "\n";
  }
  return text;
}

}  // namespace hoplab::sandbox
