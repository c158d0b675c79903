#include "sandbox/environment.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/ascii.h"

namespace hoplab::sandbox {

std::vector<std::string> own_environment() {
  std::vector<std::string> all;
  for (char** one = ::environ; one && *one; ++one) all.emplace_back(*one);
  return all;
}

void set_variable(std::vector<std::string>& environment, const std::string& name,
                  const std::string& value) {
  const std::string begins = name + "=";
  std::erase_if(environment, [&](const std::string& one) { return one.starts_with(begins); });
  environment.push_back(begins + value);
}

std::string in_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = (folder.empty() ? "." : folder) + "/" + program;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

std::string variable_part(const std::string& name) {
  std::string part;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    part += letter ? upper_case(c) : '_';
  }
  return part;
}

}  // namespace hoplab::sandbox
