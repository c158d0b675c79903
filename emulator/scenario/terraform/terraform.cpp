#include "scenario/terraform/terraform.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/base64.h"
#include "base/file.h"
#include "scenario/resources/builder.h"
#include "scenario/terraform/mapping.h"
#include "scenario/terraform/places.h"
#include "scenario/terraform/spread.h"

namespace hoplab::scenario::terraform {
namespace {

namespace fs = std::filesystem;
using resources::Resource;
using resources::text_of;

/// "edge-alb-0" of module.edge.aws_lb.alb[0]. "this" is what modules call their only one.
std::string name_of(const Instance& instance) {
  std::string name = instance.module;
  for (auto at = name.find("module."); at != std::string::npos; at = name.find("module.")) {
    name.erase(at, 7);
  }
  const bool meaning = !name.empty() && (instance.name == "this" || instance.name == "main");
  if (!meaning) name += (name.empty() ? "" : "-") + instance.name;
  if (!instance.index.empty()) name += "-" + instance.index;
  return name;
}

/// Resources whose parts others are.
class Making {
 public:
  Making(const Workspace& workspace, const std::string& region)
      : workspace_(workspace), places_(workspace.instances, region) {}

  std::vector<Resource> run() {
    for (const Instance& one : workspace_.instances) {
      if (!one.data) add(one);
    }
    for (const auto& joins : all_joins()) {
      for (const Join& join : joins) add_parts(join);
    }
    add_interfaces();
    return std::move(all_);
  }

 private:
  void add(const Instance& instance) {
    const Mapping* const mapping = find_mapping(instance.type, instance.attributes);
    if (!mapping && is_joined(instance.type)) return;
    Resource resource;
    resource.type = mapping ? std::string(mapping->cloudformation) : instance.type;
    resource.name = name_of(instance);
    resource.path = instance.address;
    resource.account = places_.account_of(instance);
    resource.region = places_.region_of(instance);
    resource.attributes = object_like(instance.attributes, "");
    resource.properties = object_like(instance.attributes, "");
    if (mapping) {
      resource.physical_id = text_of(instance.attributes, mapping->id);
      map_attributes(mapping->attributes, instance.attributes, resource.properties,
                     &resource.attributes);
      map_keyed(mapping->keyed, instance.attributes, resource.properties);
    }
    all_.push_back(std::move(resource));
  }

  static bool is_joined(std::string_view type) {
    for (const auto& joins : all_joins()) {
      if (std::ranges::find(joins, type, &Join::terraform) != joins.end()) return true;
    }
    return type == "aws_vpc_endpoint_service_allowed_principal" ||
           type == "aws_vpc_endpoint_service_private_dns_verification" ||
           type == "aws_vpc_endpoint_connection_accepter" ||
           type == "aws_api_gateway_method_response" || type == "aws_s3_object";
  }

  /// The resources that parts may be of, by what those parts say of them.
  std::multimap<std::string, std::size_t> parents_of(const Join& join) const {
    std::multimap<std::string, std::size_t> parents;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Resource& one = all_[i];
      if (one.type != join.parent) continue;
      std::string name;
      for (const Key& key : join.keys) {
        name += key.property.empty() ? one.physical_id : text_of(one.properties, key.property);
        name += '\n';
      }
      parents.emplace(std::move(name), i);
    }
    return parents;
  }

  void add_parts(const Join& join) {
    const auto parents = parents_of(join);
    for (const Instance& part : workspace_.instances) {
      if (part.data || part.type != join.terraform) continue;
      Node made = object_like(part.attributes, "");
      map_attributes(join.attributes, part.attributes, made, nullptr);
      if (const Node* const alone = made.find("")) made = Node(*alone);
      const bool nothing = made.kind == Node::Kind::object && made.items.empty();
      if (nothing) continue;
      std::string name;
      for (const Key& key : join.keys) name += text_of(part.attributes, key.attribute) + '\n';
      const auto [begin, end] = parents.equal_range(name);
      for (auto at = begin; at != end; ++at) put(all_[at->second].properties, join.to, made);
    }
  }

  /// Network interfaces that data sources have looked up, where the endpoint does not tell their
  /// addresses.
  void add_interfaces() {
    for (Resource& endpoint : all_) {
      const Node* const ids = endpoint.attributes.find("NetworkInterfaceIds");
      if (!ids || endpoint.attributes.find("NetworkInterfaces")) continue;
      for (const Instance& one : workspace_.instances) {
        const std::string id = text_of(one.attributes, "id");
        const bool is_one = one.data && one.type == "aws_network_interface" &&
                            std::ranges::find(ids->items, id, &Node::text) != ids->items.end();
        if (!is_one) continue;
        Node interface = object_like(one.attributes, "");
        for (const auto& [from, to] :
             {std::pair("private_ip", "PrivateIpAddress"), std::pair("subnet_id", "SubnetId")}) {
          const Node* const value = one.attributes.find(from);
          if (value) interface.items.push_back(renamed(*value, to));
        }
        put(endpoint.attributes, "NetworkInterfaces[]", interface);
      }
    }
  }

  const Workspace& workspace_;
  const Places places_;
  std::vector<Resource> all_;
};

/// Bundles and revocation lists that trust stores name.
std::set<std::string> wanted_objects(const Workspace& workspace) {
  std::set<std::string> names;
  for (const Instance& one : workspace.instances) {
    for (const std::string start : {"ca_certificates_bundle_s3_", "revocations_s3_"}) {
      const std::string key = text_of(one.attributes, start + "key");
      if (!key.empty()) names.insert(text_of(one.attributes, start + "bucket") + "/" + key);
    }
  }
  return names;
}

void add_object(const Instance& object, const std::string& name, const fs::path& folder,
                Loaded& into) {
  const Node& from = object.attributes;
  for (const std::string_view text : {"content", "body"}) {
    if (const Node* const value = attribute_at(from, text)) {
      into.resources.contents[name] = value->text;
      return;
    }
  }
  if (const Node* const value = attribute_at(from, "content_base64")) {
    if (auto bytes = from_base64(value->text)) into.resources.contents[name] = std::move(*bytes);
    return;
  }
  const std::string source = text_of(from, "source");
  if (source.empty()) return;
  std::error_code error;
  const std::string path = fs::absolute(folder / source, error).lexically_normal().string();
  if (fs::is_regular_file(path, error)) {
    into.resources.objects[name] = path;
  } else {
    into.notes.push_back("there is no file " + path + ", which " + object.address +
                         " uploads: an authority is minted in its place; objects says where it is");
  }
}

void add_objects(const Workspace& workspace, const std::string& folder, Loaded& into) {
  const std::set<std::string> wanted = wanted_objects(workspace);
  for (const Instance& one : workspace.instances) {
    if (one.type != "aws_s3_object") continue;
    const std::string name =
        text_of(one.attributes, "bucket") + "/" + text_of(one.attributes, "key");
    if (wanted.contains(name)) add_object(one, name, folder, into);
  }
}

/// Certificates that were imported are in the state with their private keys.
void add_certificates(const Workspace& workspace, Loaded& into) {
  for (const Instance& one : workspace.instances) {
    if (one.type != "aws_acm_certificate" && one.type != "aws_iam_server_certificate") continue;
    const std::string key = text_of(one.attributes, "private_key");
    const std::string body = text_of(one.attributes, "certificate_body");
    if (key.empty() || body.empty()) continue;
    auto& given = into.overrides.certificates[text_of(one.attributes, "arn")];
    given.certificate = body;
    const std::string chain = text_of(one.attributes, "certificate_chain");
    if (!chain.empty()) given.certificate += (body.ends_with('\n') ? "" : "\n") + chain;
    given.private_key = key;
  }
}

}  // namespace

Loaded to_resources(Workspace workspace, const std::string& folder, const std::string& region) {
  Loaded loaded;
  spread(workspace.instances, workspace.notes);
  loaded.notes = std::move(workspace.notes);
  loaded.resources.all = Making(workspace, region).run();
  add_objects(workspace, folder, loaded);
  add_certificates(workspace, loaded);
  for (const OutputValue& one : workspace.outputs) {
    if (one.sensitive) continue;
    const bool text = one.value.kind == Node::Kind::text;
    loaded.outputs.emplace_back(one.name, text ? one.value.text : to_json(one.value));
  }
  return loaded;
}

std::optional<Loaded> load(const std::string& file, const std::string& region,
                           std::vector<Diagnostic>& diagnostics) {
  const auto text = read_file(file);
  if (!text) {
    diagnostics.push_back({file, 0, 0, {"", "", "the file cannot be read", "", ""}});
    return std::nullopt;
  }
  auto workspace = parse_workspace(text.value(), file, diagnostics);
  if (!workspace) return std::nullopt;
  return to_resources(std::move(*workspace), fs::path(file).parent_path().string(), region);
}

bool is_terraform_file(const std::string& file) {
  if (is_configuration(file)) return true;
  const auto text = read_file(file);
  if (!text) return false;
  std::vector<Diagnostic> ignored;
  const auto root = parse_document(text.value(), file, ignored);
  return root && is_terraform(*root);
}

}  // namespace hoplab::scenario::terraform
