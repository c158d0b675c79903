// EC2's operations, one function each, named as AWS names them. Errors have AWS's codes
// ("InvalidVpcID.NotFound").
#pragma once

#include "awsapi/service.h"

namespace hoplab::awsapi::ec2 {

ApiResult<Json> create_vpc(const Call& call, const Json& in);
ApiResult<Json> delete_vpc(const Call& call, const Json& in);
ApiResult<Json> describe_vpcs(const Call& call, const Json& in);
ApiResult<Json> modify_vpc_attribute(const Call& call, const Json& in);
ApiResult<Json> describe_vpc_attribute(const Call& call, const Json& in);
ApiResult<Json> create_subnet(const Call& call, const Json& in);
ApiResult<Json> delete_subnet(const Call& call, const Json& in);
ApiResult<Json> describe_subnets(const Call& call, const Json& in);
ApiResult<Json> modify_subnet_attribute(const Call& call, const Json& in);
ApiResult<Json> create_security_group(const Call& call, const Json& in);
ApiResult<Json> delete_security_group(const Call& call, const Json& in);
ApiResult<Json> describe_security_groups(const Call& call, const Json& in);
ApiResult<Json> authorize_security_group_ingress(const Call& call, const Json& in);
ApiResult<Json> authorize_security_group_egress(const Call& call, const Json& in);
ApiResult<Json> revoke_security_group_ingress(const Call& call, const Json& in);
ApiResult<Json> revoke_security_group_egress(const Call& call, const Json& in);
ApiResult<Json> describe_security_group_rules(const Call& call, const Json& in);
ApiResult<Json> describe_availability_zones(const Call& call, const Json& in);
ApiResult<Json> describe_network_acls(const Call& call, const Json& in);
ApiResult<Json> describe_route_tables(const Call& call, const Json& in);
ApiResult<Json> describe_network_interfaces(const Call& call, const Json& in);
ApiResult<Json> describe_prefix_lists(const Call& call, const Json& in);
ApiResult<Json> create_tags(const Call& call, const Json& in);
ApiResult<Json> delete_tags(const Call& call, const Json& in);
ApiResult<Json> create_vpc_endpoint_service_configuration(const Call& call, const Json& in);
ApiResult<Json> describe_vpc_endpoint_service_configurations(const Call& call, const Json& in);
ApiResult<Json> modify_vpc_endpoint_service_configuration(const Call& call, const Json& in);
ApiResult<Json> delete_vpc_endpoint_service_configurations(const Call& call, const Json& in);
ApiResult<Json> describe_vpc_endpoint_service_permissions(const Call& call, const Json& in);
ApiResult<Json> modify_vpc_endpoint_service_permissions(const Call& call, const Json& in);
ApiResult<Json> start_vpc_endpoint_service_private_dns_verification(const Call& call,
                                                                    const Json& in);
ApiResult<Json> describe_vpc_endpoint_services(const Call& call, const Json& in);
ApiResult<Json> create_vpc_endpoint(const Call& call, const Json& in);
ApiResult<Json> describe_vpc_endpoints(const Call& call, const Json& in);
ApiResult<Json> modify_vpc_endpoint(const Call& call, const Json& in);
ApiResult<Json> delete_vpc_endpoints(const Call& call, const Json& in);
ApiResult<Json> describe_vpc_endpoint_connections(const Call& call, const Json& in);
ApiResult<Json> accept_vpc_endpoint_connections(const Call& call, const Json& in);
ApiResult<Json> reject_vpc_endpoint_connections(const Call& call, const Json& in);

}  // namespace hoplab::awsapi::ec2
