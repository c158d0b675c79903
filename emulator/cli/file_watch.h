// FileWatch: tells when a file has been saved, also by an editor that puts a new one in its place.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hoplab::cli {

class FileWatch {
 public:
  static Result<FileWatch> open(const std::vector<std::string>& paths);
  FileWatch(FileWatch&& other) noexcept;
  ~FileWatch();

  /// These, too; those that it knows already are no error.
  Result<void> add(const std::vector<std::string>& paths);
  /// Readable when changed() may have something to say.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// Whether one of the files has been saved since the last call. Does not wait.
  bool changed();

 private:
  explicit FileWatch(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  std::set<std::pair<int, std::string>> files_;  // the watch of a folder, and the name in it
};

}  // namespace hoplab::cli
