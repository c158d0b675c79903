// FileWatch: tells when a file has been saved, also by an editor that puts a new one in its place.
#pragma once

#include <string>

#include "base/result.h"

namespace hoplab::cli {

class FileWatch {
 public:
  static Result<FileWatch> open(const std::string& path);
  FileWatch(FileWatch&& other) noexcept;
  ~FileWatch();

  /// Readable when changed() may have something to say.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// Whether the file has been saved since the last call. Does not wait.
  bool changed();

 private:
  FileWatch(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  int descriptor_;
  std::string name_;  // within its folder
};

}  // namespace hoplab::cli
