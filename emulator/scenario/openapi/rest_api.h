// A RestApi as a scenario says it, of an OpenAPI document.
#pragma once

#include "scenario/openapi/document.h"

namespace hoplab::scenario::openapi {

/// Its members, as an object; each node's place is that of the document. Mistakes are reported, and
/// what has them is left out. Nothing: it is no such document.
std::optional<Node> rest_api_of(const Node& root, const Surroundings& around, ReadContext& context);

}  // namespace hoplab::scenario::openapi
