#include "scenario/resources/project.h"

#include <set>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {
namespace {

/// A scenario is one Region's. What has an effect somewhere else is a mistake.
void add_region(Builder& builder) {
  std::string region;
  for (const std::string_view type : {kLoadBalancer, kVpcEndpoint, kVpcEndpointService, kRestApi}) {
    for (const Resource* one : builder.of(type)) {
      if (region.empty()) region = one->region;
      if (one->region == region) continue;
      builder.mistake(one->properties, model::in_quotes(one->region),
                      "the resources of a scenario are in one Region, and others are in " + region);
      return;
    }
  }
  if (!region.empty()) add_member(builder.root, "region", node_of(region));
}

}  // namespace

Projection project(const Resources& resources, const Overrides& overrides,
                   std::vector<Diagnostic>& diagnostics) {
  Builder builder(resources, overrides, diagnostics);
  add_region(builder);
  // In the order in which a reader follows a request; what is minted stands first.
  builder.section("pki");
  builder.section("Subnets");
  builder.section("SecurityGroups");
  project_privatelink(builder);
  project_load_balancers(builder);
  project_target_groups(builder);
  project_trust_stores(builder);
  project_apis(builder);
  project_domain_names(builder);
  project_entry(builder);
  project_record_sets(builder);
  std::erase_if(builder.root.items, [](const Node& one) {
    return one.kind == Node::Kind::object && one.items.empty();
  });
  return builder.take();
}

}  // namespace hoplab::scenario::resources
