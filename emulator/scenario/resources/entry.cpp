// The clients' ways in.
#include <algorithm>

#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {
namespace {

bool is_target(const Builder& builder, const Resource& balancer) {
  for (const Resource* group : builder.of(kTargetGroup)) {
    const Node* const targets = group->properties.find("Targets");
    if (!targets) continue;
    for (const Node& one : targets->items) {
      if (text_of(one, "Id") == balancer.physical_id) return true;
    }
  }
  return false;
}

bool leads_to(const Resource& endpoint, std::string_view what) {
  const std::string name = text_of(endpoint.properties, "ServiceName");
  if (what == ".vpce-svc-" && !unknown_part(name).empty()) return true;
  return text_of(endpoint.properties, "VpcEndpointType") == "Interface" &&
         name.find(what) != std::string::npos;
}

using All = std::vector<const Resource*>;

template <class Is>
All those_of(const Builder& builder, std::string_view type, const Is& is) {
  All all;
  for (const Resource* one : builder.of(type)) {
    if (is(*one)) all.push_back(one);
  }
  return all;
}

All found_entries(const Builder& builder) {
  All all = those_of(builder, kVpcEndpoint, [&](const Resource& one) {
    return leads_to(one, ".vpce-svc-") && builder.leads_somewhere(one);
  });
  if (!all.empty()) return all;
  all = those_of(builder, kLoadBalancer, [&](const Resource& one) {
    return builder.takes_connections(one) && text_of(one.properties, "Scheme") != "internal";
  });
  if (!all.empty()) return all;
  all = those_of(builder, kLoadBalancer, [&](const Resource& one) {
    return builder.takes_connections(one) && !is_target(builder, one);
  });
  if (!all.empty()) return all;
  all = those_of(builder, kLoadBalancer,
                 [&](const Resource& one) { return builder.takes_connections(one); });
  if (!all.empty()) return all;
  return those_of(builder, kVpcEndpoint,
                  [](const Resource& one) { return leads_to(one, ".execute-api"); });
}

}  // namespace

std::vector<const Resource*> Builder::entries() {
  if (overrides.entry.empty()) return found_entries(*this);
  All all;
  for (const std::string& name : overrides.entry) {
    const std::map<std::string, std::string> one = {{name, name}};
    for (const std::string_view type : {kVpcEndpoint, kLoadBalancer}) {
      for (const Resource* resource : of(type)) {
        if (override_of(one, *resource)) all.push_back(resource);
      }
    }
  }
  return all;
}

void project_entry(Builder& builder) {
  Node all = list_node({});
  for (const Resource* one : builder.entries()) {
    Node name = node_of(builder.name_of(*one));
    name.line = 0;
    all.items.push_back(std::move(name));
  }
  if (all.items.size() == 1) {
    Node only = std::move(all.items.front());
    add_member(builder.root, "entry", std::move(only));
  } else if (!all.items.empty()) {
    add_member(builder.root, "entry", std::move(all));
  }
}

}  // namespace hoplab::scenario::resources
