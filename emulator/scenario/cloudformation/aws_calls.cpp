#include "scenario/cloudformation/aws_calls.h"

#include <algorithm>

#include "base/ascii.h"
#include "scenario/resources/builder.h"

namespace hoplab::scenario::cloudformation {
namespace {

using resources::Resource;
using resources::text_of;

bool holds(const Node* list, const std::string& text) {
  return list &&
         std::ranges::any_of(list->items, [&](const Node& one) { return one.text == text; });
}

void add_text(Node& object, std::string_view name, const std::string& value) {
  add_member(object, name, node_of(value));
}

void add_copy(Node& object, std::string_view name, const Node* from) {
  if (from) add_member(object, name, *from);
}

/// { name: [one for each of the made that is asked for] }
template <class Make>
Node answer_list(std::string_view name, std::string_view type, const Node* ids,
                 const std::deque<Resource>& made, const Make& make) {
  Node list = list_node({});
  for (const Resource& one : made) {
    if (one.type != type || (ids && !holds(ids, one.physical_id))) continue;
    make(one, list);
  }
  Node answer = object_node();
  add_member(answer, name, std::move(list));
  return answer;
}

Node service_configurations(const AwsCall& call, const std::deque<Resource>& made) {
  return answer_list("ServiceConfigurations", resources::kVpcEndpointService,
                     call.parameters.find("ServiceIds"), made,
                     [](const Resource& service, Node& list) {
                       Node one = object_node();
                       add_text(one, "ServiceId", service.physical_id);
                       add_text(one, "ServiceName",
                                "com.amazonaws.vpce." + service.region + "." + service.physical_id);
                       add_text(one, "ServiceState", "Available");
                       list.items.push_back(std::move(one));
                     });
}

Node vpc_endpoints(const AwsCall& call, const std::deque<Resource>& made) {
  return answer_list(
      "VpcEndpoints", resources::kVpcEndpoint, call.parameters.find("VpcEndpointIds"), made,
      [](const Resource& endpoint, Node& list) {
        Node one = object_node();
        add_text(one, "VpcEndpointId", endpoint.physical_id);
        add_text(one, "State", "available");
        add_copy(one, "NetworkInterfaceIds", endpoint.attributes.find("NetworkInterfaceIds"));
        add_copy(one, "SubnetIds", endpoint.properties.find("SubnetIds"));
        list.items.push_back(std::move(one));
      });
}

/// Those of the endpoints, by their ids; a filter for anything else is not looked at.
Node network_interfaces(const AwsCall& call, const std::deque<Resource>& made) {
  const Node* const ids = call.parameters.find("NetworkInterfaceIds");
  return answer_list("NetworkInterfaces", resources::kVpcEndpoint, nullptr, made,
                     [ids](const Resource& endpoint, Node& list) {
                       const Node* const all = endpoint.attributes.find("NetworkInterfaces");
                       for (const Node& one : all ? all->items : std::vector<Node>{}) {
                         if (ids && !holds(ids, text_of(one, "NetworkInterfaceId"))) continue;
                         list.items.push_back(one);
                       }
                     });
}

}  // namespace

std::optional<AwsCall> call_of(const Resource& resource) {
  if (resource.type != "Custom::AWS") return std::nullopt;
  const Node* given = resource.properties.find("Create");
  if (!given) given = resource.properties.find("Update");
  if (!given) return std::nullopt;
  std::optional<Node> call = *given;
  if (given->kind == Node::Kind::text) {
    std::vector<Diagnostic> none;
    call = parse_document(given->text, "", none);
  }
  if (!call) return std::nullopt;
  AwsCall made;
  made.action = text_of(*call, "action");
  if (made.action.ends_with("Command")) made.action.resize(made.action.size() - 7);
  if (!made.action.empty()) made.action[0] = lower_case(made.action[0]);
  const Node* const parameters = call->find("parameters");
  made.parameters = parameters ? *parameters : object_node();
  return made;
}

std::optional<Node> answer_of(const AwsCall& call, const std::deque<Resource>& made) {
  if (call.action == "describeVpcEndpointServiceConfigurations") {
    return service_configurations(call, made);
  }
  if (call.action == "describeVpcEndpoints") return vpc_endpoints(call, made);
  if (call.action == "describeNetworkInterfaces") return network_interfaces(call, made);
  return std::nullopt;
}

}  // namespace hoplab::scenario::cloudformation
