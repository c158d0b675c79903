// Which members of a fault belong to which action: what it needs, and what it takes beside.
#pragma once

#include <span>
#include <string_view>

#include "model/fault.h"

namespace hoplab::model {

struct FaultMember {
  unsigned bit;
  std::string_view name;  // in the scenario format
  bool (*given)(const Fault& fault);
};
/// All that not every action takes.
std::span<const FaultMember> fault_members();

struct FaultMembers {
  unsigned needs = 0, takes = 0;  // bits
};
FaultMembers members_of(FaultAction action);

/// What people say behind the action, as in "latency 200ms"; empty: nothing.
std::string_view main_member(FaultAction action);

}  // namespace hoplab::model
