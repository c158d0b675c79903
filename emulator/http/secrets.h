// What is not for everybody who reads along: values of fields and query members such as
// Authorization, Cookie, X-Api-Key and access_token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hoplab::http {

inline constexpr std::string_view kMasked = "***";

/// By its name.
bool is_secret(std::string_view name);

/// A request's target with the values of its query's secret members masked.
std::string masked_target(std::string_view target);

/// The texts by which a secret field's value would be known elsewhere: itself, what follows the
/// scheme, the values of cookies. Those that are too short to be secret are left out.
std::vector<std::string> secrets_in(std::string_view value);

/// `text` with each of `secrets` masked.
std::string masked(std::string text, const std::vector<std::string>& secrets);

}  // namespace hoplab::http
