// SecurityGroups: who may connect to endpoints and load balancers.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::SecurityGroup;
using model::SecurityGroupIngress;
namespace rules = model::rules;

const ObjectType& ingress_type() {
  using I = SecurityGroupIngress;
  static const ObjectType type =
      Define<I>("SecurityGroupIngress", "An ingress rule (AWS::EC2::SecurityGroupIngress).")
          .value("IpProtocol",
                 choice({"tcp", "-1"},
                        {{"udp", "connections are TCP"}, {"icmp", "connections are TCP"}}),
                 &I::ip_protocol, "tcp, or -1 for everything")
          .required()
          .value("FromPort", integer(0, 65535), &I::from_port, "tcp: the first port; default 0")
          .value("ToPort", integer(0, 65535), &I::to_port, "tcp: the last port; default 65535")
          .value("CidrIp", text(rules::kCidr), &I::cidr_ip,
                 "the clients' addresses; those of hoplab up begin with 127., those of hoplab exec "
                 "are "
                 "the VPC's")
          .required()
          .value("Description", text(), &I::description, "what it is for")
          .refuse("CidrIpv6", "connections are IPv4")
          .refuse({"SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId"},
                  "name the addresses as CidrIp")
          .after([](I& into, const Node& node, ReadContext& context) {
            if (into.from_port > into.to_port) {
              context.report(node, {}, "FromPort is above ToPort, so the rule covers no port");
            }
          })
          .type();
  return type;
}

}  // namespace

const ObjectType& security_group_type() {
  static const ObjectType type =
      Define<SecurityGroup>("SecurityGroup", "A security group (AWS::EC2::SecurityGroup).")
          .list("SecurityGroupIngress", ingress_type, &SecurityGroup::ingress,
                "who may connect; without a rule nobody may", 0, 60)
          .refuse("SecurityGroupEgress",
                  "security groups are stateful, and nothing here connects on its own")
          .refuse({"GroupDescription", "GroupName"}, "the key is the name")
          .refuse("VpcId", "a scenario's resources are in one VPC an account")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
