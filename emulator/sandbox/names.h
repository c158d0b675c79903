// What the names of a topology lead to, where a command looks.
#pragma once

#include <string>

#include "topology/entry_names.h"

namespace hoplab::sandbox {

/// /etc/hosts with these names, and with those of the machine itself.
std::string hosts_file(const topology::NameTable& names);

}  // namespace hoplab::sandbox
