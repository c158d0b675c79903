// The attributes of load balancers, listeners and target groups: keys, values, defaults
// (alb.md 5, nlb-privatelink.md 3).
#pragma once

#include <cstdint>
#include <string_view>

#include "awsapi/elbv2/resources.h"

namespace hoplab::awsapi::elbv2 {

/// Which of a type have it.
enum class Whose : std::uint8_t { all, application, network, lambda };

struct Attribute {
  std::string_view type;  // of the resource
  Whose whose;
  std::string_view key;
  /// "true|false", "60-4000", words and ranges with '|' between them; empty: any text.
  std::string_view values;
  std::string_view preset;  // "-": unset, and not shown
};

Table<Attribute> attributes() noexcept;

bool is_allowed(const Attribute& attribute, std::string_view value);

}  // namespace hoplab::awsapi::elbv2
