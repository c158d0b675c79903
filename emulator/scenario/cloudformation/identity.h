// Which id, name or ARN a resource has, and its attributes: derived, and where the emulator shows
// them, the ones that it shows.
#pragma once

#include <deque>
#include <set>
#include <string>

#include "scenario/resources/resource.h"

namespace hoplab::scenario::cloudformation {

struct Surroundings {
  const std::deque<resources::Resource>& made;  // before it
  std::set<std::string>& names;                 // of load balancers and the like: taken
};

/// Sets physical_id and attributes of what has its properties.
void identify(resources::Resource& resource, Surroundings around);

std::string stack_id(const std::string& region, const std::string& account,
                     const std::string& name);

/// So many hexadecimal digits that follow from `of`.
std::string derived_hex(const std::string& of, std::size_t digits);

}  // namespace hoplab::scenario::cloudformation
