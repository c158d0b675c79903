// Routing rules of private custom domain names (AWS::ApiGatewayV2::RoutingRule).
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::RoutingRule;
namespace rules = model::rules;

RoutingRule& same(RoutingRule& rule) {
  return rule;
}

const ObjectType& routing_header_type() {
  using Header = model::Texts::value_type;
  static const ObjectType type =
      Define<Header>("RoutingHeader", "A field that a request has.")
          .value("Header", text(rules::kHeaderName), &Header::first, "its name, in any case")
          .required()
          .value("ValueGlob", text(rules::kNotEmpty), &Header::second,
                 "its value, with case: a, or a*, *a, *a*")
          .required()
          .after([](Header& into, const Node& node, ReadContext& context) {
            const std::string& glob = into.second;
            const auto star = glob.find('*', 1);
            if (star == std::string::npos || star + 1 == glob.size()) return;
            context.report(*node.find("ValueGlob"), found(*node.find("ValueGlob")),
                           "a * stands at its beginning or its end only");
          })
          .type();
  return type;
}

const ObjectType& match_headers_type() {
  static const ObjectType type =
      Define<RoutingRule>("MatchHeaders", "A condition on a header.")
          .list("AnyOf", routing_header_type, &RoutingRule::headers, "one header", 1, 1)
          .required()
          .type();
  return type;
}

const ObjectType& match_base_paths_type() {
  static const ObjectType type =
      Define<RoutingRule>("MatchBasePaths", "A condition on the path.")
          .own("AnyOf", list_of(text(rules::kBasePath), 1, 1),
               "the path in front, which may have several segments",
               [](RoutingRule& into, const Node& node, ReadContext&) {
                 for (const Node& item : node.items) into.base_paths.push_back(item.text);
               })
          .written([](const RoutingRule& from, bool) { return node_of(from.base_paths); })
          .required()
          .type();
  return type;
}

const ObjectType& routing_condition_type() {
  static const ObjectType type =
      Define<RoutingRule>("RoutingCondition", "One of MatchHeaders and MatchBasePaths.")
          .nested("MatchHeaders", match_headers_type, same, "a header that the request has")
          .nested("MatchBasePaths", match_base_paths_type, same, "the path in front")
          .type();
  return type;
}

const ObjectType& invoke_api_type() {
  static const ObjectType type =
      Define<RoutingRule>("InvokeApi", "The API that the request is for.")
          .value("ApiId", text(rules::kNotEmpty), &RoutingRule::rest_api,
                 "an API of this scenario, by name")
          .required()
          .value("Stage", text(rules::kStageName), &RoutingRule::stage, "the API's stage")
          .required()
          .value("StripBasePath", boolean(), &RoutingRule::strip_base_path,
                 "whether the path that has matched is taken off; default false")
          .type();
  return type;
}

const ObjectType& routing_action_type() {
  static const ObjectType type =
      Define<RoutingRule>("RoutingAction", "What becomes of the request.")
          .nested("InvokeApi", invoke_api_type, same, "it goes to an API")
          .required()
          .type();
  return type;
}

void read_routing_conditions(RoutingRule& into, const Node& node, ReadContext& context) {
  for (const Node& item : node.items) read_into(routing_condition_type(), item, into, context);
  if (into.headers.size() > 2) {
    context.report(node, std::to_string(into.headers.size()) + " headers",
                   "a rule has at most two MatchHeaders");
  }
  if (into.base_paths.size() > 1) {
    context.report(node, std::to_string(into.base_paths.size()) + " base paths",
                   "a rule has at most one MatchBasePaths");
  }
}

std::optional<Node> write_routing_conditions(const RoutingRule& from, bool) {
  std::vector<Node> items;
  const auto add = [&](std::string_view name, const ObjectType& type, const RoutingRule& part) {
    Node one = object_node();
    add_member(one, name, write_object(type, &part));
    items.push_back(std::move(one));
  };
  for (const auto& header : from.headers) {
    RoutingRule part;
    part.headers = {header};
    add("MatchHeaders", match_headers_type(), part);
  }
  if (!from.base_paths.empty()) add("MatchBasePaths", match_base_paths_type(), from);
  return list_node(std::move(items));
}

}  // namespace

const ObjectType& routing_rule_type() {
  static const ObjectType type =
      Define<RoutingRule>("RoutingRule",
                          "Which requests an API gets (AWS::ApiGatewayV2::RoutingRule).")
          .value("Priority", integer(1, 1'000'000), &RoutingRule::priority,
                 "the lowest one is asked first")
          .required()
          .own("Conditions", list_of(object(routing_condition_type), 0, 3),
               "all of them hold: at most two headers and one base path; none: every request does",
               read_routing_conditions)
          .written(write_routing_conditions)
          .required()
          .own("Actions", list_of(object(routing_action_type), 1, 1), "one InvokeApi",
               [](RoutingRule& into, const Node& node, ReadContext& context) {
                 for (const Node& item : node.items)
                   read_into(routing_action_type(), item, into, context);
               })
          .written([](const RoutingRule& from, bool) {
            return list_node({write_object(routing_action_type(), &from)});
          })
          .required()
          .refuse("DomainNameArn", "a rule stands with its domain name")
          .type();
  return type;
}

}  // namespace hoplab::scenario
