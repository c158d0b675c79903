// VPC links, through which integrations reach load balancers.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::VpcLink;
namespace rules = model::rules;

void check_link(VpcLink& into, const Node& node, ReadContext& context) {
  const Node* const targets = node.find("TargetArns");
  if (targets && targets->items.size() == 1) into.load_balancer = targets->items.front().text;
  const Node* const subnets = node.find("SubnetIds");
  if (targets && subnets) {
    context.report(*subnets, {}, "a link with TargetArns has no interfaces of its own");
  }
}

}  // namespace

const ObjectType& vpc_link_type() {
  static const ObjectType type =
      Define<VpcLink>("VpcLink",
                      "A VPC link: to a network load balancer (AWS::ApiGateway::VpcLink), or from "
                      "subnets to the load balancer that an integration names "
                      "(AWS::ApiGatewayV2::VpcLink).")
          .own("TargetArns", list_of(text(rules::kLoadBalancerName), 1, 1),
               "the network load balancer of this scenario that it leads to, by name",
               [](VpcLink&, const Node&, ReadContext&) {})
          .written([](const VpcLink& from, bool) -> std::optional<Node> {
            if (from.load_balancer.empty()) return std::nullopt;
            return node_of(std::vector<std::string>{from.load_balancer});
          })
          .value("SubnetIds", list_of(text(rules::kNotEmpty), 1, 100), &VpcLink::subnets,
                 "subnets of this scenario, by name, where its interfaces are; default: one in the "
                 "Region's first zone")
          .refuse("SecurityGroupIds", "nothing is held back on the way out of a link")
          .refuse("Name", "the key is the name")
          .refuse("Tags", kNoTags)
          .after(check_link)
          .type();
  return type;
}

}  // namespace hoplab::scenario
