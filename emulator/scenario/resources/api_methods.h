// Methods of a REST API, by the paths of its resources.
#pragma once

#include "scenario/format/api_stages.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {

/// Adds Resources, and Authorizers as far as somebody answers for their functions. `stages`: who
/// serves them.
void add_methods(Builder& builder, const Resource& api, const StageVariables& stages, Node& node);

/// Likewise what the API's Body says, an OpenAPI document that names what it leads to by ids and
/// ARNs; what `node` says already goes before it.
void add_body(Builder& builder, const Resource& api, const StageVariables& stages, Node& node);

}  // namespace hoplab::scenario::resources
