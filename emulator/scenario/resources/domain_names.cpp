// Custom domain names of APIs, public and private ones, and where APIs stand below them.
#include <algorithm>

#include "scenario/format/reader_types.h"
#include "scenario/resources/builder.h"
#include "scenario/resources/coerce.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kDomainName = "AWS::ApiGateway::DomainName";
constexpr std::string_view kDomainNameV2 = "AWS::ApiGateway::DomainNameV2";
constexpr std::string_view kMapping = "AWS::ApiGateway::BasePathMapping";
constexpr std::string_view kMappingV2 = "AWS::ApiGateway::BasePathMappingV2";
constexpr std::string_view kAssociation = "AWS::ApiGateway::DomainNameAccessAssociation";

/// The one that it names, or else the API's first.
Node stage_of_mapping(const Node& mapping, const Node& api) {
  if (const Node* const named = mapping.find("Stage")) return renamed(*named, "Stage");
  if (const Node* const only = api.find("StageName")) return renamed(*only, "Stage");
  const Node* const all = api.find("Stages");
  return text_like(mapping, all ? all->items.front().key : "prod", "Stage");
}

/// Nothing: it leads to an API that is none of the scenario's.
std::optional<Node> mapping_of(Builder& builder, const Resource& mapping) {
  const Node& from = mapping.properties;
  const Node* const id = from.find("RestApiId");
  const Resource* const api = id ? builder.find(kRestApi, id->text) : nullptr;
  const Node* const apis = builder.root.find("RestApis");
  const Node* const made = api && apis ? apis->find(builder.name_of(*api)) : nullptr;
  if (!made) {
    builder.note(describe(mapping) + " leads to an API that is not emulated and is left out");
    return std::nullopt;
  }
  builder.has_effect(mapping);
  Node node = object_like(from, "");
  if (const Node* const path = from.find("BasePath")) {
    const bool root = path->text == "(none)" || path->text == "/";
    node.items.push_back(text_like(*path, root ? "" : path->text, "BasePath"));
  }
  node.items.push_back(text_like(*id, builder.name_of(*api), "RestApi"));
  node.items.push_back(stage_of_mapping(from, *made));
  return node;
}

void add_domain_name(Builder& builder, const Resource& domain) {
  const Node& from = domain.properties;
  const bool second = domain.type == kDomainNameV2;
  Node node = builder.members(
      domain, {"DomainName", "EndpointConfiguration", "RegionalCertificateArn", "CertificateArn"},
      {"SecurityPolicy", "EndpointAccessMode", "OwnershipVerificationCertificateArn",
       "MutualTlsAuthentication", "ManagementPolicy"});
  Node configuration = object_like(from, "EndpointConfiguration");
  const Node* const given = from.find("EndpointConfiguration");
  const Node* const types = given ? given->find("Types") : nullptr;
  Node kind = types ? *types : list_node({text_like(from, second ? "PRIVATE" : "EDGE")});
  kind.key = "Types";
  if (!second && !kind.items.empty() && kind.items.front().text == "EDGE") {
    return builder.note(describe(domain) + " is an edge-optimized name and is left out");
  }
  configuration.items.push_back(std::move(kind));
  node.items.push_back(std::move(configuration));
  if (second) node.items.push_back(text_like(from, domain.account, "Account"));
  Node mappings = object_like(from, "BasePathMappings");
  mappings.kind = Node::Kind::list;
  const auto all = second ? builder.of(kMappingV2, "DomainNameArn", domain.physical_id)
                          : builder.of(kMapping, "DomainName", domain.physical_id);
  for (const Resource* one : all) {
    if (auto mapping = mapping_of(builder, *one)) mappings.items.push_back(std::move(*mapping));
  }
  if (!mappings.items.empty()) node.items.push_back(std::move(mappings));
  Node endpoints = object_like(from, "AccessAssociations");
  endpoints.kind = Node::Kind::list;
  for (const Resource* one : builder.of(kAssociation, "DomainNameArn", domain.physical_id)) {
    const Node* const source = one->properties.find("AccessAssociationSource");
    builder.has_effect(*one);
    auto name = source ? builder.reference(*source, kVpcEndpoint, "execute-api endpoint", "")
                       : std::nullopt;
    if (name) endpoints.items.push_back(std::move(*name));
  }
  if (!endpoints.items.empty()) node.items.push_back(std::move(endpoints));
  coerce(domain_name_type(), node);
  builder.has_effect(domain);
  builder.section("DomainNames")
      .items.push_back(renamed(std::move(node), text_of(from, "DomainName")));
}

}  // namespace

void project_domain_names(Builder& builder) {
  if (!builder.root.find("RestApis")) return;
  for (const std::string_view type : {kDomainName, kDomainNameV2}) {
    for (const Resource* one : builder.of(type)) add_domain_name(builder, *one);
  }
}

}  // namespace hoplab::scenario::resources
