// IAM policies as they stand in a scenario: JSON, kept as its text.
#pragma once

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

/// Lengths in characters.
inline constexpr std::size_t kLongestResourcePolicy = 8192;
inline constexpr std::size_t kLongestEndpointPolicy = 20'480;
inline constexpr std::size_t kLongestIdentityPolicy = 6144;

/// Only the shape; the policy floor judges operators and keys when it compiles the text. `what`: "a
/// resource policy".
void read_policy(std::string& into, const Node& node, ReadContext& context, std::string_view what,
                 std::size_t longest);

/// Of a policy that need not be there.
inline std::optional<Node> written_policy(const std::string& policy) {
  if (policy.empty()) return std::nullopt;
  return node_of_json(policy);
}

}  // namespace hoplab::scenario
