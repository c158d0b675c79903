// Elastic Load Balancing's operations, one function each, named as AWS names them. Errors have
// AWS's codes (alb.md 10, aws-api.md 4); every one is 400.
#pragma once

#include "awsapi/service.h"

namespace hoplab::awsapi::elbv2 {

ApiResult<Json> add_listener_certificates(const Call& call, const Json& in);
ApiResult<Json> add_tags(const Call& call, const Json& in);
ApiResult<Json> add_trust_store_revocations(const Call& call, const Json& in);
ApiResult<Json> create_listener(const Call& call, const Json& in);
ApiResult<Json> create_load_balancer(const Call& call, const Json& in);
ApiResult<Json> create_rule(const Call& call, const Json& in);
ApiResult<Json> create_target_group(const Call& call, const Json& in);
ApiResult<Json> create_trust_store(const Call& call, const Json& in);
ApiResult<Json> delete_listener(const Call& call, const Json& in);
ApiResult<Json> delete_load_balancer(const Call& call, const Json& in);
ApiResult<Json> delete_rule(const Call& call, const Json& in);
ApiResult<Json> delete_shared_trust_store_association(const Call& call, const Json& in);
ApiResult<Json> delete_target_group(const Call& call, const Json& in);
ApiResult<Json> delete_trust_store(const Call& call, const Json& in);
ApiResult<Json> deregister_targets(const Call& call, const Json& in);
ApiResult<Json> describe_account_limits(const Call& call, const Json& in);
ApiResult<Json> describe_listener_attributes(const Call& call, const Json& in);
ApiResult<Json> describe_listener_certificates(const Call& call, const Json& in);
ApiResult<Json> describe_listeners(const Call& call, const Json& in);
ApiResult<Json> describe_load_balancer_attributes(const Call& call, const Json& in);
ApiResult<Json> describe_load_balancers(const Call& call, const Json& in);
ApiResult<Json> describe_rules(const Call& call, const Json& in);
ApiResult<Json> describe_ssl_policies(const Call& call, const Json& in);
ApiResult<Json> describe_tags(const Call& call, const Json& in);
ApiResult<Json> describe_target_group_attributes(const Call& call, const Json& in);
ApiResult<Json> describe_target_groups(const Call& call, const Json& in);
ApiResult<Json> describe_target_health(const Call& call, const Json& in);
ApiResult<Json> describe_trust_store_associations(const Call& call, const Json& in);
ApiResult<Json> describe_trust_store_revocations(const Call& call, const Json& in);
ApiResult<Json> describe_trust_stores(const Call& call, const Json& in);
ApiResult<Json> get_resource_policy(const Call& call, const Json& in);
ApiResult<Json> get_trust_store_ca_certificates_bundle(const Call& call, const Json& in);
ApiResult<Json> get_trust_store_revocation_content(const Call& call, const Json& in);
ApiResult<Json> modify_listener(const Call& call, const Json& in);
ApiResult<Json> modify_listener_attributes(const Call& call, const Json& in);
ApiResult<Json> modify_load_balancer_attributes(const Call& call, const Json& in);
ApiResult<Json> modify_rule(const Call& call, const Json& in);
ApiResult<Json> modify_target_group(const Call& call, const Json& in);
ApiResult<Json> modify_target_group_attributes(const Call& call, const Json& in);
ApiResult<Json> modify_trust_store(const Call& call, const Json& in);
ApiResult<Json> register_targets(const Call& call, const Json& in);
ApiResult<Json> remove_listener_certificates(const Call& call, const Json& in);
ApiResult<Json> remove_tags(const Call& call, const Json& in);
ApiResult<Json> remove_trust_store_revocations(const Call& call, const Json& in);
ApiResult<Json> set_ip_address_type(const Call& call, const Json& in);
ApiResult<Json> set_rule_priorities(const Call& call, const Json& in);
ApiResult<Json> set_security_groups(const Call& call, const Json& in);
ApiResult<Json> set_subnets(const Call& call, const Json& in);

}  // namespace hoplab::awsapi::elbv2
