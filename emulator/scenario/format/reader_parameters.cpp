// Substitution works on the tree, before anything is read from it, so every text may use it.
#include "scenario/format/reader_parameters.h"

#include <algorithm>

#include "model/ids.h"
#include "model/nearest.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

constexpr std::string_view kEndpointPrefix = "vpce:";

std::vector<std::string_view> names_of(const std::vector<Parameter>& parameters) {
  std::vector<std::string_view> names;
  for (const Parameter& one : parameters) names.push_back(one.name);
  return names;
}

class Substitution {
 public:
  Substitution(const Node& root, const std::vector<Parameter>& parameters, ReadContext& context)
      : endpoints_(collect_endpoints(root)), parameters_(parameters), context_(context) {}

  void walk(Node& node) {
    if (node.kind == Node::Kind::text) node.text = replace(node);
    for (Node& item : node.items) {
      if (item.pointer != "/parameters") walk(item);
    }
  }

 private:
  using Endpoints = std::vector<std::pair<std::string, std::string>>;  // name, id

  static Endpoints collect_endpoints(const Node& root) {
    Endpoints all;
    const Node* section = root.find("VpcEndpoints");
    if (section == nullptr) return all;
    for (const Node& one : section->items) {
      const Node* id = one.find("VpcEndpointId");
      const bool given = id != nullptr && id->kind == Node::Kind::text;
      all.emplace_back(one.key, given ? id->text : model::derived_vpc_endpoint_id(one.key));
    }
    return all;
  }

  std::string replace(const Node& node) {
    const std::string& from = node.text;
    std::string to;
    std::size_t done = 0;
    while (true) {
      const auto start = from.find("${", done);
      if (start == std::string::npos) return to + from.substr(done);
      if (start > done && from[start - 1] == '$') {  // $${ stands for ${
        to.append(from, done, start - 1 - done).append("${");
        done = start + 2;
        continue;
      }
      to.append(from, done, start - done);
      const auto end = from.find('}', start);
      if (end == std::string::npos) {
        context_.report_unread(node, found(node), "${ without }; $${ stands for ${ itself");
        return to + from.substr(start);
      }
      to += value_of(from.substr(start + 2, end - start - 2), node);
      done = end + 1;
    }
  }

  std::string value_of(const std::string& name, const Node& node) {
    if (is_stage_variable("${" + name)) return "${" + name + "}";
    if (name.starts_with(kEndpointPrefix)) return endpoint_id(name.substr(5), node);
    for (const Parameter& one : parameters_) {
      if (one.name == name) return one.value;
    }
    const auto names = names_of(parameters_);
    context_.report_unread(node, "${" + name + "}",
                           names.empty()
                               ? "the scenario has no parameters; $${ stands for ${ itself"
                               : "there is no such parameter; there is " + model::one_of(names),
                           model::nearest(name, names));
    return {};
  }

  std::string endpoint_id(const std::string& name, const Node& node) {
    std::vector<std::string_view> names;
    for (const auto& [one, id] : endpoints_) {
      if (one == name) return id;
      names.push_back(one);
    }
    context_.report_unread(node, "${vpce:" + name + "}", "there is no VPC endpoint of that name",
                           model::nearest(name, names));
    return {};
  }

  Endpoints endpoints_;
  const std::vector<Parameter>& parameters_;
  ReadContext& context_;
};

}  // namespace

std::vector<Parameter> read_parameters(const Node& root, const Settings& settings,
                                       ReadContext& context) {
  std::vector<Parameter> parameters;
  const Node* section = root.find("parameters");
  if (section != nullptr && section->kind == Node::Kind::object) {
    for (const Node& node : section->items) {
      Parameter& one = parameters.emplace_back();
      one.name = node.key;
      read_into(parameter_type(), node, one, context);
      const auto set = settings.find(one.name);
      if (set != settings.end()) {
        one.value = set->second;
      } else if (one.default_value) {
        one.value = *one.default_value;
      } else {
        context.report(node, {},
                       "the parameter has no default and no value was set for it (--set " +
                           one.name + "=...)");
      }
    }
  }
  const auto names = names_of(parameters);
  for (const auto& [name, value] : settings) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    context.report(section == nullptr ? root : *section, "--set " + name + "=...",
                   names.empty() ? "the scenario has no parameters"
                                 : "there is no such parameter; there is " + model::one_of(names),
                   model::nearest(name, names));
  }
  return parameters;
}

void substitute(Node& root, const std::vector<Parameter>& parameters, ReadContext& context) {
  Substitution(root, parameters, context).walk(root);
}

}  // namespace hoplab::scenario
