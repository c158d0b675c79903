// Resources and methods of a REST API.
#pragma once

#include <string>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {

/// The path of the resource with `part` below the one of the id `parent`; the parent of all is the
/// API's root, "/". Empty: they lead in a circle.
std::string path_of_resource(const Resources& resources, const std::string& parent,
                             const std::string& part);

/// Adds Resources, and Authorizers as far as somebody answers for their functions.
void add_methods(Builder& builder, const Resource& api, Node& node);

}  // namespace hoplab::scenario::resources
