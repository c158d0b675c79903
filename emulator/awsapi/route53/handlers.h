// Route 53's operations by what they are about.
#pragma once

#include "awsapi/service.h"

namespace hoplab::awsapi::route53 {

// Zones.
ApiResult<Json> create_hosted_zone(const Call& call, const Json& in);
ApiResult<Json> get_hosted_zone(const Call& call, const Json& in);
ApiResult<Json> list_hosted_zones(const Call& call, const Json& in);
ApiResult<Json> list_hosted_zones_by_name(const Call& call, const Json& in);
ApiResult<Json> list_hosted_zones_by_vpc(const Call& call, const Json& in);
ApiResult<Json> get_hosted_zone_count(const Call& call, const Json& in);
ApiResult<Json> update_hosted_zone_comment(const Call& call, const Json& in);
ApiResult<Json> delete_hosted_zone(const Call& call, const Json& in);
ApiResult<Json> get_change(const Call& call, const Json& in);
ApiResult<Json> get_dnssec(const Call& call, const Json& in);

// VPCs of private zones.
ApiResult<Json> associate_vpc(const Call& call, const Json& in);
ApiResult<Json> disassociate_vpc(const Call& call, const Json& in);
ApiResult<Json> create_vpc_association_authorization(const Call& call, const Json& in);
ApiResult<Json> delete_vpc_association_authorization(const Call& call, const Json& in);
ApiResult<Json> list_vpc_association_authorizations(const Call& call, const Json& in);

// Record sets.
ApiResult<Json> change_resource_record_sets(const Call& call, const Json& in);
ApiResult<Json> list_resource_record_sets(const Call& call, const Json& in);

// Tags.
ApiResult<Json> change_tags(const Call& call, const Json& in);
ApiResult<Json> list_tags(const Call& call, const Json& in);
ApiResult<Json> list_tags_of_several(const Call& call, const Json& in);

}  // namespace hoplab::awsapi::route53
