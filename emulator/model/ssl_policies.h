// The security policies that an Application Load Balancer's HTTPS listener accepts, by name.
//
// AWS "Security policies for your Application Load Balancer". What a policy allows (versions and
// ciphers) is the TLS floor's; here are the names and which of them may share a load balancer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace hoplab::model {

/// Every policy name, in AWS's order of the documentation tables.
std::span<const std::string_view> ssl_policy_names() noexcept;

bool is_ssl_policy(std::string_view name) noexcept;

/// PQ, FIPS and FIPS-PQ policies may share a load balancer; a plain one goes with plain ones only.
enum class SslPolicyFamily : std::uint8_t { plain, hardened };
SslPolicyFamily ssl_policy_family(std::string_view name) noexcept;

}  // namespace hoplab::model
