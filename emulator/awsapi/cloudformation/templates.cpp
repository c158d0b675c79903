// Templates: given back, judged and summed up.
#include "awsapi/cloudformation/handlers.h"
#include "awsapi/cloudformation/requests.h"
#include "scenario/resources/builder.h"

namespace hoplab::awsapi::cloudformation {

namespace {

using scenario::Node;

Json value_or_text(const Node& node) {
  const Json json = json_of(node);
  return json.is_string() ? json : Json(json.dump());
}

/// Parameters as both operations have them; GetTemplateSummary tells more of each.
Json declared_parameters(const Template& of) {
  Json all = Json::array();
  const Node* const declared = of.root.find("Parameters");
  for (const Node& one : declared ? declared->items : std::vector<Node>{}) {
    Json made{{"ParameterKey", one.key},
              {"ParameterType", scenario::resources::text_of(one, "Type")},
              {"NoEcho", false}};
    if (const Node* const value = one.find("Default")) made["DefaultValue"] = value_or_text(*value);
    if (const Node* const hidden = one.find("NoEcho")) {
      made["NoEcho"] = value_or_text(*hidden) == "true";
    }
    const std::string text = scenario::resources::text_of(one, "Description");
    if (!text.empty()) made["Description"] = text;
    Json constraints = Json::object();
    if (const Node* const allowed = one.find("AllowedValues")) {
      for (const Node& value : allowed->items) {
        constraints["AllowedValues"].push_back(value_or_text(value));
      }
    }
    made["ParameterConstraints"] = std::move(constraints);
    all.push_back(std::move(made));
  }
  return all;
}

Json summary_of(const Template& of) {
  Json made{{"Parameters", declared_parameters(of)},
            {"Capabilities", capabilities_of(of)},
            {"ResourceTypes", types_of(of)},
            {"DeclaredTransforms", Json::array()}};
  if (const std::string text = description_of(of); !text.empty()) made["Description"] = text;
  const std::string version = scenario::resources::text_of(of.root, "AWSTemplateFormatVersion");
  if (!version.empty()) made["Version"] = version;
  if (const Node* const metadata = of.root.find("Metadata")) {
    made["Metadata"] = scenario::to_json(*metadata);
  }
  if (!made["Capabilities"].empty()) {
    made["CapabilitiesReason"] = "The following resource(s) require capabilities: [AWS::IAM::*]";
  }
  return made;
}

/// The template that in["StackName"] or in["ChangeSetName"] has.
ApiResult<TemplateText> text_of_stack(const Call& call, const Json& in) {
  const std::string set = text_of(in, "ChangeSetName");
  if (const Document* const found = call.plane.find(set, kChangeSetType)) return found->content;
  const auto stack = existing_stack(call, text_of(in, "StackName"));
  if (!stack) return stack.error();
  for (const Document* one : call.plane.all(kChangeSetType)) {
    const bool same = one->properties["StackId"] == (*stack)->id;
    if (same && one->properties["ChangeSetName"] == set) return one->content;
  }
  return (*stack)->content;
}

}  // namespace

ApiResult<Json> get_template(const Call& call, const Json& in) {
  const auto text = text_of_stack(call, in);
  if (!text) return text.error();
  Json made{{"StagesAvailable", Json::array({"Original", "Processed"})}};
  made["TemplateBody"] = *text ? **text : std::string("{}");
  return made;
}

ApiResult<Json> get_template_summary(const Call& call, const Json& in) {
  auto text = template_text(call, in);
  if (!text) return text.error();
  if (!*text && in.contains("StackName")) text = text_of_stack(call, in);
  if (!text) return text.error();
  const auto read = read_template(std::move(*text));
  if (!read) return read.error();
  return summary_of(*read);
}

ApiResult<Json> validate_template(const Call& call, const Json& in) {
  auto text = template_text(call, in);
  if (!text) return text.error();
  const auto read = read_template(std::move(*text));
  if (!read) return read.error();
  return summary_of(*read);
}

}  // namespace hoplab::awsapi::cloudformation
