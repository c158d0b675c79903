// Ids that AWS would give at random and hoplab derives from names: the same at every start.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hoplab::model {

std::string derived_vpc_endpoint_id(std::string_view name);   // vpce-<17 hex>
std::string derived_vpc_id(std::string_view account);         // vpc-<17 hex>: one VPC an account
std::string derived_load_balancer_id(std::string_view name);  // 16 hex: the end of its ARN
std::string derived_rest_api_id(std::string_view name);       // 10 lower-case letters and digits
/// 6 of them, of a resource or a deployment of an API: `name` is its path, or its stage.
std::string derived_id_within_api(std::string_view api_id, std::string_view name);
std::string derived_api_key_id(std::string_view name);     // 10 of them
std::string derived_api_key_value(std::string_view name);  // 40 letters and digits
std::string derived_usage_plan_id(std::string_view name);  // 6 of them

/// 20 capital letters and digits: AKIA..., of temporary credentials ASIA...
std::string derived_access_key_id(std::string_view name, bool temporary);
std::string derived_secret_access_key(std::string_view name);  // 40 characters
/// What aws:userid is of the caller with that ARN.
std::string derived_user_id(std::string_view principal_arn);

std::string application_load_balancer_arn(std::string_view region, std::string_view name);
std::string target_group_arn(std::string_view region, std::string_view name);
/// Of a certificate of the PKI, as if ACM had it; its name stands for ACM's id.
std::string certificate_arn(std::string_view region, std::string_view name);

/// "<load balancer>:<port>", which tells a listener from all others.
std::string listener_key(std::string_view load_balancer, std::uint16_t port);

}  // namespace hoplab::model
