// Names that a word of a command line may be, by what the help calls it: CERTIFICATE, FAULT.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hoplab::cli {

/// Where names come from.
struct NameSources {
  std::string scenario;  // a file; empty: the emulator that runs
  std::string admin;     // its address; empty: what HOPLAB_ADMIN says
  std::string before;    // the word before, such as a target's group
};

/// None where nobody knows any.
std::vector<std::string> names_of(std::string_view placeholder, const NameSources& sources);

}  // namespace hoplab::cli
