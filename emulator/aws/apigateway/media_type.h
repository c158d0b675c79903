// Media types in header fields (RFC 9110 8.3.1, 12.5.1).
#pragma once

#include <string_view>

namespace hoplab::aws {

/// `type/subtype` of Content-Type, or of the first of Accept: without parameters and what follows.
[[nodiscard]] constexpr std::string_view first_media_type(std::string_view field) noexcept {
  field = field.substr(0, field.find_first_of(";,"));
  while (field.starts_with(' ') || field.starts_with('\t')) field.remove_prefix(1);
  while (field.ends_with(' ') || field.ends_with('\t')) field.remove_suffix(1);
  return field;
}

}  // namespace hoplab::aws
