// Paths of a REST API's resources.
#pragma once

#include <string>
#include <string_view>

#include "scenario/resources/resource.h"

namespace hoplab::scenario::resources {

inline constexpr std::string_view kApiResource = "AWS::ApiGateway::Resource";

/// The resource of an API with that id; null: it is none, or the root.
const Resource* find_api_resource(const Resources& resources, const std::string& id);

/// The path of the resource with `part` below the one of the id `parent`; the parent of all is the
/// API's root, "/". Empty: they lead in a circle.
std::string path_of_resource(const Resources& resources, const std::string& parent,
                             const std::string& part);

}  // namespace hoplab::scenario::resources
