// Files that the lines of all load balancers' logs are added to.
#pragma once

#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "aws/alb/connection_log.h"
#include "aws/nlb/tls_access_log.h"
#include "base/result.h"

namespace hoplab::topology {

/// Each line is in the file when add() returns: whoever reads along sees whole lines. Thread-safe.
class LineFile {
 public:
  /// Opens `path` for appending and makes it when there is none; the error names it.
  static Result<std::unique_ptr<LineFile>> open(const std::string& path);
  void add(std::string line);

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit LineFile(std::FILE* file) : file_(file) {}

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Closer> file_;
};

class ConnectionLogFile final : public aws::ConnectionLog {
 public:
  explicit ConnectionLogFile(std::unique_ptr<LineFile> file) : file_(std::move(file)) {}
  void add(const aws::ConnectionLogEntry& entry) override {
    file_->add(aws::connection_log_line(entry));
  }

 private:
  std::unique_ptr<LineFile> file_;
};

class TlsAccessLogFile final : public aws::TlsAccessLog {
 public:
  explicit TlsAccessLogFile(std::unique_ptr<LineFile> file) : file_(std::move(file)) {}
  void add(const aws::TlsAccessLogEntry& entry) override {
    file_->add(aws::tls_access_log_line(entry));
  }

 private:
  std::unique_ptr<LineFile> file_;
};

}  // namespace hoplab::topology
