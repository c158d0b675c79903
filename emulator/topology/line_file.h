// LineFile: a file that lines are added to.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

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
  void add(std::string_view line);

 private:
  LineFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  void write_what_waits();

  std::string path_;
  int fd_;
  std::mutex mutex_;
  std::string waiting_;
  bool trouble_said_ = false;
};

}  // namespace hoplab::topology
