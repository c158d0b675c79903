// VpcEndpoints and VpcEndpointServices.
#include "scenario/format/reader_policy.h"

namespace hoplab::scenario {
namespace {

using model::EndpointState;
using model::VpcEndpoint;
using model::VpcEndpointService;
namespace rules = model::rules;

const ObjectType& private_dns_name_type() {
  using enum model::DnsNameState;
  static const ObjectType type =
      Define<VpcEndpointService>("PrivateDnsNameConfiguration",
                                 "The verification of a service's private DNS name.")
          .word<model::DnsNameState>(
              "State",
              {{"verified", verified},
               {"pendingVerification", pending_verification},
               {"failed", failed}},
              &VpcEndpointService::private_dns_name_state,
              "verified, the default; otherwise endpoints cannot enable private DNS, but for those "
              "whose State says that they are available already")
          .refuse({"Name", "Type", "Value"},
                  "the TXT record is AWS's to choose; only the State matters here")
          .type();
  return type;
}

}  // namespace

const std::vector<std::pair<std::string_view, EndpointState>>& endpoint_states() {
  using enum EndpointState;
  static const std::vector<std::pair<std::string_view, EndpointState>> all = {
      {"pendingAcceptance", pending_acceptance},
      {"pending", pending},
      {"available", available},
      {"rejected", rejected},
      {"expired", expired},
      {"failed", failed},
      {"deleting", deleting},
      {"deleted", deleted}};
  return all;
}

const ObjectType& vpc_endpoint_type() {
  static const ObjectType type =
      Define<VpcEndpoint>("VpcEndpoint", "An interface endpoint (AWS::EC2::VPCEndpoint).")
          .fixed("VpcEndpointType",
                 choice({"Interface"},
                        {{"Gateway", "PrivateLink uses interface endpoints"},
                         {"GatewayLoadBalancer", "PrivateLink uses interface endpoints"}}),
                 "Interface, the default")
          .value("ServiceName", text(rules::kNotEmpty), &VpcEndpoint::service_name,
                 "an endpoint service of this scenario, or execute-api for private APIs")
          .required()
          .value("Account", text(rules::kAccount), &VpcEndpoint::account,
                 "the account it is in; default 111111111111")
          .value("PrivateDnsEnabled", boolean(), &VpcEndpoint::private_dns_enabled,
                 "whether the service's private DNS name leads here, or the names of private APIs; "
                 "default false")
          .value("AvailabilityZones", list_of(text(rules::kAvailabilityZone), 1, 6),
                 &VpcEndpoint::availability_zones,
                 "one network interface in each; default: the first zone of the Region")
          .value(
              "VpcEndpointId", text(rules::kVpcEndpointId), &VpcEndpoint::id,
              "its id, which policies compare with aws:SourceVpce; default derived from its name")
          .value("VpcId", text(rules::kVpcId), &VpcEndpoint::vpc_id,
                 "its VPC; default: the one VPC of its account")
          .word<EndpointState>(
              "State", endpoint_states(), &VpcEndpoint::state,
              "the state to start in; default available, or pendingAcceptance when "
              "the service requires acceptance. An endpoint that is said to be "
              "available was there before its service's private DNS name lost its "
              "verification")
          .value("localPort", integer(0, 65535), &VpcEndpoint::local_port,
                 "the port on this machine; 0, the default, takes a free one")
          .value("SubnetIds", list_of(text(rules::kNotEmpty), 1, 6), &VpcEndpoint::subnets,
                 "subnets of this scenario, by name, one for each zone; its zones are theirs")
          .value("SecurityGroupIds", list_of(text(rules::kNotEmpty), 1, 16),
                 &VpcEndpoint::security_groups,
                 "security groups of this scenario, by name; none: everybody may connect")
          .own("PolicyDocument", json(),
               "of an execute-api endpoint: its policy; default full access",
               [](VpcEndpoint& into, const Node& node, ReadContext& context) {
                 read_policy(into.policy, node, context, "an endpoint policy",
                             kLongestEndpointPolicy);
               })
          .written([](const VpcEndpoint& from, bool) { return written_policy(from.policy); })
          .refuse({"DnsOptions", "IpAddressType"}, "endpoints are IPv4")
          .refuse(
              {"ServiceRegion", "RouteTableIds", "ResourceConfigurationArn", "ServiceNetworkArn"},
              "an interface endpoint leads to a service of the same Region")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

const ObjectType& vpc_endpoint_service_type() {
  static const ObjectType type =
      Define<VpcEndpointService>("VpcEndpointService",
                                 "An endpoint service (AWS::EC2::VPCEndpointService).")
          .value("NetworkLoadBalancer", text(rules::kNotEmpty),
                 &VpcEndpointService::network_load_balancer, "the load balancer behind it")
          .required()
          .value("AcceptanceRequired", boolean(), &VpcEndpointService::acceptance_required,
                 "whether endpoints wait for acceptance; default false")
          .value("AllowedPrincipals", list_of(text(rules::kPrincipal)),
                 &VpcEndpointService::allowed_principals,
                 "who may connect: arn:aws:iam::<account>:root or *; default nobody")
          .value("PrivateDnsName", text(rules::kDomainName), &VpcEndpointService::private_dns_name,
                 "the private DNS name")
          .nested(
              "PrivateDnsNameConfiguration", private_dns_name_type,
              [](VpcEndpointService& into) -> VpcEndpointService& { return into; },
              "whether the private DNS name is the provider's")
          .refuse({"NetworkLoadBalancerArns", "GatewayLoadBalancerArns"},
                  "name one network load balancer of the scenario as NetworkLoadBalancer")
          .refuse("ContributorInsightsEnabled", "there are no Contributor Insights")
          .refuse("PayerResponsibility", "nobody pays")
          .refuse({"SupportedIpAddressTypes", "SupportedRegions"},
                  "services are IPv4 and in one Region")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
