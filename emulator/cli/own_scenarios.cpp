#include "cli/own_scenarios.h"

#include <filesystem>

namespace hoplab::cli {

namespace fs = std::filesystem;

std::string own_scenarios() {
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (int up = 0; up < 4; ++up, folder = folder.parent_path()) {
    for (const char* place : {"scenarios", "share/hoplab/scenarios"}) {
      if (fs::is_directory(folder / place / "resets", error)) return (folder / place).string();
    }
  }
  return "scenarios";
}

std::string scenario_of_the_post() {
  return own_scenarios() + "/private-api-mtls.json";
}

std::string own_casebook() {
  return own_scenarios() + "/resets";
}

}  // namespace hoplab::cli
