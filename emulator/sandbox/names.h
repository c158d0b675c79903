// What the names of a topology lead to.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "topology/emulator.h"

namespace hoplab::sandbox {

/// A name and its addresses, those of the first zone first. Where several ways in have one name, it
/// leads to the first of them, as endpoints() has them.
std::vector<std::pair<std::string, std::vector<std::string>>> names_of(
    const std::vector<EndpointAddress>& endpoints);

/// /etc/hosts with these names, and with those of the machine itself.
std::string hosts_file(const std::vector<std::pair<std::string, std::vector<std::string>>>& names);

}  // namespace hoplab::sandbox
