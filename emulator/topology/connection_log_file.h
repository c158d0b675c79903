// ConnectionLogFile: a file that the lines of all load balancers are added to.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "aws/alb/connection_log.h"
#include "base/result.h"

namespace hoplab::topology {

class ConnectionLogFile final : public aws::ConnectionLog {
 public:
  /// Opens `path` for appending and makes it when there is none; the error names it.
  static Result<std::unique_ptr<ConnectionLogFile>> open(const std::string& path);

  /// Each line is in the file when this returns: whoever reads along sees whole lines.
  void add(const aws::ConnectionLogEntry& entry) override;

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit ConnectionLogFile(std::FILE* file) : file_(file) {}

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Closer> file_;
};

}  // namespace hoplab::topology
