// Ids that AWS would give at random and hoplab derives from names: the same at every start.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hoplab::model {

std::string derived_vpc_endpoint_id(std::string_view name);   // vpce-<17 hex>
std::string derived_vpc_id(std::string_view account);         // vpc-<17 hex>: one VPC an account
std::string derived_load_balancer_id(std::string_view name);  // 16 hex: the end of its ARN
std::string derived_target_group_id(std::string_view name);   // likewise
std::string derived_rest_api_id(std::string_view name);       // 10 lower-case letters and digits

/// "<load balancer>:<port>", which tells a listener from all others.
std::string listener_key(std::string_view load_balancer, std::uint16_t port);

}  // namespace hoplab::model
