// Subnets: where the network interfaces of endpoints and load balancers have their addresses.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

using model::Subnet;
namespace rules = model::rules;

const ObjectType& subnet_type() {
  static const ObjectType type =
      Define<Subnet>("Subnet", "A subnet (AWS::EC2::Subnet).")
          .value("AvailabilityZone", text(rules::kAvailabilityZone), &Subnet::availability_zone,
                 "the zone it is in")
          .required()
          .value("CidrBlock", text(rules::kCidr), &Subnet::cidr_block,
                 "its addresses, such as 10.0.1.0/24; hoplab exec gives them to network interfaces")
          .required()
          .refuse("VpcId", "a scenario's subnets share one range of addresses")
          .refuse({"Ipv6CidrBlock", "AssignIpv6AddressOnCreation", "Ipv6Native", "EnableDns64"},
                  "endpoints and load balancers are IPv4 here")
          .refuse({"MapPublicIpOnLaunch", "AvailabilityZoneId", "OutpostArn"},
                  "it would have no effect on traffic")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
