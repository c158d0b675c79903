// Where something is, and who may connect to it.
#pragma once

#include <string>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {

/// A zone of the Region; those that CDK makes up where it knows none, "dummy1b", by their letter.
std::string zone_of(const std::string& zone, const std::string& region);

/// Adds to `node` its subnets as `member`, by name, or its zones where their addresses cannot be
/// had beside others'. `ids` are subnets' ids.
void add_places(Builder& builder, const Resource& resource, const Node& ids,
                std::string_view member, Node& node);

/// Adds to `node` its security groups as `member`, by name. Where one is not among the resources,
/// everybody may connect, which is noted.
void add_security_groups(Builder& builder, const Resource& resource, const Node& ids,
                         std::string_view member, Node& node);

}  // namespace hoplab::scenario::resources
