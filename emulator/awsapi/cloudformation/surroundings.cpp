#include "awsapi/cloudformation/surroundings.h"

#include <algorithm>

#include "awsapi/cloudformation/resource_types.h"
#include "awsapi/cloudformation/template_text.h"
#include "awsapi/ec2/resources.h"

namespace hoplab::awsapi::cloudformation {

namespace {

/// As custom resources are told of them.
Json interfaces_of(const Call& call, const Document& endpoint) {
  Json all = Json::array();
  for (const std::string& id : texts_of(endpoint.attributes, "NetworkInterfaceIds")) {
    const Document* const one = call.plane.find(id, ec2::kInterfaceType);
    if (!one) continue;
    all.push_back({{"NetworkInterfaceId", id},
                   {"SubnetId", text_of(one->properties, "SubnetId")},
                   {"PrivateIpAddress", text_of(one->properties, "PrivateIpAddress")}});
  }
  return all;
}

}  // namespace

Json all_attributes(const Call& call, const Document& document) {
  const ResourceType* const type = find_type(document.type);
  Json all = type ? attributes_of(*type, document) : document.attributes;
  if (document.type == ec2::kEndpointType) all["NetworkInterfaces"] = interfaces_of(call, document);
  return all;
}

scenario::cloudformation::Deployed surroundings(const Call& call, const std::string& but_of_stack) {
  scenario::cloudformation::Deployed made;
  std::vector<const Document*> documents;
  for (const auto& [id, document] : call.plane.documents()) {
    if (document->stack != but_of_stack && !document->type.starts_with("hoplab::")) {
      documents.push_back(document.get());
    }
  }
  std::ranges::sort(documents, {}, &Document::order);
  for (const Document* one : documents) {
    scenario::resources::Resource resource;
    resource.type = one->type;
    resource.name = one->logical_id.empty() ? one->id : one->logical_id;
    resource.stack = one->stack;
    resource.account = one->account;
    resource.region = one->region;
    resource.physical_id = one->physical_id.empty() ? one->id : one->physical_id;
    resource.properties = node_of(one->properties);
    resource.attributes = node_of(all_attributes(call, *one));
    made.resources.push_back(std::move(resource));
  }
  for (const Json& one : exports_of(call)) made.exports[one["Name"]] = one["Value"];
  for (const Document* stack : call.plane.all(kStackType)) {
    if (status_of(*stack) == "DELETE_COMPLETE") continue;
    for (const Json& output : stack->attributes["Outputs"]) {
      made.outputs[name_of_stack(*stack) + "." + text_of(output, "OutputKey")] =
          output["OutputValue"];
    }
  }
  made.template_at = [&call](const std::string& url) -> std::optional<std::string> {
    const TemplateText text = object_at(call, url);
    return text ? std::optional(*text) : std::nullopt;
  };
  return made;
}

}  // namespace hoplab::awsapi::cloudformation
