// What of a topology cannot be as on AWS on this machine.
#pragma once

#include <string>
#include <vector>

#include "topology/prepared.h"

namespace hoplab::topology {

/// A sentence each: of security policies that this OpenSSL cannot keep, and of ranges of addresses
/// that no client here can have.
std::vector<std::string> notes_of(const Prepared& now);

}  // namespace hoplab::topology
