// LogFile: a file that lines are added to by all loops.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "aws/alb/connection_log.h"
#include "base/result.h"

namespace hoplab::topology {

class LogFile final : public aws::ConnectionLog {
 public:
  /// Opens `path` for appending and makes it when there is none; the error names it.
  static Result<std::unique_ptr<LogFile>> open(const std::string& path);

  /// Each line is in the file when this returns: whoever reads along sees whole lines.
  void add(const std::string& line) override;

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit LogFile(std::FILE* file) : file_(file) {}

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace hoplab::topology
