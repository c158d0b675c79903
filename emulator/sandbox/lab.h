// Lab: one of the scenarios that a command runs beside.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "topology/emulator.h"
#include "topology/entry_names.h"

namespace hoplab::sandbox {

struct Lab {
  std::string file;              // as it was named
  std::string part;              // of names of variables and folders
  Emulator* emulator = nullptr;  // has started
  std::string admin;             // address of its admin API
};

/// Of each file a part that no other has: its name without folder and extension.
std::vector<std::string> parts_of(const std::vector<std::string>& files);

/// The names of all labs, and where they lead now.
struct JointNames {
  topology::NameTable names;
  std::vector<std::string> notes;  // about names that lead to one of two labs
};
/// A name that clients call two of them by is an error that names both files.
Result<JointNames> joint_names(const std::vector<Lab>& labs);

/// Those of the first lab, and of several also those of each with its part behind HOPLAB_:
/// HOPLAB_OWN_SERVICE_ADMIN. HOPLAB_SCENARIOS has the parts.
std::vector<std::pair<std::string, std::string>> joint_variables(const std::vector<Lab>& labs);

/// A file with the authorities of all labs.
Result<std::string> joint_ca_bundle(const std::vector<Lab>& labs);

}  // namespace hoplab::sandbox
