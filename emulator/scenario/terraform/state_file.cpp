#include "scenario/terraform/state_file.h"

#include "scenario/resources/builder.h"
#include "scenario/terraform/plan.h"

namespace hoplab::scenario::terraform {
namespace {

using resources::text_of;

constexpr std::string_view kShow =
    "run terraform plan -out=FILE, then terraform show -json FILE, and give what it prints; or "
    "give terraform.tfstate";

bool is_state(const Node& root) {
  return root.find("lineage") || root.find("terraform_version");
}

bool is_json_configuration(const Node& root) {
  if (root.find("title")) return false;
  for (const std::string_view one : {"resource", "terraform", "provider", "module"}) {
    const Node* const section = root.find(one);
    if (section && section->kind == Node::Kind::object) return true;
  }
  return false;
}

/// "consumer" of `provider["registry.terraform.io/hashicorp/aws"].consumer`.
std::string alias_of(const std::string& provider) {
  const auto end = provider.rfind("\"]");
  return end == std::string::npos || end + 3 >= provider.size() ? std::string()
                                                                : provider.substr(end + 3);
}

std::string index_text(const Node* index) {
  if (!index) return {};
  return index->kind == Node::Kind::integer ? std::to_string(index->integer) : index->text;
}

void set_address(Instance& into, const Node* index) {
  into.address = into.block();
  into.index = index_text(index);
  if (!index || index->kind == Node::Kind::null) return;
  const bool number = index->kind == Node::Kind::integer;
  into.address += "[" + (number ? into.index : json_literal(into.index)) + "]";
}

/// All but objects of an earlier version of the resource, which are to be destroyed.
void read_raw_resource(const Node& resource, Workspace& into) {
  const Node* const instances = resource.find("instances");
  if (!instances) return;
  for (const Node& one : instances->items) {
    const Node* const attributes = one.find("attributes");
    if (!attributes || attributes->kind != Node::Kind::object || one.find("deposed")) continue;
    Instance instance;
    instance.module = text_of(resource, "module");
    instance.type = usual_type(text_of(resource, "type"));
    instance.name = text_of(resource, "name");
    instance.provider = alias_of(text_of(resource, "provider"));
    instance.data = text_of(resource, "mode") == "data";
    instance.attributes = *attributes;
    set_address(instance, one.find("index_key"));
    into.instances.push_back(std::move(instance));
  }
}

void read_outputs(const Node* outputs, Workspace& into) {
  if (!outputs) return;
  for (const Node& one : outputs->items) {
    const Node* const value = one.find("value");
    const Node* const sensitive = one.find("sensitive");
    if (value) into.outputs.push_back({one.key, *value, sensitive && sensitive->boolean});
  }
}

Workspace read_raw_state(const Node& root) {
  Workspace workspace;
  if (const Node* const all = root.find("resources")) {
    for (const Node& one : all->items) read_raw_resource(one, workspace);
  }
  read_outputs(root.find("outputs"), workspace);
  return workspace;
}

Workspace read_shown_state(const Node& values) {
  Workspace workspace;
  if (const Node* const module = values.find("root_module")) {
    read_modules(*module, workspace.instances);
  }
  read_outputs(values.find("outputs"), workspace);
  return workspace;
}

/// Nothing: it is none of the three.
std::optional<Workspace> read_workspace(const Node& root) {
  if (root.find("planned_values")) return read_plan(root);
  if (const Node* const values = root.find("values")) return read_shown_state(*values);
  const Node* const version = root.find("version");
  const bool raw = version && version->kind == Node::Kind::integer && version->integer == 4;
  return raw ? std::optional(read_raw_state(root)) : std::nullopt;
}

void refuse(std::vector<Diagnostic>& to, const std::string& file, const Node* node,
            std::string found, std::string rule) {
  to.push_back({file,
                node ? node->line : 0,
                0,
                {node ? node->pointer : "", std::move(found), std::move(rule), "", ""}});
}

}  // namespace

std::string usual_type(std::string type) {
  if (type.starts_with("aws_alb")) type.replace(0, 7, "aws_lb");
  if (type == "aws_s3_bucket_object") type = "aws_s3_object";
  return type;
}

void read_modules(const Node& module, std::vector<Instance>& into) {
  if (const Node* const all = module.find("resources")) {
    for (const Node& one : all->items) {
      Instance instance;
      instance.module = text_of(module, "address");
      instance.type = usual_type(text_of(one, "type"));
      instance.name = text_of(one, "name");
      instance.data = text_of(one, "mode") == "data";
      const Node* const values = one.find("values");
      instance.attributes = values ? *values : object_like(one, "values");
      set_address(instance, one.find("index"));
      into.push_back(std::move(instance));
    }
  }
  if (const Node* const children = module.find("child_modules")) {
    for (const Node& one : children->items) read_modules(one, into);
  }
}

bool is_configuration(const std::string& file) {
  return file.ends_with(".tf") || file.ends_with(".tf.json");
}

bool is_terraform(const Node& root) {
  return is_state(root) || (root.find("format_version") && root.find("planned_values")) ||
         is_json_configuration(root);
}

std::optional<Workspace> parse_workspace(std::string_view text, const std::string& file,
                                         std::vector<Diagnostic>& diagnostics) {
  if (is_configuration(file)) {
    refuse(diagnostics, file, nullptr, "Terraform's configuration", std::string(kShow));
    return std::nullopt;
  }
  if (text.size() > kLargestFile) {
    refuse(diagnostics, file, nullptr, "a file of " + std::to_string(text.size()) + " bytes",
           "it has at most " + std::to_string(kLargestFile));
    return std::nullopt;
  }
  const auto root = parse_document(text, file, diagnostics);
  if (!root) return std::nullopt;
  if (auto workspace = read_workspace(*root)) {
    if (workspace->instances.size() <= kMostInstances) return workspace;
    refuse(diagnostics, file, &*root, std::to_string(workspace->instances.size()) + " resources",
           "it has at most " + std::to_string(kMostInstances));
    return std::nullopt;
  }
  const Node* const version = root->find("version");
  if (is_json_configuration(*root)) {
    refuse(diagnostics, file, &*root, "Terraform's configuration", std::string(kShow));
  } else if (version) {
    refuse(diagnostics, file, version, "a state of version " + found(*version),
           "version 4 is read, which Terraform 0.12 and later write");
  } else {
    refuse(diagnostics, file, &*root, "",
           "there are no resources in it: it is a state that is empty, or no state");
  }
  return std::nullopt;
}

}  // namespace hoplab::scenario::terraform
