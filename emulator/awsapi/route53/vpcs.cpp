// Which VPCs see a private zone. Another account's asks for it, once the zone's owner lets it.
#include <algorithm>

#include "awsapi/route53/handlers.h"
#include "awsapi/route53/zones.h"

namespace hoplab::awsapi::route53 {

namespace {

constexpr const char* kAuthorized = "AuthorizedVpcs";

bool has(const Json& list, const Json& vpc) {
  return std::ranges::find(list, vpc) != list.end();
}

void take_out(Json& list, const Json& vpc) {
  Json left = Json::array();
  for (const Json& one : list) {
    if (one != vpc) left.push_back(one);
  }
  list = std::move(left);
}

Json authorized(const Document& zone) {
  return zone.attributes.value(kAuthorized, Json::array());
}

/// A zone that belongs to the caller, or to who has authorized the caller's VPC.
ApiResult<const Document*> zone_for(const Call& call, const Json& in) {
  const auto own = zone_of(call, in["HostedZoneId"]);
  if (own) return own;
  const std::string id = in["HostedZoneId"];
  const Document* const other = call.plane.find(id.substr(id.rfind('/') + 1), kZoneType);
  if (!other) return own;
  if (has(authorized(*other), in["VPC"])) return other;
  return ApiError{"NotAuthorizedException",
                  "The VPC is not authorized to be associated with the hosted zone", 401};
}

Refusal put_zone(const Call& call, Document zone) {
  Change made;
  made.put.push_back(std::move(zone));
  return change(call, std::move(made));
}

Refusal check_vpc_of_caller(const Call& call, const Json& vpc) {
  const Document* const found = call.plane.find(text_of(vpc, "VPCId"), "AWS::EC2::VPC");
  if (found && found->account == call.caller.account) return std::nullopt;
  return ApiError{"InvalidVPCId", "The VPC " + text_of(vpc, "VPCId") + " does not exist"};
}

}  // namespace

ApiResult<Json> associate_vpc(const Call& call, const Json& in) {
  const auto zone = zone_for(call, in);
  if (!zone) return zone.error();
  if (!is_private(**zone)) {
    return ApiError{"PublicZoneVPCAssociation",
                    "You're trying to associate a VPC with a public hosted zone."};
  }
  if (auto refused = check_vpc_of_caller(call, in["VPC"])) return *refused;
  Document document = **zone;
  Json& vpcs = document.properties["VPCs"];
  if (has(vpcs, in["VPC"])) {
    return ApiError{"ConflictingDomainExists", "The VPC is associated with the zone already"};
  }
  vpcs.push_back(in["VPC"]);
  if (auto refused = put_zone(call, std::move(document))) return *refused;
  return Json{{"ChangeInfo", new_change(call, text_of(in, "Comment"))}};
}

ApiResult<Json> disassociate_vpc(const Call& call, const Json& in) {
  const auto zone = zone_for(call, in);
  if (!zone) return zone.error();
  Document document = **zone;
  Json& vpcs = document.properties["VPCs"];
  if (!has(vpcs, in["VPC"])) {
    return ApiError{"VPCAssociationNotFound",
                    "The VPC is not associated with the specified hosted zone", 404};
  }
  if (vpcs.size() == 1) {
    return ApiError{"LastVPCAssociation",
                    "The VPC that you're trying to disassociate from the private hosted zone is "
                    "the last VPC that is associated with it."};
  }
  take_out(vpcs, in["VPC"]);
  if (auto refused = put_zone(call, std::move(document))) return *refused;
  return Json{{"ChangeInfo", new_change(call, text_of(in, "Comment"))}};
}

ApiResult<Json> create_vpc_association_authorization(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["HostedZoneId"]);
  if (!zone) return zone.error();
  Document document = **zone;
  Json all = authorized(document);
  if (!has(all, in["VPC"])) all.push_back(in["VPC"]);
  document.attributes[kAuthorized] = std::move(all);
  if (auto refused = put_zone(call, std::move(document))) return *refused;
  return Json{{"HostedZoneId", in["HostedZoneId"]}, {"VPC", in["VPC"]}};
}

ApiResult<Json> delete_vpc_association_authorization(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["HostedZoneId"]);
  if (!zone) return zone.error();
  Document document = **zone;
  Json all = authorized(document);
  if (!has(all, in["VPC"])) {
    return ApiError{"VPCAssociationAuthorizationNotFound",
                    "The VPC that you specified is not authorized to be associated with the hosted "
                    "zone.",
                    404};
  }
  take_out(all, in["VPC"]);
  document.attributes[kAuthorized] = std::move(all);
  if (auto refused = put_zone(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> list_vpc_association_authorizations(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["HostedZoneId"]);
  if (!zone) return zone.error();
  return Json{{"HostedZoneId", in["HostedZoneId"]}, {"VPCs", authorized(**zone)}};
}

}  // namespace hoplab::awsapi::route53
