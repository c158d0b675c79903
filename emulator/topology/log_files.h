// Files that the lines of all load balancers' logs are added to.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "aws/alb/connection_log.h"
#include "aws/nlb/tls_access_log.h"
#include "base/result.h"

namespace hoplab::topology {

/// Each line is in the file when add() returns: whoever reads along sees whole lines. What cannot
/// be written (a full disk) is said once on standard error and written when there is room again, up
/// to a megabyte. Thread-safe.
class LineFile {
 public:
  /// Opens `path` for appending and makes it when there is none; the error names it.
  static Result<std::unique_ptr<LineFile>> open(const std::string& path);
  /// On an open descriptor, by its number.
  static Result<std::unique_ptr<LineFile>> on_descriptor(const std::string& number);
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;
  ~LineFile();
  void add(const std::string& line);

 private:
  LineFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  void write_what_waits();

  std::string path_;
  int fd_;
  std::mutex mutex_;
  std::string waiting_;
  bool trouble_said_ = false;
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
