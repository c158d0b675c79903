// MachineWide: what `hoplab exec --system` changes of the machine itself, so that every process on
// it finds the labs: a marked block in /etc/hosts, and authorities in the system's store.
//
// All of it is taken away at the end. Who could not do so (SIGKILL) leaves a block that names what
// there is to take away, and a lock that nobody holds; the next `hoplab exec` does it then.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "topology/entry_names.h"

namespace hoplab::sandbox {

class MachineWide {
 public:
  /// Takes the lock, and away what others have left behind. Refused without root, and while another
  /// has the lock: there is one /etc/hosts.
  static Result<std::unique_ptr<MachineWide>> claim();
  MachineWide(const MachineWide&) = delete;
  MachineWide& operator=(const MachineWide&) = delete;
  /// Takes away what it has added.
  ~MachineWide();

  /// Names, and the authorities in a PEM file. Once. A name that /etc/hosts has already is an
  /// error.
  Result<void> add(topology::NameTable names, const std::string& ca_bundle);
  /// What this machine lacks, a sentence each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// Its holder may take things away: see Sandbox::take_away_later().
  [[nodiscard]] int lock() const { return lock_; }

  /// Takes away what somebody has left behind who is gone, where this process may.
  static void clean_up_after_others();
  /// What the block in /etc/hosts names, and the block itself. For the lock's holder.
  static void take_away();

 private:
  explicit MachineWide(int lock) : lock_(lock) {}

  int lock_;
  std::vector<std::string> notes_;
};

}  // namespace hoplab::sandbox
