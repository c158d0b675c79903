// What EC2's operations share: types, ids, tags at creation, and describing by ids and filters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"

namespace hoplab::awsapi::ec2 {

inline constexpr std::string_view kVpcType = "AWS::EC2::VPC";
inline constexpr std::string_view kSubnetType = "AWS::EC2::Subnet";
inline constexpr std::string_view kGroupType = "AWS::EC2::SecurityGroup";
inline constexpr std::string_view kIngressType = "AWS::EC2::SecurityGroupIngress";
inline constexpr std::string_view kEgressType = "AWS::EC2::SecurityGroupEgress";
inline constexpr std::string_view kServiceType = "AWS::EC2::VPCEndpointService";
inline constexpr std::string_view kPermissionsType = "AWS::EC2::VPCEndpointServicePermissions";
inline constexpr std::string_view kEndpointType = "AWS::EC2::VPCEndpoint";
inline constexpr std::string_view kInterfaceType = "AWS::EC2::NetworkInterface";

/// "vpc-" and 17 hexadecimal digits; of `name` the first time the same at every start.
std::string new_id(const Call& call, const std::string& prefix, const std::string& name);

/// The document, or the NotFound of its type ("InvalidVpcID.NotFound").
ApiResult<const Document*> find(const Call& call, std::string_view type, const std::string& id);

/// A new document with in["TagSpecifications"].
ApiResult<Document> made(const Call& call, std::string id, std::string_view type, const Json& in);

/// What a Describe operation answers with: the items that in["Filters"] leave, by pages.
ApiResult<Json> filtered(const Json& in, std::string_view member, std::vector<Json> items);

/// The documents of `type` that in[ids] names, or all of the caller's, as `item` describes them,
/// filtered.
ApiResult<Json> describe(const Call& call, const Json& in, std::string_view type,
                         std::string_view ids, std::string_view member,
                         Json (*item)(const Call& call, const Document& document));

/// The document goes there and is answered as {`member`: what `item` makes of it}.
ApiResult<Json> put_and_answer(const Call& call, Document document, const char* member,
                               Json (*item)(const Call& call, const Document& document));

/// Zones of the caller's Region: "eu-west-1a" to "c".
std::vector<std::string> zones_of(const Call& call);
/// "euw1-az1" of "eu-west-1a".
std::string zone_id(const std::string& zone);

inline Json returned() {
  return {{"Return", true}, {"ReturnValue", true}};
}

/// {Unsuccessful: [...]} of ids that could not be used.
struct Unsuccessful {
  Json items = Json::array();
  void add(const std::string& id, const ApiError& error) {
    items.push_back(
        {{"ResourceId", id}, {"Error", {{"Code", error.code}, {"Message", error.message}}}});
  }
};

}  // namespace hoplab::awsapi::ec2
