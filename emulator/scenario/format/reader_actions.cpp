// Actions of listeners and rules: forward, redirect, fixed-response.
#include <algorithm>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Action;
using model::FixedResponse;
using model::Redirect;
using model::WeightedTargetGroup;
namespace rules = model::rules;

constexpr std::pair<std::string_view, std::string_view> kRefusedTypes[] = {
    {"authenticate-oidc", "there are no identity providers"},
    {"authenticate-cognito", "there are no identity providers"},
    {"jwt-validation", "there are no identity providers"}};

const ObjectType& weighted_target_group_type() {
  using W = WeightedTargetGroup;
  static const ObjectType type =
      Define<W>("WeightedTargetGroup", "A target group and its share.")
          .value("TargetGroup", text(rules::kNotEmpty), &W::target_group, "a target group by name")
          .required()
          .value("Weight", integer(0, 999), &W::weight, "its share of the requests; default 1")
          .refuse("TargetGroupArn", "name a target group of the scenario as TargetGroup")
          .type();
  return type;
}

const ObjectType& group_stickiness_type() {
  using S = model::GroupStickiness;
  static const ObjectType type =
      Define<S>("TargetGroupStickinessConfig", "Whether a client stays with a target group.")
          .value("Enabled", boolean(), &S::enabled, "default false")
          .value("DurationSeconds", integer(1, 604'800), &S::duration_s,
                 "how long it stays after each answer; default 86400")
          .type();
  return type;
}

const ObjectType& forward_config_type() {
  static const ObjectType type =
      Define<Action>("ForwardConfig", "Forwarding to several target groups by weight.")
          .list("TargetGroups", weighted_target_group_type, &Action::target_groups,
                "one to five target groups", 1, 5)
          .required()
          .nested("TargetGroupStickinessConfig", group_stickiness_type, &Action::group_stickiness,
                  "what keeps a client with the group that it got first")
          .type();
  return type;
}

const ObjectType& fixed_response_type() {
  static const ObjectType type =
      Define<FixedResponse>("FixedResponseConfig", "An answer of the load balancer itself.")
          .own("StatusCode", text(rules::kFixedStatus), "the status, a text as in AWS: \"503\"",
               [](FixedResponse& into, const Node& node, ReadContext&) {
                 into.status_code = model::parse_number(node.text).value_or(200);
               })
          .written([](const FixedResponse& from, bool) {
            return node_of(std::to_string(from.status_code));
          })
          .required()
          .value("ContentType",
                 choice({"text/plain", "text/css", "text/html", "application/javascript",
                         "application/json"}),
                 &FixedResponse::content_type, "default text/plain")
          .value("MessageBody", text(rules::kFixedBody), &FixedResponse::message_body,
                 "the body; default empty")
          .type();
  return type;
}

const ObjectType& redirect_type() {
  static const ObjectType type =
      Define<Redirect>("RedirectConfig",
                       "Where to send the client; what is left out stays as in the request.")
          .value("Protocol", choice({"HTTP", "HTTPS", "#{protocol}"}), &Redirect::protocol,
                 "HTTP, HTTPS or #{protocol}")
          .value("Host", text(rules::kNotEmpty), &Redirect::host, "a host; may contain #{host}")
          .value("Port", text(rules::kNotEmpty), &Redirect::port,
                 "a port as a text: \"443\", or #{port}")
          .value("Path", text(rules::kRequestPath), &Redirect::path,
                 "a path; may contain #{host}, #{path}, #{port}")
          .value("Query", text(), &Redirect::query, "the query without the question mark")
          .word<int>("StatusCode", {{"HTTP_301", 301}, {"HTTP_302", 302}}, &Redirect::status_code,
                     "HTTP_301 or HTTP_302")
          .required()
          .type();
  return type;
}

/// One group, which has no share to speak of.
bool is_short(const Action& action) {
  return action.type == Action::Type::forward && action.target_groups.size() == 1 &&
         action.target_groups[0].weight == WeightedTargetGroup().weight &&
         action.group_stickiness == model::GroupStickiness();
}

/// Which members go with which Type.
void finish_action(Action& into, const Node& node, ReadContext& context) {
  struct Part {
    std::string_view name;
    Action::Type of;
  };
  constexpr Part kParts[] = {{"TargetGroup", Action::Type::forward},
                             {"ForwardConfig", Action::Type::forward},
                             {"RedirectConfig", Action::Type::redirect},
                             {"FixedResponseConfig", Action::Type::fixed_response}};
  const Node* kind = node.find("Type");
  if (kind == nullptr || kind->kind != Node::Kind::text) return;
  int given = 0;
  std::vector<std::string_view> possible;
  for (const Part& part : kParts) {
    const Node* member = node.find(part.name);
    if (part.of == into.type) {
      possible.push_back(part.name);
      given += member == nullptr ? 0 : 1;
    } else if (member != nullptr) {
      context.report(*member, {}, "it does not go with the action's Type, " + kind->text);
    }
  }
  if (given != 1) {
    context.report(node, {},
                   "a " + kind->text + " action needs " + model::one_of(possible) +
                       (possible.size() > 1 ? ", and one of them only" : ""));
  }
}

/// Why its Type is refused; empty: it is not.
std::string_view refused(const Node& action) {
  const Node* kind = action.find("Type");
  if (kind == nullptr || kind->kind != Node::Kind::text) return {};
  for (const auto& [word, why] : kRefusedTypes) {
    if (word == kind->text) return why;
  }
  return {};
}

}  // namespace

Type actions_type() {
  return list_of(object(action_type), 1, 10);
}

/// AWS takes actions of its identity providers before the one that answers. They are refused by
/// name, and the rest of them with no further word.
void read_actions(Action& into, const Node& node, ReadContext& context) {
  const Node* answering = nullptr;
  std::size_t answers = 0;
  for (const Node& one : node.items) {
    if (const std::string_view why = refused(one); !why.empty()) {
      const Node& kind = *one.find("Type");
      context.report_unread(kind, found(kind), "hoplab does not emulate it: " + std::string(why));
    } else {
      answering = &one;
      ++answers;
    }
  }
  if (answers > 1) {
    context.report(node, std::to_string(answers) + " actions that answer",
                   "there is one, the last");
  } else if (answers == 1) {
    read_into(action_type(), *answering, into, context);
  }
}

const ObjectType& action_type() {
  static const ObjectType type =
      Define<Action>("Action", "What is done with a connection or request.")
          .word<Action::Type>("Type",
                              {{"forward", Action::Type::forward},
                               {"redirect", Action::Type::redirect},
                               {"fixed-response", Action::Type::fixed_response}},
                              &Action::type, "forward, redirect or fixed-response",
                              {std::begin(kRefusedTypes), std::end(kRefusedTypes)})
          .required()
          .own("TargetGroup", text(rules::kNotEmpty), "forward: one target group by name",
               [](Action& into, const Node& node, ReadContext&) {
                 into.target_groups.push_back({node.text, 1});
               })
          .written(
              [](const Action& from, bool) { return node_of(from.target_groups[0].target_group); })
          .when(is_short)
          .own("ForwardConfig", object(forward_config_type),
               "forward: several target groups with weights",
               [](Action& into, const Node& node, ReadContext& context) {
                 read_object(forward_config_type(), node, &into, context);
               })
          .written(
              [](const Action& from, bool) { return write_object(forward_config_type(), &from); })
          .when([](const Action& from) {
            return from.type == Action::Type::forward && !is_short(from);
          })
          .nested("RedirectConfig", redirect_type, &Action::redirect, "redirect: where to")
          .when([](const Action& from) { return from.type == Action::Type::redirect; })
          .nested("FixedResponseConfig", fixed_response_type, &Action::fixed_response,
                  "fixed-response: the answer")
          .when([](const Action& from) { return from.type == Action::Type::fixed_response; })
          .refuse("TargetGroupArn", "name a target group of the scenario as TargetGroup")
          .refuse({"AuthenticateOidcConfig", "AuthenticateCognitoConfig", "JwtValidationConfig"},
                  "there are no identity providers")
          .fixed("Order", integer(1, 50'000), "its place among the actions, of which there is one")
          .after(finish_action)
          .type();
  return type;
}

}  // namespace hoplab::scenario
