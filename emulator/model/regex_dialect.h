// What the regular expressions of AWS's rules lack, by name.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
#pragma once

#include <optional>
#include <string_view>

namespace hoplab::model {

/// A feature that other dialects have, and where the expression asks for it.
struct MissingFeature {
  std::string_view name;   // "lookahead"
  std::string_view piece;  // "(?="
};

/// The first in `regex`; nothing: it asks for none of them, be it well formed or not.
std::optional<MissingFeature> missing_feature(std::string_view regex) noexcept;

}  // namespace hoplab::model
