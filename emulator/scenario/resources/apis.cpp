// Private REST APIs with what belongs to them.
#include <algorithm>

#include "scenario/format/reader_types.h"
#include "scenario/resources/api_methods.h"
#include "scenario/resources/backends.h"
#include "scenario/resources/coerce.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kDeployment = "AWS::ApiGateway::Deployment";
constexpr std::string_view kStage = "AWS::ApiGateway::Stage";

bool is_private(const Resource& api) {
  const Node* const configuration = api.properties.find("EndpointConfiguration");
  const Node* const types = configuration ? configuration->find("Types") : nullptr;
  return types &&
         std::ranges::any_of(types->items, [](const Node& one) { return one.text == "PRIVATE"; });
}

Node endpoint_configuration_of(Builder& builder, const Resource& api) {
  const Node& from = *api.properties.find("EndpointConfiguration");
  Node node = object_like(from, "EndpointConfiguration");
  for (const Node& one : from.items) {
    if (one.key == "IpAddressType") continue;
    Node member = one;
    if (one.key == "VpcEndpointIds") {
      member.items.clear();
      for (const Node& id : one.items) {
        if (builder.overrides.hosts_may_be_gone && !builder.find(kVpcEndpoint, id.text)) continue;
        auto name = builder.reference(id, kVpcEndpoint, "execute-api endpoint", "");
        if (name) member.items.push_back(std::move(*name));
      }
      if (member.items.empty()) continue;
    }
    node.items.push_back(std::move(member));
  }
  return node;
}

/// What AWS keeps with a stage and has no effect on an answer. `api` has what it refers to.
void take_inert(Builder& builder, const Resource& stage, const Node& api, Node& settings) {
  const auto drop = [&](Node& from, std::string_view path,
                        std::initializer_list<std::string_view> names) {
    std::erase_if(from.items, [&](const Node& one) {
      const bool inert = std::ranges::find(names, one.key) != names.end();
      if (inert) builder.inert_property(stage, std::string(path) + one.key);
      return inert;
    });
  };
  if (Node* const all = settings.find("MethodSettings")) {
    for (Node& one : all->items) {
      drop(one, "MethodSettings.", {"CachingEnabled", "CacheTtlInSeconds", "CacheDataEncrypted"});
    }
  }
  if (Node* const log = settings.find("AccessLogSetting")) drop(*log, "", {"DestinationArn"});
  if (Node* const canary = settings.find("CanarySetting")) {
    drop(*canary, "", {"UseStageCache"});
    const Node* const deployments = api.find("Deployments");
    if (!deployments || !deployments->find(text_of(*canary, "DeploymentId"))) {
      drop(*canary, "", {"DeploymentId"});
    }
  }
}

Node stage_of(Builder& builder, const Resource& stage, const Node& api) {
  builder.has_effect(stage);
  Node settings =
      builder.members(stage, {"RestApiId", "StageName", "DeploymentId"},
                      {"TracingEnabled", "Description", "CacheClusterEnabled", "CacheClusterSize",
                       "ClientCertificateId", "DocumentationVersion"});
  take_inert(builder, stage, api, settings);
  const Node* const id = stage.properties.find("DeploymentId");
  const Node* const deployments = api.find("Deployments");
  if (id && deployments && deployments->find(id->text)) settings.items.push_back(*id);
  return settings;
}

void add_stages(Builder& builder, const Resource& api, Node& node) {
  const auto stages = builder.of(kStage, "RestApiId", api.physical_id);
  for (const Resource* one : builder.of(kDeployment, "RestApiId", api.physical_id)) {
    builder.has_effect(*one);
    const Node* const name = one->properties.find("StageName");
    if (name && stages.empty() && !node.find("StageName")) {
      node.items.push_back(renamed(*name, "StageName"));
    }
  }
  Node all = object_like(api.properties, "Stages");
  for (const Resource* one : stages) {
    const Node* const name = one->properties.find("StageName");
    if (!name || all.find(name->text)) continue;
    all.items.push_back(renamed(stage_of(builder, *one, node), name->text));
  }
  if (all.items.size() > 1) {
    node.items.push_back(std::move(all));
  } else if (!all.items.empty()) {
    Node only = std::move(all.items.front());
    node.items.push_back(text_like(only, only.key, "StageName"));
    if (!only.items.empty()) node.items.push_back(renamed(std::move(only), "Stage"));
  }
}

/// Objects of an API by name: `key` names the property with it.
void add_named(Builder& builder, const Resource& api, std::string_view type, std::string_view key,
               std::string_view section, Node& node) {
  Node all = object_like(api.properties, section);
  for (const Resource* one : builder.of(type, "RestApiId", api.physical_id)) {
    builder.has_effect(*one);
    const Node* const name = one->properties.find(key);
    const std::string called =
        name && name->kind == Node::Kind::text ? name->text : builder.name_of(*one);
    Node made = builder.members(*one, {"RestApiId", key}, {"Description"});
    all.items.push_back(renamed(std::move(made), called));
  }
  if (!all.items.empty()) node.items.push_back(std::move(all));
}

/// Before the stages are read: methods are, with them.
StageVariables variables_of_stages(const Builder& builder, const Resource& api) {
  Node all = object_like(api.properties, "Stages");
  for (const Resource* one : builder.of(kStage, "RestApiId", api.physical_id)) {
    all.items.push_back(one->properties);
  }
  Node node = object_like(api.properties, "");
  node.items.push_back(std::move(all));
  return stage_variables_of(node);
}

/// What an API, or one as it was deployed, has beside what is AWS's own.
Node definition_of(Builder& builder, const Resource& api, const StageVariables& stages) {
  Node node = builder.members(
      api, {"Body", "EndpointConfiguration", "Parameters", "RestApiId", "DeploymentId"},
      {"Description", "FailOnWarnings", "Mode", "CloneFrom", "SecurityPolicy",
       "EndpointAccessMode"});
  add_named(builder, api, "AWS::ApiGateway::Model", "Name", "Models", node);
  add_named(builder, api, "AWS::ApiGateway::GatewayResponse", "ResponseType", "GatewayResponses",
            node);
  add_named(builder, api, "AWS::ApiGateway::RequestValidator", "Name", "RequestValidators", node);
  add_methods(builder, api, stages, node);
  add_body(builder, api, stages, node);
  return node;
}

void add_api(Builder& builder, const Resource& api) {
  if (!is_private(api)) {
    return builder.note(describe(api) + " is no private API and is left out");
  }
  const StageVariables stages = variables_of_stages(builder, api);
  Node node = definition_of(builder, api, stages);
  node.items.push_back(endpoint_configuration_of(builder, api));
  node.items.push_back(text_like(api.properties, api.account, "Account"));
  node.items.push_back(text_like(api.properties, api.physical_id, "RestApiId"));
  Node deployments = object_like(api.properties, "Deployments");
  for (const Resource* one : builder.of(kDeployedRestApi, "RestApiId", api.physical_id)) {
    builder.has_effect(*one);
    deployments.items.push_back(
        renamed(definition_of(builder, *one, stages), text_of(one->properties, "DeploymentId")));
  }
  if (!deployments.items.empty()) node.items.push_back(std::move(deployments));
  add_stages(builder, api, node);
  coerce(rest_api_type(), node);
  builder.add("RestApis", api, std::move(node));
}

/// Stages of a plan name their API by its id.
void add_usage_plan(Builder& builder, const Resource& plan) {
  Node node = builder.members(plan, {"UsagePlanName", "ApiStages"}, {"Description"});
  if (const Node* const stages = plan.properties.find("ApiStages")) {
    Node all = object_like(*stages, "ApiStages");
    all.kind = Node::Kind::list;
    for (const Node& one : stages->items) {
      const Resource* const api = builder.find(kRestApi, text_of(one, "ApiId"));
      if (builder.overrides.hosts_may_be_gone && (!api || !is_private(*api))) {
        builder.note("an API of " + describe(plan) + " is not emulated and is left out");
        continue;
      }
      Node stage = object_like(one, "");
      for (const Node& member : one.items) {
        if (member.key != "ApiId") {
          stage.items.push_back(member);
          continue;
        }
        auto name = builder.reference(member, kRestApi, "REST API", "RestApi");
        if (name) stage.items.push_back(std::move(*name));
      }
      all.items.push_back(std::move(stage));
    }
    node.items.push_back(std::move(all));
  }
  Node keys = object_like(plan.properties, "ApiKeys");
  keys.kind = Node::Kind::list;
  for (const Resource* one :
       builder.of("AWS::ApiGateway::UsagePlanKey", "UsagePlanId", plan.physical_id)) {
    builder.has_effect(*one);
    const Node* const id = one->properties.find("KeyId");
    auto name =
        id ? builder.reference(*id, "AWS::ApiGateway::ApiKey", "API key", "") : std::nullopt;
    if (name) keys.items.push_back(std::move(*name));
  }
  if (!keys.items.empty()) node.items.push_back(std::move(keys));
  coerce(usage_plan_type(), node);
  builder.add("UsagePlans", plan, std::move(node));
}

void add_vpc_link(Builder& builder, const Resource& link) {
  Node node =
      builder.members(link, {"TargetArns", "SubnetIds"}, {"Description", "SecurityGroupIds"});
  if (const Node* const targets = link.properties.find("TargetArns")) {
    Node all = object_like(*targets, "TargetArns");
    all.kind = Node::Kind::list;
    for (const Node& one : targets->items) {
      auto name = builder.reference(one, kLoadBalancer, "network load balancer", "");
      if (name) all.items.push_back(std::move(*name));
    }
    node.items.push_back(std::move(all));
  }
  builder.add("VpcLinks", link, std::move(node));
}

}  // namespace

void project_apis(Builder& builder) {
  for (const std::string_view type : {"AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"}) {
    for (const Resource* one : builder.of(type)) add_vpc_link(builder, *one);
  }
  for (const Resource* one : builder.of(kRestApi)) add_api(builder, *one);
  if (!builder.root.find("RestApis")) return;
  for (const Resource* one : builder.of("AWS::ApiGateway::ApiKey")) {
    Node node =
        builder.members(*one, {"StageKeys"}, {"Description", "CustomerId", "GenerateDistinctId"});
    coerce(api_key_type(), node);
    builder.add("ApiKeys", *one, std::move(node));
  }
  for (const Resource* one : builder.of("AWS::ApiGateway::UsagePlan")) {
    add_usage_plan(builder, *one);
  }
}

}  // namespace hoplab::scenario::resources
