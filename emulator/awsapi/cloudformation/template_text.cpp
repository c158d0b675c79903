#include "awsapi/cloudformation/template_text.h"

#include <algorithm>
#include <set>

#include "awsapi/select.h"
#include "awsapi/services.h"
#include "base/percent.h"
#include "scenario/cloudformation/template_file.h"
#include "scenario/resources/builder.h"

namespace hoplab::awsapi::cloudformation {

namespace {

using scenario::Node;

constexpr std::size_t kLargestBody = 51'200;  // in a request; in S3 it may be larger

ApiError wrong(const std::string& message) {
  return {"ValidationError", message};
}

ApiError format_error(const std::string& what) {
  return wrong("Template format error: " + what);
}

std::string listed(const std::set<std::string>& names) {
  std::string all;
  for (const std::string& one : names) all += (all.empty() ? "" : ", ") + one;
  return "[" + all + "]";
}

const Node& section(const Node& root, std::string_view name) {
  static const Node none;
  const Node* const found = root.find(name);
  return found && found->kind == Node::Kind::object ? *found : none;
}

/// Names that Ref and Fn::GetAtt have, outside of Conditions' own.
void collect_references(const Node& node, std::set<std::string>& refs,
                        std::set<std::string>& atts) {
  const bool call = node.kind == Node::Kind::object && node.items.size() == 1;
  if (call && node.items[0].key == "Ref") refs.insert(node.items[0].text);
  if (call && node.items[0].key == "Fn::GetAtt") {
    const Node& of = node.items[0];
    const bool list = of.kind == Node::Kind::list && !of.items.empty();
    const std::string& name = list ? of.items[0].text : of.text;
    if (!list || of.items[0].kind == Node::Kind::text) atts.insert(name.substr(0, name.find('.')));
  }
  for (const Node& item : node.items) collect_references(item, refs, atts);
}

Refusal check_references(const Node& root) {
  const Node& resources = section(root, "Resources");
  const Node& parameters = section(root, "Parameters");
  std::set<std::string> refs, atts;
  for (const std::string_view part : {"Resources", "Outputs"}) {
    refs.clear();
    collect_references(section(root, part), refs, atts);
    std::erase_if(refs, [&](const std::string& one) {
      return one.starts_with("AWS::") || resources.find(one) || parameters.find(one);
    });
    if (!refs.empty()) {
      return format_error("Unresolved resource dependencies " + listed(refs) + " in the " +
                          std::string(part) + " block of the template");
    }
  }
  for (const std::string& one : atts) {
    if (!resources.find(one)) {
      return wrong("Template error: instance of Fn::GetAtt references undefined resource " + one);
    }
  }
  return std::nullopt;
}

std::string first_of(const std::vector<scenario::Diagnostic>& diagnostics) {
  return diagnostics.empty() ? std::string() : model::to_text(diagnostics.front().problem);
}

bool is_of_systems_manager(const Node& declared) {
  return scenario::resources::text_of(declared, "Type").starts_with("AWS::SSM::Parameter::Value<");
}

std::string default_of(const Node& declared) {
  const Node* const value = declared.find("Default");
  if (!value) return {};
  return value->kind == Node::Kind::text ? value->text : scenario::to_json(*value);
}

}  // namespace

TemplateText object_at(const Call& call, const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return nullptr;
  std::string rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find('?'));
  const std::string host = rest.substr(0, rest.find('/'));
  std::string path = rest.substr(std::min(host.size() + 1, rest.size()));
  const std::size_t of_aws = host.find(".s3");
  const std::size_t local = host.find(".localhost");
  if (of_aws != std::string::npos || local != std::string::npos) {
    path = host.substr(0, std::min(of_aws, local)) + "/" + path;
  }
  const std::string bucket = path.substr(0, path.find('/'));
  const std::string key = percent_decoded(path.substr(std::min(bucket.size() + 1, path.size())));
  const StoredObject* const object = call.plane.objects().find(bucket, key);
  return object ? object->content : nullptr;
}

ApiResult<TemplateText> template_text(const Call& call, const Json& in) {
  const std::string body = text_of(in, "TemplateBody"), url = text_of(in, "TemplateURL");
  if (!body.empty() && !url.empty()) {
    return wrong("Only one of Template URL or Template Body can be specified");
  }
  if (body.size() > kLargestBody) {
    return wrong(
        "1 validation error detected: Value at 'templateBody' failed to satisfy "
        "constraint: Member must have length less than or equal to 51200");
  }
  if (!body.empty()) return std::make_shared<const std::string>(body);
  if (url.empty()) return TemplateText();
  TemplateText text = object_at(call, url);
  if (!text) return wrong("S3 error: The specified key does not exist: " + url);
  return text;
}

ApiResult<Template> read_template(TemplateText text) {
  if (!text) return wrong("Either Template URL or Template Body must be specified.");
  std::vector<scenario::Diagnostic> diagnostics;
  const bool yaml = scenario::cloudformation::is_yaml(*text);
  auto root = scenario::cloudformation::parse_template(*text, "", diagnostics);
  if (!root) {
    const scenario::Diagnostic& first = diagnostics.front();
    if (first.problem.path.empty() && first.line > 0 && first.problem.found.empty()) {
      return format_error(std::string(yaml ? "YAML" : "JSON") + " not well-formed. (line " +
                          std::to_string(first.line) + ", column " + std::to_string(first.column) +
                          "): " + first.problem.rule);
    }
    return format_error(first_of(diagnostics));
  }
  if (!diagnostics.empty()) return format_error(first_of(diagnostics));
  const Node* const resources = root->find("Resources");
  if (!resources || resources->kind != Node::Kind::object || resources->items.empty()) {
    return format_error("At least one Resources member must be defined.");
  }
  for (const Node& one : resources->items) {
    if (scenario::resources::text_of(one, "Type").empty()) {
      return format_error("[/Resources/" + one.key +
                          "] Every Resources object must contain a Type "
                          "member.");
    }
  }
  if (auto refused = check_references(*root)) return *refused;
  return Template{std::move(text), std::move(*root)};
}

std::vector<std::string> types_of(const Template& of) {
  std::set<std::string> types;
  for (const Node& one : section(of.root, "Resources").items) {
    types.insert(scenario::resources::text_of(one, "Type"));
  }
  return {types.begin(), types.end()};
}

std::vector<std::string> secrets_of(const Template& of) {
  std::vector<std::string> names;
  for (const Node& one : section(of.root, "Parameters").items) {
    const Node* const hidden = one.find("NoEcho");
    const bool is =
        hidden && (hidden->kind == Node::Kind::boolean ? hidden->boolean : hidden->text == "true");
    if (is) names.push_back(one.key);
  }
  return names;
}

std::string description_of(const Template& of) {
  return scenario::resources::text_of(of.root, "Description");
}

std::vector<std::string> capabilities_of(const Template& of) {
  constexpr std::string_view kNames[] = {"RoleName", "UserName", "GroupName", "ManagedPolicyName",
                                         "InstanceProfileName"};
  bool any = false, named = false;
  for (const Node& one : section(of.root, "Resources").items) {
    if (!scenario::resources::text_of(one, "Type").starts_with("AWS::IAM::")) continue;
    any = true;
    for (const std::string_view name : kNames) {
      named = named || section(one, "Properties").find(name);
    }
  }
  if (!any) return {};
  return {named ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"};
}

Refusal check_capabilities(const Template& of, const std::vector<std::string>& agreed) {
  for (const std::string& one : capabilities_of(of)) {
    const bool there = std::ranges::any_of(agreed, [&](const std::string& had) {
      return had == one || had == "CAPABILITY_NAMED_IAM";
    });
    if (!there) {
      return ApiError{"InsufficientCapabilitiesException", "Requires capabilities : [" + one + "]"};
    }
  }
  return std::nullopt;
}

ApiResult<std::map<std::string, std::string>> parameters_of(
    const Template& of, const Json& in, const std::map<std::string, std::string>& before) {
  const Node& declared = section(of.root, "Parameters");
  std::map<std::string, std::string> values;
  std::set<std::string> unknown, missing;
  for (const Json& one : in.value("Parameters", Json::array())) {
    const std::string name = text_of(one, "ParameterKey");
    if (!declared.find(name)) {
      unknown.insert(name);
    } else if (one.value("UsePreviousValue", false)) {
      const auto had = before.find(name);
      if (had != before.end()) values[name] = had->second;
    } else {
      values[name] = text_of(one, "ParameterValue");
    }
  }
  if (!unknown.empty()) {
    return wrong("Parameters: " + listed(unknown) + " do not exist in the template");
  }
  for (const Node& one : declared.items) {
    if (values.contains(one.key)) continue;
    if (one.find("Default")) {
      values[one.key] = default_of(one);
    } else {
      missing.insert(one.key);
    }
  }
  if (!missing.empty()) return wrong("Parameters: " + listed(missing) + " must have values");
  return values;
}

ApiResult<std::map<std::string, std::string>> resolved(const Call& call, const Template& of,
                                                       std::map<std::string, std::string> values) {
  std::set<std::string> missing;
  for (const Node& one : section(of.root, "Parameters").items) {
    if (!is_of_systems_manager(one)) continue;
    const std::string name = values[one.key];
    const auto found = run(ssm::kService, "GetParameter", call, {{"Name", name}});
    if (found) {
      values[one.key] = text_of((*found)["Parameter"], "Value");
    } else if (name.starts_with("/aws/service/")) {
      values.erase(one.key);  // AWS's own, which nobody here knows; it matters where it is needed
    } else {
      missing.insert(name);
    }
  }
  if (!missing.empty()) {
    return wrong("Unable to fetch parameters " + listed(missing) +
                 " from parameter store for this account.");
  }
  return values;
}

}  // namespace hoplab::awsapi::cloudformation
