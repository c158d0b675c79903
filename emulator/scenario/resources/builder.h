// What the parts of a projection share: resources by their ids, their names in the scenario, the
// document so far, and what is to be said.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/reader_table.h"
#include "scenario/resources/project.h"

namespace hoplab::scenario::resources {

// Types that several parts ask for.
inline constexpr std::string_view kLoadBalancer = "AWS::ElasticLoadBalancingV2::LoadBalancer";
inline constexpr std::string_view kListener = "AWS::ElasticLoadBalancingV2::Listener";
inline constexpr std::string_view kTargetGroup = "AWS::ElasticLoadBalancingV2::TargetGroup";
inline constexpr std::string_view kTrustStore = "AWS::ElasticLoadBalancingV2::TrustStore";
inline constexpr std::string_view kVpcEndpoint = "AWS::EC2::VPCEndpoint";
inline constexpr std::string_view kVpcEndpointService = "AWS::EC2::VPCEndpointService";
inline constexpr std::string_view kSubnet = "AWS::EC2::Subnet";
inline constexpr std::string_view kSecurityGroup = "AWS::EC2::SecurityGroup";
inline constexpr std::string_view kCertificate = "AWS::CertificateManager::Certificate";
inline constexpr std::string_view kFunction = "AWS::Lambda::Function";
inline constexpr std::string_view kRestApi = "AWS::ApiGateway::RestApi";

/// The text of a member; empty: there is none.
std::string text_of(const Node& object, std::string_view member);
/// [{Key, Value}] as an object of values by their keys.
Node attributes_object(const Node& list, std::string_view key);

class Builder {
 public:
  Builder(const Resources& resources, const Overrides& overrides,
          std::vector<Diagnostic>& diagnostics);

  const Resources& resources;
  const Overrides& overrides;
  Node root;
  Report report;
  std::map<std::string, std::string> authorities;   // those that are minted, by what they are for
  std::map<std::string, std::string> certificates;  // likewise, by ARN
  std::map<std::string, std::string> services;      // by what they answer for

  /// Those of a type, in order.
  [[nodiscard]] const std::vector<const Resource*>& of(std::string_view type) const;
  /// Those of a type whose text property `member` is `value`.
  [[nodiscard]] std::vector<const Resource*> of(std::string_view type, std::string_view member,
                                                std::string_view value) const;
  /// The one of that type and physical id; null: there is none.
  [[nodiscard]] const Resource* find(std::string_view type, const std::string& physical_id) const;

  /// Whether the load balancer is one of the scenario's: it has a listener.
  [[nodiscard]] bool takes_connections(const Resource& balancer) const;
  /// The endpoint service of that name, "com.amazonaws.vpce.eu-west-1.vpce-svc-..."; null: it is
  /// none of the resources.
  [[nodiscard]] const Resource* service_named(const std::string& service_name) const;
  /// Whether an endpoint service, or the one of an endpoint, has such a load balancer; where it is
  /// known to have none, it is left out.
  [[nodiscard]] bool leads_somewhere(const Resource& endpoint_or_service) const;

  /// Its name in the scenario, which is the same whenever it is asked for.
  const std::string& name_of(const Resource& resource);
  /// A name of that kind that nothing else has, as near to `wanted` as can be.
  std::string unique_name(std::string_view wanted, std::size_t longest = 64);

  /// The section's member for the resource, which counts as one with effect.
  Node& add(std::string_view section, const Resource& resource, Node node);
  Node& section(std::string_view name);
  void has_effect(const Resource& resource) { with_effect_.insert(&resource); }

  /// What the override of that kind is for the resource; null: there is none.
  template <class T>
  const T* override_of(const std::map<std::string, T>& all, const Resource& resource) const {
    for (const std::string& name : {resource.name, resource.stack + "." + resource.name,
                                    resource.path, resource.physical_id}) {
      const auto found = name.empty() ? all.end() : all.find(name);
      if (found != all.end()) return &found->second;
    }
    return nullptr;
  }

  /// The scenario's name of what `node`, a physical id, refers to; a mistake and nothing: there is
  /// no such thing among the resources. `what` names the kind: "target group".
  std::optional<Node> reference(const Node& node, std::string_view type, std::string_view what,
                                std::string_view key);
  /// Moves members to a new object, without those that are named. What has no effect here is noted
  /// in `inert`.
  Node members(const Resource& resource, std::initializer_list<std::string_view> handled,
               std::initializer_list<std::string_view> inert);

  /// The clients' ways in: what is said, or else the endpoints of endpoint services, the
  /// internet-facing load balancers, those that are nobody's target, the execute-api endpoints.
  std::vector<const Resource*> entries();

  void note(std::string sentence);
  void inert_property(const Resource& resource, std::string_view name);
  /// For what reads `place` by itself: its mistakes are the template's.
  ReadContext context_of(const Node& place) {
    return {place.origin ? place.origin->name : std::string(), diagnostics_};
  }
  void mistake(const Node& node, std::string found, std::string rule);

  /// Finishes: what is unknown and needed is a mistake, the rest is counted.
  Projection take();

 private:
  std::vector<Diagnostic>& diagnostics_;
  std::map<std::string, std::vector<const Resource*>, std::less<>> by_type_;
  std::map<std::pair<std::string, std::string>, const Resource*> by_id_;
  std::map<const Resource*, std::string> names_;
  std::set<std::string> taken_;
  std::set<const Resource*> with_effect_;
  std::map<std::string, std::set<std::string>> inert_properties_;  // by type
};

/// Its short form in messages: "ElasticLoadBalancingV2::Listener Alb443"; without a stack its path.
std::string describe(const Resource& resource);
/// "IAM::Role" of "AWS::IAM::Role".
std::string short_type(std::string_view type);

// The parts, in the order in which they are asked.
void project_trust_stores(Builder& builder);  // with their authorities and clients
void project_privatelink(Builder& builder);
void project_target_groups(Builder& builder);
void project_load_balancers(Builder& builder);  // with listeners, rules and certificates
void project_apis(Builder& builder);
void project_domain_names(Builder& builder);
void project_entry(Builder& builder);
void project_record_sets(Builder& builder);

}  // namespace hoplab::scenario::resources
