// Actions of listeners and rules: what answers, and what authenticates before it.
#include <algorithm>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Action;
using model::FixedResponse;
using model::Redirect;
using model::UserAuthentication;
using model::WeightedTargetGroup;
namespace rules = model::rules;

constexpr std::int64_t kMostSeconds = 999'999'999;

/// An element of the list: what answers, or what authenticates before.
struct ListedAction {
  enum class Type : std::uint8_t {
    forward,
    redirect,
    fixed_response,
    authenticate_oidc,
    authenticate_cognito,
    jwt_validation,
  } type = Type::forward;
  Action action;
  UserAuthentication users;
  model::JwtValidation token;
  std::optional<int> order;

  [[nodiscard]] bool answers() const { return type <= Type::fixed_response; }
};

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

const ObjectType& jwt_claim_type() {
  using C = model::JwtClaim;
  static const ObjectType type =
      Define<C>("JwtAdditionalClaim", "A claim that a token must have.")
          .word<C::Format>("Format",
                           {{"single-string", C::Format::single_string},
                            {"string-array", C::Format::string_array},
                            {"space-separated-values", C::Format::space_separated_values}},
                           &C::format,
                           "single-string: equal to the value; string-array: an array with one of "
                           "the values; space-separated-values: a text with all of them")
          .required()
          .value("Name", text(rules::kNotEmpty), &C::name, "the claim; not exp, iss, nbf or iat")
          .required()
          .value("Values", list_of(text(rules::kClaimValue), 1, 10), &C::values,
                 "what it must say; of single-string one value")
          .required()
          .type();
  return type;
}

const ObjectType& jwt_validation_type() {
  using J = model::JwtValidation;
  static const ObjectType type =
      Define<J>("JwtValidationConfig", "A token that requests must have.")
          .value("JwksEndpoint", text(rules::kHttpsUrl), &J::jwks_endpoint,
                 "where the issuer's keys are: a URL of one of the scenario's identity providers")
          .required()
          .value("Issuer", text(rules::kClaimValue), &J::issuer, "what a token's iss says")
          .required()
          .list("AdditionalClaims", jwt_claim_type, &J::additional_claims,
                "what else it must say; all of them", 0, 10)
          .type();
  return type;
}

/// What both ways to log in have.
Define<UserAuthentication>& add_session(Define<UserAuthentication>& define) {
  using U = UserAuthentication;
  using OnUnauthenticated = U::OnUnauthenticatedRequest;
  return define
      .value("SessionCookieName", text(rules::kCookieName), &U::session_cookie_name,
             "the cookies' name, to which -0 and on are added; default AWSELBAuthSessionCookie")
      .value("Scope", text(rules::kNotEmpty), &U::scope, "default openid")
      .own("SessionTimeout", either({integer(1, kMostSeconds), text(rules::kSeconds)}),
           "seconds after which a user has to log in again; default 604800",
           [](U& into, const Node& node, ReadContext&) {
             const bool text = node.kind == Node::Kind::text;
             into.session_timeout_s = text ? std::stoll(node.text) : node.integer;
           })
      .written([](const U& from, bool) -> std::optional<Node> {
        if (from.session_timeout_s == U().session_timeout_s) return std::nullopt;
        return node_of(from.session_timeout_s);
      })
      .own("AuthenticationRequestExtraParams", map_of(text(), rules::kNotEmpty),
           "more parameters for the provider's authorization endpoint, at most ten",
           [](U& into, const Node& node, ReadContext& context) {
             constexpr std::size_t kMost = 10;
             assign_headers(into.extra_parameters, node);
             if (into.extra_parameters.size() > kMost) {
               context.report(node, std::to_string(into.extra_parameters.size()) + " parameters",
                              "it takes at most 10");
             }
           })
      .written([](const U& from, bool) -> std::optional<Node> {
        if (from.extra_parameters.empty()) return std::nullopt;
        Node all = object_node();
        for (const auto& [name, value] : from.extra_parameters) {
          add_member(all, name, node_of(value));
        }
        return all;
      })
      .word<OnUnauthenticated>("OnUnauthenticatedRequest",
                               {{"authenticate", OnUnauthenticated::authenticate},
                                {"allow", OnUnauthenticated::allow},
                                {"deny", OnUnauthenticated::deny}},
                               &U::on_unauthenticated_request,
                               "who has no session: authenticate, the default, sends it to log in; "
                               "allow lets it pass without claims; deny answers 401");
}

const ObjectType& authenticate_oidc_type() {
  using U = UserAuthentication;
  static const ObjectType type = [] {
    Define<U> define("AuthenticateOidcConfig", "Users log in at an OpenID Connect provider.");
    define.value("Issuer", text(rules::kHttpsUrl), &U::issuer, "what an ID token's iss says")
        .required()
        .value("AuthorizationEndpoint", text(rules::kHttpsUrl), &U::authorization_endpoint,
               "where users log in: a URL of one of the scenario's identity providers")
        .required()
        .value("TokenEndpoint", text(rules::kHttpsUrl), &U::token_endpoint,
               "where a code becomes tokens")
        .required()
        .value("UserInfoEndpoint", text(rules::kHttpsUrl), &U::user_info_endpoint,
               "where the user's claims are")
        .required()
        .value("ClientId", text(rules::kNotEmpty), &U::client_id, "by which the provider knows us")
        .required()
        .value("ClientSecret", text(rules::kNotEmpty), &U::client_secret, "and believes it")
        .required()
        .states("UseExistingClientSecret", boolean(), "false",
                "a scenario is whole: it says ClientSecret");
    return add_session(define).type();
  }();
  return type;
}

const ObjectType& authenticate_cognito_type() {
  using U = UserAuthentication;
  static const ObjectType type = [] {
    Define<U> define("AuthenticateCognitoConfig", "Users log in at a Cognito user pool.");
    define
        .value("UserPoolArn", text(rules::kUserPoolArn), &U::user_pool_arn,
               "arn:aws:cognito-idp:<region>:<account>:userpool/<id>")
        .required()
        .value("UserPoolClientId", text(rules::kNotEmpty), &U::user_pool_client_id,
               "one of the Clients of the identity provider that stands for the pool's domain")
        .required()
        .value("UserPoolDomain", text(rules::kDnsName), &U::user_pool_domain,
               "the prefix of <prefix>.auth.<region>.amazoncognito.com, or a whole domain name")
        .required();
    return add_session(define).type();
  }();
  return type;
}

/// A place in the action that answers.
template <class Member>
auto in_action(Member member) {
  return [member](ListedAction & listed) -> auto& {
    return listed.action.*member;
  };
}

/// One group, which has no share to speak of.
bool is_short(const Action& action) {
  return action.type == Action::Type::forward && action.target_groups.size() == 1 &&
         action.target_groups[0].weight == WeightedTargetGroup().weight &&
         action.group_stickiness == model::GroupStickiness();
}

using Listed = ListedAction::Type;

/// Which members go with which Type.
void finish_action(ListedAction& into, const Node& node, ReadContext& context) {
  struct Part {
    std::string_view name;
    Listed of;
  };
  constexpr Part kParts[] = {{"TargetGroup", Listed::forward},
                             {"ForwardConfig", Listed::forward},
                             {"RedirectConfig", Listed::redirect},
                             {"FixedResponseConfig", Listed::fixed_response},
                             {"AuthenticateOidcConfig", Listed::authenticate_oidc},
                             {"AuthenticateCognitoConfig", Listed::authenticate_cognito},
                             {"JwtValidationConfig", Listed::jwt_validation}};
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

const ObjectType& action_type() {
  static const ObjectType type =
      Define<ListedAction>("Action", "What is done with a connection or request.")
          .word<Listed>("Type",
                        {{"forward", Listed::forward},
                         {"redirect", Listed::redirect},
                         {"fixed-response", Listed::fixed_response},
                         {"authenticate-oidc", Listed::authenticate_oidc},
                         {"authenticate-cognito", Listed::authenticate_cognito},
                         {"jwt-validation", Listed::jwt_validation}},
                        &ListedAction::type,
                        "forward, redirect or fixed-response; before it authenticate-oidc, "
                        "authenticate-cognito, jwt-validation")
          .required()
          .own("TargetGroup", text(rules::kNotEmpty), "forward: one target group by name",
               [](ListedAction& into, const Node& node, ReadContext&) {
                 into.action.target_groups.push_back({node.text, 1});
               })
          .written([](const ListedAction& from, bool) {
            return node_of(from.action.target_groups[0].target_group);
          })
          .when([](const ListedAction& from) { return from.answers() && is_short(from.action); })
          .own("ForwardConfig", object(forward_config_type),
               "forward: several target groups with weights",
               [](ListedAction& into, const Node& node, ReadContext& context) {
                 read_object(forward_config_type(), node, &into.action, context);
               })
          .written([](const ListedAction& from, bool) {
            return write_object(forward_config_type(), &from.action);
          })
          .when([](const ListedAction& from) {
            return from.type == Listed::forward && !is_short(from.action);
          })
          .nested("RedirectConfig", redirect_type, in_action(&Action::redirect),
                  "redirect: where to")
          .when([](const ListedAction& from) { return from.type == Listed::redirect; })
          .nested("FixedResponseConfig", fixed_response_type, in_action(&Action::fixed_response),
                  "fixed-response: the answer")
          .when([](const ListedAction& from) { return from.type == Listed::fixed_response; })
          .nested("AuthenticateOidcConfig", authenticate_oidc_type, &ListedAction::users,
                  "authenticate-oidc: HTTPS listeners; where users log in")
          .when([](const ListedAction& from) { return from.type == Listed::authenticate_oidc; })
          .nested("AuthenticateCognitoConfig", authenticate_cognito_type, &ListedAction::users,
                  "authenticate-cognito: HTTPS listeners; the user pool where users log in")
          .when([](const ListedAction& from) { return from.type == Listed::authenticate_cognito; })
          .nested("JwtValidationConfig", jwt_validation_type, &ListedAction::token,
                  "jwt-validation: HTTPS listeners; the token that requests must have")
          .when([](const ListedAction& from) { return from.type == Listed::jwt_validation; })
          .refuse("TargetGroupArn", "name a target group of the scenario as TargetGroup")
          .value("Order", integer(1, 50'000), &ListedAction::order,
                 "its place among the actions, of which the one that answers is the last; default "
                 "as they stand")
          .after(finish_action)
          .type();
  return type;
}

Listed listed(Action::Type type) {
  switch (type) {
    case Action::Type::redirect: return Listed::redirect;
    case Action::Type::fixed_response: return Listed::fixed_response;
    case Action::Type::forward: break;
  }
  return Listed::forward;
}

/// Where a list is wrong as a whole.
void check_list(const std::vector<ListedAction>& all, const Node& node, ReadContext& context) {
  const auto answers = std::ranges::count_if(all, &ListedAction::answers);
  if (answers == 0) {
    context.report(node, "none that answers",
                   "the last action is forward, redirect or fixed-response");
  } else if (answers > 1) {
    context.report(node, std::to_string(answers) + " actions that answer",
                   "there is one, the last");
  } else if (!all.back().answers()) {
    context.report(node, {}, "the action that answers is the last, by Order");
  }
  for (const bool tokens : {false, true}) {
    const auto is_one = [tokens](const ListedAction& one) {
      return !one.answers() && (one.type == Listed::jwt_validation) == tokens;
    };
    if (std::ranges::count_if(all, is_one) < 2) continue;
    context.report(node, {},
                   tokens ? "there is one jwt-validation at most"
                          : "users log in once: authenticate-oidc or authenticate-cognito");
  }
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!all[i].order || all[i].order != all[i - 1].order) continue;
    context.report(node, {}, "two actions have Order " + std::to_string(*all[i].order));
  }
}

}  // namespace

Type actions_type() {
  return list_of(object(action_type), 1, 10);
}

void read_actions(Action& into, const Node& node, ReadContext& context) {
  std::vector<ListedAction> all;
  for (const Node& item : node.items) {
    ListedAction& one = all.emplace_back();
    read_into(action_type(), item, one, context);
    if (one.type == Listed::authenticate_cognito)
      one.users.type = UserAuthentication::Type::cognito;
  }
  std::ranges::stable_sort(all, {}, [](const ListedAction& one) { return one.order.value_or(0); });
  check_list(all, node, context);
  for (ListedAction& one : all) {
    switch (one.type) {
      case Listed::forward:
      case Listed::redirect:
      case Listed::fixed_response: {
        auto before = std::move(into.authentications);
        into = std::move(one.action);
        into.authentications = std::move(before);
        into.type = one.type == Listed::forward    ? Action::Type::forward
                    : one.type == Listed::redirect ? Action::Type::redirect
                                                   : Action::Type::fixed_response;
        break;
      }
      case Listed::authenticate_oidc:
      case Listed::authenticate_cognito:
        into.authentications.emplace_back(std::move(one.users));
        break;
      case Listed::jwt_validation: into.authentications.emplace_back(std::move(one.token)); break;
    }
  }
}

Node write_actions(const Action& from) {
  std::vector<Node> items;
  for (const model::Authentication& before : from.authentications) {
    ListedAction one;
    if (const auto* users = std::get_if<UserAuthentication>(&before)) {
      const bool cognito = users->type == UserAuthentication::Type::cognito;
      one.type = cognito ? Listed::authenticate_cognito : Listed::authenticate_oidc;
      one.users = *users;
    } else {
      one.type = Listed::jwt_validation;
      one.token = std::get<model::JwtValidation>(before);
    }
    items.push_back(write_object(action_type(), &one));
  }
  ListedAction answer;
  answer.type = listed(from.type);
  answer.action = from;
  items.push_back(write_object(action_type(), &answer));
  return list_node(std::move(items));
}

}  // namespace hoplab::scenario
