// What Elastic Load Balancing's operations share: types, ARNs, and finding what an ARN names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"

namespace hoplab::awsapi::elbv2 {

inline constexpr std::string_view kLoadBalancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer";
inline constexpr std::string_view kListenerType = "AWS::ElasticLoadBalancingV2::Listener";
inline constexpr std::string_view kListenerCertificateType =
    "AWS::ElasticLoadBalancingV2::ListenerCertificate";
inline constexpr std::string_view kRuleType = "AWS::ElasticLoadBalancingV2::ListenerRule";
inline constexpr std::string_view kTargetGroupType = "AWS::ElasticLoadBalancingV2::TargetGroup";
inline constexpr std::string_view kTrustStoreType = "AWS::ElasticLoadBalancingV2::TrustStore";
inline constexpr std::string_view kRevocationType =
    "AWS::ElasticLoadBalancingV2::TrustStoreRevocation";

/// "arn:aws:elasticloadbalancing:REGION:ACCOUNT:" and `resource`.
std::string arn_of(const Call& call, const std::string& resource);

/// What stands behind the last '/' of an ARN.
std::string_view last_part(std::string_view arn);

/// The document of an ARN, or the NotFound of its type ("TrustStoreNotFound").
ApiResult<const Document*> find(const Call& call, std::string_view type, const std::string& arn);

ApiError validation_error(const std::string& message);

/// A name of a load balancer, group or trust store (`what`): at most 32 letters, digits and
/// hyphens, none of these at an end.
Refusal check_name(std::string_view what, const std::string& name);

/// Those of `type` that in[arns] or in["Names"] ask for, in the order of their making; all of the
/// caller's when neither is there. NotFound when one is not there.
ApiResult<std::vector<const Document*>> choose(const Call& call, std::string_view type,
                                               const Json& in, std::string_view arns);

/// Takes in["Tags"] over.
Refusal take_tags(const Json& in, Document& document);

/// Puts the document there, and answers {`member`: [what `describe` makes of it]}.
ApiResult<Json> put_and_describe(const Call& call, Document document, const char* member,
                                 Json (*describe)(const Call& call, const Document& document));

}  // namespace hoplab::awsapi::elbv2
