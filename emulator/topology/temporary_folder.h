// A folder of its own in the system's folder for such things, gone with its owner.
//
// Who could not clean up (a crash, SIGKILL) leaves a folder whose lock nobody holds; the next one
// that is made takes those of the same user away.
#pragma once

#include <string>

#include "base/result.h"

namespace hoplab::topology {

class TemporaryFolder {
 public:
  /// The error names the folder, and TMPDIR where that is what is wrong.
  static Result<TemporaryFolder> make();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Takes all of this process away, for who ends it without their destructors. Any thread.
  static void take_all_away();

 private:
  TemporaryFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;  // empty: moved from
  int lock_ = -1;
};

}  // namespace hoplab::topology
