// Authorizers of an API: functions, and user pools.
#include <algorithm>

#include "base/ascii.h"
#include "scenario/format/function_uri.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Authorizer;
using AuthorizerKind = Authorizer::Type;
namespace rules = model::rules;

constexpr std::string_view kCallsAFunction = "it goes with TOKEN and REQUEST, which ask a function";
constexpr std::string_view kTakesTokens = "it goes with COGNITO_USER_POOLS";

/// "method.request.header.Auth, method.request.querystring.Name"
void read_identity_source(Authorizer& into, const Node& node, ReadContext&) {
  std::string_view rest = node.text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    std::string_view one = rest.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    into.identity_sources.emplace_back(one);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

std::optional<Node> write_identity_source(const Authorizer& from) {
  if (from.identity_sources.empty()) return std::nullopt;
  std::string text;
  for (const std::string& one : from.identity_sources) {
    if (!text.empty()) text += ',';
    text += one;
  }
  return node_of(text);
}

void read_authorizer_uri(Authorizer& into, const Node& node, ReadContext& context) {
  into.function = function_of_uri(node.text);
  if (!into.function.empty()) return;
  context.report(node, model::in_quotes(node.text),
                 "it takes what invokes a function: arn:aws:apigateway:REGION:lambda:path/"
                 "2015-03-31/functions/ARN/invocations");
}

bool is_arn(const std::string& name) {
  return name.starts_with("arn:");
}

void add_providers(Authorizer& into, const Node& node, ReadContext&) {
  for (const Node& one : node.items) into.identity_providers.push_back(one.text);
}

/// Those that are ARNs, or those that are names.
std::optional<Node> write_providers(const Authorizer& from, bool arns) {
  std::vector<std::string> all;
  for (const std::string& one : from.identity_providers) {
    if (is_arn(one) == arns) all.push_back(one);
  }
  if (all.empty()) return std::nullopt;
  return node_of(all);
}

void refuse_members(const Node& node, std::initializer_list<std::string_view> names,
                    std::string_view why, ReadContext& context) {
  for (const std::string_view name : names) {
    if (const Node* const member = node.find(name)) context.report(*member, {}, std::string(why));
  }
}

void check_authorizer_function(const Node& node, ReadContext& context) {
  const Node* const uri = node.find("AuthorizerUri");
  if (node.find("Function") && uri) {
    context.report(*uri, {}, "Function names the function already");
  } else if (!node.find("Function") && !uri) {
    context.report(node, {}, "it needs Function: the name of a function of this scenario");
  }
  refuse_members(node, {"IdentityProviders", "ProviderARNs"}, kTakesTokens, context);
}

void check_user_pool(const Authorizer& into, const Node& node, ReadContext& context) {
  refuse_members(node, {"Function", "AuthorizerUri", "AuthorizerResultTtlInSeconds"},
                 kCallsAFunction, context);
  if (into.identity_providers.empty()) {
    context.report(node, {},
                   "COGNITO_USER_POOLS needs IdentityProviders: names of those of this scenario "
                   "that stand for the user pools");
  }
}

/// One header, or of REQUEST whatever identifies the caller.
void check_identity_source(const Authorizer& into, const Node& node, ReadContext& context) {
  const Node* const source = node.find("IdentitySource");
  const auto& all = into.identity_sources;
  if (into.type == AuthorizerKind::request) {
    if (all.empty() && into.result_ttl_s > 0) {
      context.report(node, {},
                     "it needs IdentitySource, by which answers are kept; or "
                     "AuthorizerResultTtlInSeconds 0");
    }
    return;
  }
  if (source == nullptr) {
    context.report(node, {},
                   "it needs IdentitySource: where the token stands, such as "
                   "method.request.header.Authorization");
  } else if (all.size() != 1 || !all.front().starts_with("method.request.header.")) {
    context.report(*source, found(*source),
                   "it takes one header, such as method.request.header.Authorization");
  }
}

void finish_authorizer(Authorizer& into, const Node& node, ReadContext& context) {
  const Node* const type = node.find("Type");
  if (!type || type->kind != Node::Kind::text) return;  // said already
  if (into.type == AuthorizerKind::cognito_user_pools) {
    check_user_pool(into, node, context);
  } else {
    check_authorizer_function(node, context);
  }
  if (into.type == AuthorizerKind::request) {
    refuse_members(node, {"IdentityValidationExpression"},
                   "it goes with TOKEN and COGNITO_USER_POOLS", context);
  }
  check_identity_source(into, node, context);
}

}  // namespace

const ObjectType& authorizer_type() {
  static const ObjectType type =
      Define<Authorizer>("Authorizer",
                         "Who says who may call a method (AWS::ApiGateway::Authorizer).")
          .word<AuthorizerKind>(
              "Type",
              {{"TOKEN", AuthorizerKind::token},
               {"REQUEST", AuthorizerKind::request},
               {"COGNITO_USER_POOLS", AuthorizerKind::cognito_user_pools}},
              &Authorizer::type,
              "TOKEN asks a function about a header's value, REQUEST about the request; "
              "COGNITO_USER_POOLS takes tokens of user pools")
          .required()
          .value(
              "Function", text(rules::kNotEmpty), &Authorizer::function,
              "the function, by name; on AWS, AuthorizerUri has its ARN; ${stageVariables.x} has "
              "each stage's value")
          .own("AuthorizerUri", text(rules::kNotEmpty), "what invokes the function, as AWS has it",
               read_authorizer_uri)
          .own("IdentitySource", text(rules::kNotEmpty),
               "where the caller's identity stands, with commas between: "
               "method.request.header.X, method.request.querystring.X, stageVariables.x, "
               "context.x; of TOKEN and COGNITO_USER_POOLS one header",
               read_identity_source)
          .written([](const Authorizer& from, bool) { return write_identity_source(from); })
          .value("IdentityValidationExpression", text(rules::kNotEmpty),
                 &Authorizer::identity_validation_expression,
                 "a regular expression that all of the token fits; of COGNITO_USER_POOLS, its aud")
          .value("AuthorizerResultTtlInSeconds", integer(0, 3600), &Authorizer::result_ttl_s,
                 "how long an answer of the function is kept; default 300, 0 for not at all")
          .own("IdentityProviders", list_of(text(rules::kNotEmpty), 1, 1000),
               "of COGNITO_USER_POOLS: identity providers of this scenario that stand for the "
               "user pools, by name",
               add_providers)
          .written([](const Authorizer& from, bool) { return write_providers(from, false); })
          .own("ProviderARNs", list_of(text(rules::kUserPoolArn), 1, 1000),
               "likewise, by the ARNs of the user pools, whose issuers they are", add_providers)
          .written([](const Authorizer& from, bool) { return write_providers(from, true); })
          .refuse("Name", "the key is the name")
          .refuse("RestApiId", "it stands in its API")
          .refuse("AuthorizerCredentials", "every function may be invoked")
          .refuse("AuthType", "it has no effect on traffic")
          .after(finish_authorizer)
          .type();
  return type;
}

}  // namespace hoplab::scenario
