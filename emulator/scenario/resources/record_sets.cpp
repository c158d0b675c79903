// Names of hosted zones that lead to the scenario's ways in. Others are nobody's here.
#include <algorithm>

#include "base/ascii.h"
#include "model/text_rule.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kRecordSet = "AWS::Route53::RecordSet";
constexpr std::string_view kRecordSetGroup = "AWS::Route53::RecordSetGroup";

/// In lower case and without the dot that ends it.
std::string plain_dns_name(std::string name) {
  name = lower_case(name);
  if (name.ends_with('.')) name.pop_back();
  return name;
}

/// What an alias or a CNAME leads to; empty: it has addresses.
std::string target_of(const Node& record) {
  if (const Node* const alias = record.find("AliasTarget")) {
    const std::string name = plain_dns_name(text_of(*alias, "DNSName"));
    constexpr std::string_view kBothFamilies = "dualstack.";
    return name.starts_with(kBothFamilies) ? name.substr(kBothFamilies.size()) : name;
  }
  const Node* const values = record.find("ResourceRecords");
  if (text_of(record, "Type") != "CNAME" || !values || values->items.empty()) return {};
  return plain_dns_name(values->items.front().text);
}

/// The endpoint or load balancer of that DNS name which is in the scenario; null: there is none.
const Resource* owner_of(Builder& builder, const std::string& dns_name) {
  const auto in_scenario = [&](std::string_view section, const Resource& one) {
    const Node* const all = builder.root.find(section);
    return all && all->find(builder.name_of(one));
  };
  for (const Resource* one : builder.of(kLoadBalancer)) {
    const bool is_it = plain_dns_name(text_of(one->attributes, "DNSName")) == dns_name;
    if (is_it && in_scenario("LoadBalancers", *one)) return one;
  }
  for (const Resource* one : builder.of(kVpcEndpoint)) {
    const bool is_it = dns_name.starts_with(one->physical_id + "-");
    if (is_it && in_scenario("VpcEndpoints", *one)) return one;
  }
  return nullptr;
}

void add_record_set(Builder& builder, const Resource& of, const Node& record) {
  const std::string target = target_of(record);
  const std::string name = plain_dns_name(text_of(record, "Name"));
  const Resource* const owner = target.empty() ? nullptr : owner_of(builder, target);
  if (!owner || !model::rules::kDomainName.matches(name)) return;
  builder.has_effect(of);
  Node& all = builder.section("RecordSets");
  if (all.find(name)) return;  // for another family, or one of several
  Node node = object_like(record, name);
  node.items.push_back(text_like(record, builder.name_of(*owner), "AliasTarget"));
  all.items.push_back(std::move(node));
}

}  // namespace

void project_record_sets(Builder& builder) {
  for (const Resource* one : builder.of(kRecordSet)) {
    add_record_set(builder, *one, one->properties);
  }
  for (const Resource* group : builder.of(kRecordSetGroup)) {
    const Node* const all = group->properties.find("RecordSets");
    if (!all) continue;
    for (const Node& one : all->items) add_record_set(builder, *group, one);
  }
}

}  // namespace hoplab::scenario::resources
