#include "scenario/cloudformation/custom_resources.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "model/text_rule.h"
#include "scenario/cloudformation/aws_calls.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

using resources::Resource;
using resources::text_of;

/// "ServiceConfigurations.0.ServiceName", as CDK names what an answer holds.
void flatten(const Node& node, const std::string& path, Node& into) {
  if (node.kind != Node::Kind::object && node.kind != Node::Kind::list) {
    add_member(into, path, node);
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const std::string name = node.kind == Node::Kind::list ? std::to_string(i) : item.key;
    flatten(item, path.empty() ? name : path + "." + name, into);
  }
}

/// Copies the files of an assembly's folder into the bucket.
void deploy(const Resource& deployment, const Stack& stack,
            std::map<std::string, std::string>& objects, std::vector<std::string>& notes) {
  constexpr int kMostFiles = 10'000;
  namespace fs = std::filesystem;
  const Node* const keys = deployment.properties.find("SourceObjectKeys");
  const std::string bucket = text_of(deployment.properties, "DestinationBucketName");
  std::string prefix = text_of(deployment.properties, "DestinationBucketKeyPrefix");
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  for (const Node& key : keys ? keys->items : std::vector<Node>{}) {
    const auto asset = stack.assets.find(key.text);
    std::error_code error;
    if (asset == stack.assets.end() || !fs::is_directory(asset->second, error)) {
      notes.push_back("the files that " + resources::describe(deployment) + " copies to " + bucket +
                      " are not here");
      continue;
    }
    int count = 0;
    for (fs::recursive_directory_iterator it(asset->second, error), end; !error && it != end;
         it.increment(error)) {
      if (!it->is_regular_file(error) || ++count > kMostFiles) continue;
      const std::string file = it->path().lexically_relative(asset->second).generic_string();
      objects[bucket + "/" + prefix + file] = fs::absolute(it->path(), error).string();
    }
  }
}

void collect_texts(const Node& node, std::vector<std::string>& texts) {
  if (node.kind == Node::Kind::text) texts.push_back(node.text);
  for (const Node& item : node.items) collect_texts(item, texts);
}

const Node* variables_of(const Resource* function) {
  const Node* const environment = function ? function->properties.find("Environment") : nullptr;
  return environment ? environment->find("Variables") : nullptr;
}

const Resource* function_with_arn(const resources::Resources& all, const std::string& arn) {
  const auto is = [&](const Resource& one) {
    return one.type == resources::kFunction && text_of(one.attributes, "Arn") == arn;
  };
  const auto found = std::ranges::find_if(all.all, is);
  return found == all.all.end() || arn.empty() ? nullptr : &*found;
}

/// What the function behind a custom resource is told: its own variables and the properties.
std::vector<std::string> told(const resources::Resources& all, const Resource& custom) {
  std::vector<std::string> texts;
  for (const Node& one : custom.properties.items) {
    if (one.key != "ServiceToken") collect_texts(one, texts);
  }
  const Resource* function = function_with_arn(all, text_of(custom.properties, "ServiceToken"));
  const Node* variables = variables_of(function);
  const std::string user =
      variables ? text_of(*variables, "USER_ON_EVENT_FUNCTION_ARN") : std::string();
  if (!user.empty()) variables = variables_of(function_with_arn(all, user));
  if (variables) collect_texts(*variables, texts);
  return texts;
}

template <class Is>
const Resource* among(const resources::Resources& all, const std::vector<std::string>& texts,
                      const Is& is) {
  for (const Resource& one : all.all) {
    if (is(one) && std::ranges::find(texts, one.physical_id) != texts.end()) return &one;
  }
  return nullptr;
}

Resource effect(const Resource& of, std::string_view type, Node properties) {
  Resource made;
  made.type = type;
  made.name = of.name;
  made.stack = of.stack;
  made.account = of.account;
  made.region = of.region;
  made.physical_id = of.physical_id;
  made.attributes = object_node();
  made.properties = std::move(properties);
  return made;
}

/// Targets by the addresses of the endpoint's interfaces.
Resource attachment(const Resource& custom, const Resource& endpoint, const Resource& group) {
  Node properties = object_like(custom.properties, "");
  properties.items.push_back(text_like(properties, group.physical_id, "TargetGroupArn"));
  Node targets = object_like(properties, "Targets");
  targets.kind = Node::Kind::list;
  const Node* const interfaces = endpoint.attributes.find("NetworkInterfaces");
  for (const Node& one : interfaces ? interfaces->items : std::vector<Node>{}) {
    const std::string address = text_of(one, "PrivateIpAddress");
    Node target = object_like(properties, "");
    target.items.push_back(text_like(properties, address, "Id"));
    targets.items.push_back(std::move(target));
  }
  properties.items.push_back(std::move(targets));
  return effect(custom, resources::kTargetGroupAttachment, std::move(properties));
}

Resource private_dns_name(const Resource& custom, const std::string& service,
                          const std::string& name) {
  Node properties = object_like(custom.properties, "");
  properties.items.push_back(text_like(properties, service, "ServiceId"));
  properties.items.push_back(text_like(properties, name, "PrivateDnsName"));
  return effect(custom, resources::kPrivateDnsName, std::move(properties));
}

/// Names that certificates and domain names of the stack have.
std::vector<std::string> known_names(const resources::Resources& all, const std::string& stack) {
  std::vector<std::string> names;
  for (const Resource& one : all.all) {
    if (one.stack == stack) names.push_back(text_of(one.properties, "DomainName"));
  }
  return names;
}

/// A name that is told as a whole, or as a label and the domain that it is below.
std::string told_name(const resources::Resources& all, const std::string& stack,
                      const std::vector<std::string>& texts) {
  std::vector<std::string> candidates;
  for (const std::string& one : texts) {
    if (!model::rules::kDomainName.matches(one) || one.ends_with(".amazonaws.com")) continue;
    candidates.push_back(one);
    for (const std::string& label : texts) {
      const std::string whole = label + "." + one;
      const bool is_label = label.find('.') == std::string::npos && !label.empty();
      if (is_label && model::rules::kDomainName.matches(whole)) candidates.push_back(whole);
    }
  }
  const auto known = known_names(all, stack);
  std::string longest;
  for (const std::string& one : candidates) {
    if (std::ranges::find(known, one) != known.end()) return one;
  }
  for (const std::string& one : texts) {
    const bool name = std::ranges::find(candidates, one) != candidates.end();
    if (name && one.size() > longest.size()) longest = one;
  }
  return longest;
}

bool is_custom(const Resource& one) {
  return one.type.starts_with("Custom::") || one.type == "AWS::CloudFormation::CustomResource";
}

/// Those with nothing to do for traffic.
bool is_inert(const Resource& one) {
  constexpr std::string_view kInert[] = {
      "Custom::CDKBucketDeployment",     "Custom::VpcRestrictDefaultSG",
      "Custom::S3AutoDeleteObjects",     "Custom::LogRetention",
      "Custom::S3BucketNotifications",   "Custom::CloudwatchLogResourcePolicy",
      "Custom::CrossRegionExportReader", "Custom::CrossRegionExportWriter",
      "Custom::ECRAutoDeleteImages",     "Custom::AWS"};
  return std::ranges::find(kInert, one.type) != std::end(kInert);
}

std::optional<Resource> effect_of_call(const Resource& custom) {
  const auto call = call_of(custom);
  if (!call) return std::nullopt;
  const Node& given = call->parameters;
  if (call->action == "modifyVpcEndpointServiceConfiguration") {
    const std::string name = text_of(given, "PrivateDnsName");
    if (!name.empty()) return private_dns_name(custom, text_of(given, "ServiceId"), name);
  }
  if (call->action == "registerTargets") {
    return effect(custom, resources::kTargetGroupAttachment, given);
  }
  return std::nullopt;
}

std::optional<Resource> effect_of_function(const resources::Resources& all,
                                           const Resource& custom) {
  const auto texts = told(all, custom);
  const Resource* const endpoint = among(all, texts, [](const Resource& one) {
    return one.type == resources::kVpcEndpoint &&
           text_of(one.properties, "ServiceName").ends_with(".execute-api");
  });
  const Resource* const group =
      among(all, texts, [](const Resource& one) { return one.type == resources::kTargetGroup; });
  if (endpoint && group) return attachment(custom, *endpoint, *group);
  const Resource* const service = among(
      all, texts, [](const Resource& one) { return one.type == resources::kVpcEndpointService; });
  const std::string name = service ? told_name(all, custom.stack, texts) : std::string();
  if (!name.empty()) return private_dns_name(custom, service->physical_id, name);
  return std::nullopt;
}

}  // namespace

void answer(Resource& resource, const std::deque<Resource>& made, const Stack& stack,
            std::map<std::string, std::string>& objects, std::vector<std::string>& notes) {
  if (resource.type == "Custom::CDKBucketDeployment") {
    deploy(resource, stack, objects, notes);
    const std::string bucket = text_of(resource.properties, "DestinationBucketName");
    add_member(resource.attributes, "DestinationBucketArn",
               text_like(resource.properties, "arn:aws:s3:::" + bucket));
    if (const Node* const keys = resource.properties.find("SourceObjectKeys")) {
      add_member(resource.attributes, "SourceObjectKeys", *keys);
    }
  }
  const auto call = call_of(resource);
  const auto answered = call ? answer_of(*call, made) : std::nullopt;
  if (answered) flatten(*answered, "", resource.attributes);
}

void add_effects(resources::Resources& all, std::vector<std::string>& notes) {
  std::vector<Resource> effects;
  for (const Resource& one : all.all) {
    if (!is_custom(one)) continue;
    auto made = one.type == "Custom::AWS" ? effect_of_call(one) : std::nullopt;
    if (!made && !is_inert(one)) made = effect_of_function(all, one);
    if (made) {
      const bool name = made->type == resources::kPrivateDnsName;
      notes.push_back(resources::describe(one) +
                      (name ? " gives the endpoint service the private DNS name " +
                                  text_of(made->properties, "PrivateDnsName")
                            : std::string(" registers targets")));
      effects.push_back(std::move(*made));
    } else if (!is_inert(one)) {
      notes.push_back("what the function of " + resources::describe(one) +
                      " does is not known, and not done");
    }
  }
  for (Resource& one : effects) all.all.push_back(std::move(one));
}

}  // namespace hoplab::scenario::cloudformation
