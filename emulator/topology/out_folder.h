// The folder with everything that clients need: certificates, and what says where everything is.
//
// A folder that the user names may have other things in it. What hoplab has written there is on
// record in a file beside it, with a hash; what is not, or has another content since, is the
// user's. One hoplab at a time has such a folder.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "topology/emulator.h"
#include "topology/temporary_folder.h"

namespace hoplab::topology {

class OutFolder {
 public:
  /// A temporary one, gone with this object.
  static Result<OutFolder> make();
  /// At `path`, which is made if need be. `force`: what is the user's there is written over.
  static Result<OutFolder> open(const std::string& path, bool force);
  OutFolder(OutFolder&& other) noexcept;
  OutFolder& operator=(OutFolder&& other) noexcept;
  ~OutFolder();

  /// Absolute.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Each file appears complete. `name` may have folders before it.
  Result<void> write(const std::string& name, std::string_view content,
                     Readers readers = Readers::owner);
  /// Takes away what this object has written, for a start that fails: nobody will use those keys.
  void take_away();

 private:
  OutFolder() = default;
  Result<void> read_record(const std::string& file);

  /// Leaves of the record what is still there.
  Result<void> shorten_record();
  Result<void> write_record(const std::string& lines, bool anew);

  std::string path_;
  std::optional<TemporaryFolder> temporary_;
  int record_ = -1;                   // open to append, and locked; -1: the folder is temporary
  std::set<std::string> recorded_;    // its lines: a hash and a name
  std::vector<std::string> written_;  // paths, by this object
  bool made_ = false;                 // the folder, by this object
  bool new_record_ = false;           // there was none, or an empty one
  bool force_ = false;
};

}  // namespace hoplab::topology
