// A RestApi as a scenario says it, of an OpenAPI document.
#pragma once

#include "scenario/openapi/document.h"

namespace hoplab::scenario::openapi {

/// What API Gateway imports at most (apigateway.md 11).
inline constexpr std::size_t kLargestDocument = 6 << 20;

/// A document's tree. What begins with a brace is JSON, whatever its file is called, else YAML.
std::optional<Node> parse_text(std::string_view text, const std::string& file,
                               std::vector<Diagnostic>& diagnostics);

/// Its members, as an object; each node's place is that of the document. Mistakes are reported, and
/// what has them is left out. Nothing: it is no such document.
std::optional<Node> rest_api_of(const Node& root, const Surroundings& around, ReadContext& context);

}  // namespace hoplab::scenario::openapi
