// Transforms of a rule: what they look for in the host or the URL, and what they put in its place.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Transform;
using Kind = Transform::Type;
namespace rules = model::rules;

const ObjectType& rewrite_type() {
  static const ObjectType type =
      Define<Transform>("RewriteConfig", "What to look for, and what to put in its place.")
          .value("Regex", text(rules::kNotEmpty), &Transform::regex,
                 "a regular expression, found anywhere; the first place counts")
          .required()
          .value("Replace", text(), &Transform::replace,
                 "what stands there afterwards; $1 is the expression's first group")
          .required()
          .type();
  return type;
}

const ObjectType& rewrites_type() {
  static const ObjectType type =
      Define<Transform>("RewritesConfig", "The one rewrite of a transform.")
          .own("Rewrites", list_of(object(rewrite_type), 1, 1), "one rewrite",
               [](Transform& into, const Node& node, ReadContext& context) {
                 for (const Node& one : node.items) read_into(rewrite_type(), one, into, context);
               })
          .written([](const Transform& from, bool) {
            return list_node({write_object(rewrite_type(), &from)});
          })
          .required()
          .type();
  return type;
}

struct Part {
  std::string_view type, config;
  Kind kind;
};
constexpr Part kParts[] = {
    {"host-header-rewrite", "HostHeaderRewriteConfig", Kind::host_header_rewrite},
    {"url-rewrite", "UrlRewriteConfig", Kind::url_rewrite}};

/// The config must be the one that Type asks for.
void finish_transform(Transform& into, const Node& node, ReadContext& context) {
  const Node* type = node.find("Type");
  if (type == nullptr || type->kind != Node::Kind::text) return;
  for (const Part& part : kParts) {
    const Node* config = node.find(part.config);
    if (part.kind != into.type && config != nullptr) {
      context.report(*config, {}, "it does not go with the transform's Type, " + type->text);
    } else if (part.kind == into.type && config == nullptr) {
      context.report(node, {},
                     "a " + std::string(part.type) + " needs " + std::string(part.config));
    }
  }
}

void add_config(Define<Transform>& define, const Part& part, std::string_view help) {
  define
      .own(part.config, object(rewrites_type), help,
           [](Transform& into, const Node& node, ReadContext& context) {
             read_object(rewrites_type(), node, &into, context);
           })
      .written([](const Transform& from, bool) { return write_object(rewrites_type(), &from); })
      .when([kind = part.kind](const Transform& from) { return from.type == kind; });
}

}  // namespace

const ObjectType& transform_type() {
  static const ObjectType type = [] {
    Define<Transform> define("RuleTransform",
                             "A change of a request on its way to the target of a rule.");
    define
        .word<Kind>("Type", {{kParts[0].type, kParts[0].kind}, {kParts[1].type, kParts[1].kind}},
                    &Transform::type, "host-header-rewrite or url-rewrite")
        .required();
    add_config(define, kParts[0], "host-header-rewrite: a rewrite of the host, without its port");
    add_config(define, kParts[1], "url-rewrite: a rewrite of the path and query");
    return define.after(finish_transform).type();
  }();
  return type;
}

}  // namespace hoplab::scenario
