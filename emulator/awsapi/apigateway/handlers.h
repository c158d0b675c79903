// API Gateway's operations by what they are about. Each takes and answers what operations.cpp says.
#pragma once

#include "awsapi/apigateway/resources.h"

namespace hoplab::awsapi::apigateway {

/// The resource that in["ResourceId"] names, or NotFound.
ApiResult<std::string> resource_id(const Call& call, const Json& in);
/// Ids of what an API is made of: resources, methods, models and so on; not of what was deployed.
std::vector<std::string> definition_ids(const Call& call, const std::string& rest_api);

ApiResult<Json> create_access_association(const Call& call, const Json& in);
ApiResult<Json> create_api_key(const Call& call, const Json& in);
ApiResult<Json> create_base_path_mapping(const Call& call, const Json& in);
ApiResult<Json> create_deployment(const Call& call, const Json& in);
ApiResult<Json> create_domain_name(const Call& call, const Json& in);
ApiResult<Json> create_resource(const Call& call, const Json& in);
ApiResult<Json> create_rest_api(const Call& call, const Json& in);
ApiResult<Json> create_stage(const Call& call, const Json& in);
ApiResult<Json> create_usage_plan(const Call& call, const Json& in);
ApiResult<Json> create_usage_plan_key(const Call& call, const Json& in);
ApiResult<Json> create_vpc_link(const Call& call, const Json& in);
ApiResult<Json> delete_access_association(const Call& call, const Json& in);
ApiResult<Json> delete_api_key(const Call& call, const Json& in);
ApiResult<Json> delete_base_path_mapping(const Call& call, const Json& in);
ApiResult<Json> delete_deployment(const Call& call, const Json& in);
ApiResult<Json> delete_domain_name(const Call& call, const Json& in);
ApiResult<Json> delete_gateway_response(const Call& call, const Json& in);
ApiResult<Json> delete_integration(const Call& call, const Json& in);
ApiResult<Json> delete_integration_response(const Call& call, const Json& in);
ApiResult<Json> delete_method(const Call& call, const Json& in);
ApiResult<Json> delete_method_response(const Call& call, const Json& in);
ApiResult<Json> delete_resource(const Call& call, const Json& in);
ApiResult<Json> delete_rest_api(const Call& call, const Json& in);
ApiResult<Json> delete_stage(const Call& call, const Json& in);
ApiResult<Json> delete_usage_plan(const Call& call, const Json& in);
ApiResult<Json> delete_usage_plan_key(const Call& call, const Json& in);
ApiResult<Json> delete_vpc_link(const Call& call, const Json& in);
ApiResult<Json> get_access_associations(const Call& call, const Json& in);
ApiResult<Json> get_account(const Call& call, const Json& in);
ApiResult<Json> get_api_key(const Call& call, const Json& in);
ApiResult<Json> get_api_keys(const Call& call, const Json& in);
ApiResult<Json> get_base_path_mapping(const Call& call, const Json& in);
ApiResult<Json> get_base_path_mappings(const Call& call, const Json& in);
ApiResult<Json> get_deployment(const Call& call, const Json& in);
ApiResult<Json> get_deployments(const Call& call, const Json& in);
ApiResult<Json> get_domain_name(const Call& call, const Json& in);
ApiResult<Json> get_domain_names(const Call& call, const Json& in);
ApiResult<Json> get_gateway_response(const Call& call, const Json& in);
ApiResult<Json> get_gateway_responses(const Call& call, const Json& in);
ApiResult<Json> get_integration(const Call& call, const Json& in);
ApiResult<Json> get_integration_response(const Call& call, const Json& in);
ApiResult<Json> get_method(const Call& call, const Json& in);
ApiResult<Json> get_method_response(const Call& call, const Json& in);
ApiResult<Json> get_resource(const Call& call, const Json& in);
ApiResult<Json> get_resources(const Call& call, const Json& in);
ApiResult<Json> get_rest_api(const Call& call, const Json& in);
ApiResult<Json> get_rest_apis(const Call& call, const Json& in);
ApiResult<Json> get_stage(const Call& call, const Json& in);
ApiResult<Json> get_stages(const Call& call, const Json& in);
ApiResult<Json> get_tags(const Call& call, const Json& in);
ApiResult<Json> get_usage_plan(const Call& call, const Json& in);
ApiResult<Json> get_usage_plan_key(const Call& call, const Json& in);
ApiResult<Json> get_usage_plan_keys(const Call& call, const Json& in);
ApiResult<Json> get_usage_plans(const Call& call, const Json& in);
ApiResult<Json> get_vpc_link(const Call& call, const Json& in);
ApiResult<Json> get_vpc_links(const Call& call, const Json& in);
ApiResult<Json> import_rest_api(const Call& call, const Json& in);
ApiResult<Json> put_gateway_response(const Call& call, const Json& in);
ApiResult<Json> put_integration(const Call& call, const Json& in);
ApiResult<Json> put_integration_response(const Call& call, const Json& in);
ApiResult<Json> put_method(const Call& call, const Json& in);
ApiResult<Json> put_method_response(const Call& call, const Json& in);
ApiResult<Json> put_rest_api(const Call& call, const Json& in);
ApiResult<Json> reject_access_association(const Call& call, const Json& in);
ApiResult<Json> tag_resource(const Call& call, const Json& in);
ApiResult<Json> untag_resource(const Call& call, const Json& in);
ApiResult<Json> update_account(const Call& call, const Json& in);
ApiResult<Json> update_api_key(const Call& call, const Json& in);
ApiResult<Json> update_base_path_mapping(const Call& call, const Json& in);
ApiResult<Json> update_deployment(const Call& call, const Json& in);
ApiResult<Json> update_domain_name(const Call& call, const Json& in);
ApiResult<Json> update_gateway_response(const Call& call, const Json& in);
ApiResult<Json> update_integration(const Call& call, const Json& in);
ApiResult<Json> update_integration_response(const Call& call, const Json& in);
ApiResult<Json> update_method(const Call& call, const Json& in);
ApiResult<Json> update_method_response(const Call& call, const Json& in);
ApiResult<Json> update_resource(const Call& call, const Json& in);
ApiResult<Json> update_rest_api(const Call& call, const Json& in);
ApiResult<Json> update_stage(const Call& call, const Json& in);
ApiResult<Json> update_usage_plan(const Call& call, const Json& in);
ApiResult<Json> update_vpc_link(const Call& call, const Json& in);

// Models, request validators and authorizers.
template <const Entity& entity>
ApiResult<Json> create_part(const Call& call, const Json& in);
template <const Entity& entity>
ApiResult<Json> get_part(const Call& call, const Json& in);
template <const Entity& entity>
ApiResult<Json> get_parts(const Call& call, const Json& in);
template <const Entity& entity>
ApiResult<Json> update_part(const Call& call, const Json& in);
template <const Entity& entity>
ApiResult<Json> delete_part(const Call& call, const Json& in);

}  // namespace hoplab::awsapi::apigateway
