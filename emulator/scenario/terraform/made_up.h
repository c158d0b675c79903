// What AWS gives a resource when it is made, for those that a plan only intends to make: ids, ARNs
// and names that follow from their addresses.
#pragma once

#include <string>

#include "scenario/terraform/instance.h"

namespace hoplab::scenario::terraform {

/// Gives `instance` the id, ARN and the like that it lacks.
void make_up(Instance& instance, const std::string& account, const std::string& region);

/// The address that an interface in a block of addresses has; empty: it is none.
std::string address_within(const std::string& cidr, const std::string& of);

/// Sets an attribute, unless the instance has it.
void set_attribute(Instance& instance, std::string_view name, const std::string& text);

}  // namespace hoplab::scenario::terraform
