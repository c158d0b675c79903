#include "scenario/openapi/document.h"

#include <algorithm>

#include "base/ascii.h"
#include "model/nearest.h"
#include "model/stage_variables.h"
#include "scenario/format/api_stages.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr int kMostHops = 16;
constexpr std::string_view kExtension = "x-amazon-apigateway-";

/// A token of a JSON Pointer (RFC 6901 section 4).
std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape = token[i] == '~' && i + 1 < token.size();
    text += !escape ? token[i] : token[++i] == '1' ? '/' : '~';
  }
  return text;
}

const Node* at_pointer(const Node& root, std::string_view pointer) {
  const Node* node = &root;
  while (node && !pointer.empty()) {
    pointer.remove_prefix(1);
    const auto end = std::min(pointer.find('/'), pointer.size());
    node = node->find(unescaped(pointer.substr(0, end)));
    pointer.remove_prefix(end);
  }
  return node;
}

std::string_view kind_word(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::text: return "a text";
    case Node::Kind::boolean: return "true or false";
    case Node::Kind::list: return "a list";
    default: return "an object";
  }
}

}  // namespace

std::string Document::place_of(const Node& reference) const {
  const Node* const definitions = swagger ? root.find("definitions") : nullptr;
  const bool name = definitions && definitions->find(reference.text);
  return name ? "#/definitions/" + reference.text : reference.text;
}

const Node* Document::resolve(const Node& node) {
  const Node* there = &node;
  for (int hops = 0; hops < kMostHops; ++hops) {
    const Node* const reference = there->find("$ref");
    if (!reference) return there;
    const std::string place = place_of(*reference);
    if (!place.starts_with("#/")) {
      report(*reference, found(*reference),
             "it takes a place of this document such as #/components/schemas/Widget; API Gateway "
             "reads no other file");
      return nullptr;
    }
    there = at_pointer(root, std::string_view(place).substr(1));
    if (!there) {
      report(*reference, found(*reference), "there is no such place in the document");
      return nullptr;
    }
  }
  report(node, {}, "its references lead on and on");
  return nullptr;
}

const Node* Document::member(const Node& of, std::string_view name, Node::Kind kind) {
  const Node* const there = of.find(name);
  const Node* const node = there ? resolve(*there) : nullptr;
  if (!node || node->kind == kind) return node;
  report(*there, found(*node), "it takes " + std::string(kind_word(kind)));
  return nullptr;
}

const Node* Document::shared(std::string_view of_openapi, std::string_view of_swagger) {
  if (swagger) return member(root, of_swagger, Node::Kind::object);
  const Node* const components = member(root, "components", Node::Kind::object);
  return components ? member(*components, of_openapi, Node::Kind::object) : nullptr;
}

void Document::check_members(const Node& node, const std::vector<std::string_view>& known) {
  for (const Node& one : node.items) {
    if (std::ranges::find(known, one.key) != known.end()) continue;
    if (one.key.starts_with("x-") && !one.key.starts_with(kExtension)) continue;
    std::string rule = one.key.starts_with(kExtension)
                           ? "hoplab knows no such extension at this place"
                           : "there is no such member at this place of an OpenAPI document";
    report(one, "the key " + model::in_quotes(one.key), std::move(rule),
           model::nearest(one.key, known));
  }
}

std::vector<std::string> Document::in_stages(const Node& node) {
  std::vector<std::string> texts = scenario::in_stages(node.text, around.stages);
  if (!texts.empty()) return texts;
  std::vector<std::string_view> names;
  for (const model::Texts& variables : around.stages) {
    for (const auto& [name, value] : variables) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  const std::string missing = model::lacking(node.text, around.stages.front());
  report(node, found(node),
         (around.stages.size() > 1 ? "no stage has the variable " : "the stage has no variable ") +
             model::in_quotes(missing) +
             (names.empty() ? "" : "; there is " + model::one_of(names)),
         model::nearest(missing, names));
  return {};
}

std::string in_capitals(std::string text) {
  std::ranges::transform(text, text.begin(), upper_case);
  return text;
}

Node in_capitals(const Node& from, std::string_view key) {
  Node node = renamed(from, key);
  node.text = in_capitals(std::move(node.text));
  return node;
}

Node with_names(Document& document, const Node& from, std::string_view key,
                const std::vector<MemberName>& names) {
  std::vector<std::string_view> known;
  for (const MemberName& name : names) known.push_back(name.openapi);
  document.check_members(from, known);
  if (from.kind != Node::Kind::object) return renamed(from, key);
  Node made = object_like(from, key);
  for (const Node& member : from.items) {
    const auto name = std::ranges::find(names, member.key, &MemberName::openapi);
    if (name != names.end()) made.items.push_back(renamed(member, name->cloudformation));
  }
  return made;
}

}  // namespace hoplab::scenario::openapi
