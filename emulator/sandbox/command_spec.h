// CommandSpec: what a command is, and what it finds where it runs.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace hoplab::sandbox {

struct CommandSpec {
  std::vector<std::string> arguments;    // the command first; looked up in PATH
  std::vector<std::string> environment;  // NAME=value
  /// A file, and the one of the machine that it is seen as.
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::string> hidden_folders;  // are seen as empty
  /// A folder, and the one of the machine that is seen with the first one's files in it.
  std::vector<std::pair<std::string, std::string>> folders;
};

std::string packed(const CommandSpec& command);
CommandSpec unpacked(std::string_view bytes);

}  // namespace hoplab::sandbox
