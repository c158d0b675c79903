#include "scenario/openapi/body.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "model/ids.h"
#include "scenario/format/api_stages.h"
#include "scenario/openapi/rest_api.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr std::string_view kBody = "Body";
constexpr std::string_view kFile = "file";
constexpr std::string_view kServices = "services";

/// The document of the file that `node` names.
std::optional<Node> load(const Node& node, ReadContext& context,
                         std::vector<Diagnostic>& diagnostics, std::vector<std::string>& files) {
  if (node.kind != Node::Kind::text || node.text.empty()) {
    context.report(node, found(node), "it takes a file: an OpenAPI document in YAML or JSON");
    return std::nullopt;
  }
  if (!node.origin || node.origin->name.empty()) {
    context.report(node, found(node),
                   "only a scenario in a file can name one; write the document itself in Body");
    return std::nullopt;
  }
  const std::size_t before = diagnostics.size();
  context.file_of(node);
  const std::string path = (std::filesystem::path(node.origin->folder) / node.text).string();
  files.push_back(path);
  if (diagnostics.size() > before) return std::nullopt;
  const auto text = read_file(path);
  if (!text) {
    context.report(node, found(node), text.error());
    return std::nullopt;
  }
  if (text.value().size() > kLargestDocument) {
    context.report(node, "a file of " + std::to_string(text.value().size()) + " bytes",
                   "API Gateway imports at most " + std::to_string(kLargestDocument));
    return std::nullopt;
  }
  return parse_text(text.value(), path, diagnostics);
}

/// Gives a subtree its place in the scenario; where it was written stays known.
void put_in_place(Node& node, const std::string& pointer) {
  node.written = std::move(node.pointer);
  node.pointer = pointer;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    Node& item = node.items[i];
    put_in_place(
        item, node.kind == Node::Kind::list ? model::at(pointer, i) : model::at(pointer, item.key));
  }
}

std::string id_of(const Node& of, std::string_view member, std::string derived) {
  const Node* const given = of.find(member);
  return given && given->kind == Node::Kind::text ? given->text : std::move(derived);
}

Surroundings surroundings_of(const Node& root, const Node& api) {
  Surroundings around;
  around.rest_api_id = id_of(api, "RestApiId", model::derived_rest_api_id(api.key));
  around.services = api.find(kServices);
  around.stages = stage_variables_of(api);
  if (const Node* const services = root.find("services")) {
    for (const Node& one : services->items) around.service_names.push_back(one.key);
  }
  if (const Node* const endpoints = root.find("VpcEndpoints")) {
    for (const Node& one : endpoints->items) {
      around.vpc_endpoints.emplace_back(
          id_of(one, "VpcEndpointId", model::derived_vpc_endpoint_id(one.key)), one.key);
    }
  }
  return around;
}

/// False: there is nothing to put in its place.
bool expand(const Node& root, Node& api, const Node& body, ReadContext& context,
            std::vector<Diagnostic>& diagnostics, std::vector<std::string>& files) {
  if (const Node* const resources = api.find("Resources")) {
    context.report(*resources, {}, "Body says them already");
    return false;
  }
  std::optional<Node> loaded;
  const Node* document = &body;
  if (const Node* const file = body.find(kFile)) {
    if (body.items.size() > 1) {
      const Node& other = body.items[&body.items.front() == file ? 1 : 0];
      context.report(other, {}, "the document stands in the file, and nothing beside it");
      return false;
    }
    loaded = load(*file, context, diagnostics, files);
    if (!loaded) return false;
    document = &*loaded;
  }
  std::optional<Node> made = rest_api_of(*document, surroundings_of(root, api), context);
  if (!made) return false;
  for (Node& member : made->items) {
    if (api.find(member.key)) continue;
    put_in_place(member, model::at(api.pointer, member.key));
    api.items.push_back(std::move(member));
  }
  return true;
}

}  // namespace

void expand_bodies(Node& root, ReadContext& context, std::vector<Diagnostic>& diagnostics,
                   std::vector<std::string>& files) {
  Node* const apis = root.find("RestApis");
  if (!apis) return;
  for (Node& api : apis->items) {
    const Node* const there = api.find(kBody);
    if (!there) continue;
    const Node body = *there;
    const bool expanded = expand(root, api, body, context, diagnostics, files);
    const auto gone = [expanded](const Node& member) {
      return member.key == kServices || (expanded && member.key == kBody);
    };
    std::erase_if(api.items, gone);
    if (Node* const left = api.find(kBody)) left->kind = Node::Kind::null;
  }
}

void name_places(const Node& root, std::vector<Diagnostic>& diagnostics) {
  for (Diagnostic& one : diagnostics) {
    const Node& node = nearest_place(root, one.problem.path);
    if (!node.written.empty()) one.problem.path = node.written;
  }
}

}  // namespace hoplab::scenario::openapi
