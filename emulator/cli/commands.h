// The subcommands. Each returns the process's exit code: 0 good, 1 a check failed, 2 could not run.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace hoplab::cli {

struct SharedOptions {
  std::map<std::string, std::string> settings;  // --set name=value
  unsigned threads = 1;
};

struct UpOptions : SharedOptions {
  std::string scenario;
  std::string out;
  bool json = false;
};
int up(const UpOptions& options);

struct TestOptions : SharedOptions {
  std::vector<std::string> scenarios;
  std::string junit;
};
int test(const TestOptions& options);

}  // namespace hoplab::cli
