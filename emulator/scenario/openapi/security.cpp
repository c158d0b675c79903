// Who may call a method. API Gateway takes the security of operations alone, not that of the whole
// document, and one authorizer a method, beside which there can be an API key.
#include "base/ascii.h"
#include "model/nearest.h"
#include "scenario/format/any_of.h"
#include "scenario/format/function_uri.h"
#include "scenario/openapi/parts.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr std::string_view kAuthorizer = "x-amazon-apigateway-authorizer";
constexpr std::string_view kAuthtype = "x-amazon-apigateway-authtype";
constexpr std::string_view kUserPools = "COGNITO_USER_POOLS";
constexpr std::string_view kAuth = "x-amazon-apigateway-auth";

std::string text_of(const Node& of, std::string_view name) {
  const Node* const member = of.find(name);
  return member && member->kind == Node::Kind::text ? member->text : std::string();
}

const Node* schemes_of(Document& document) {
  return document.shared("securitySchemes", "securityDefinitions");
}

/// method.request.header.X: of the scheme's own header, where the authorizer names no source.
std::optional<Node> identity_source(const Node& scheme, const Node& authorizer) {
  const Node* const given = authorizer.find("identitySource");
  const bool empty = given && given->kind == Node::Kind::text && given->text.empty();
  if (given && !empty) {
    return renamed(*given, "IdentitySource");
  }
  const Node* const name = scheme.find("name");
  const std::string type = in_capitals(text_of(authorizer, "type"));
  const bool in_header = text_of(scheme, "in") == "header" && name && !name->text.empty();
  if (!in_header || type == "REQUEST") return std::nullopt;
  return text_like(*name, "method.request.header." + name->text, "IdentitySource");
}

/// By whose name its reader says what is wrong with it.
void bind_function(Document& document, Node& member) {
  if (member.key != "AuthorizerUri" || member.kind != Node::Kind::text) return;
  if (!document.around.binds) return;
  if (document.in_stages(member).empty()) return;
  const std::string function = function_of_uri(member.text);
  if (!function.empty()) member = text_like(member, function, "Function");
}

Node authorizer_of(Document& document, const Node& scheme, const Node& authorizer) {
  const Node named = with_names(document, authorizer, scheme.key,
                                {{"type", "Type"},
                                 {"authorizerUri", "AuthorizerUri"},
                                 {"authorizerCredentials", "AuthorizerCredentials"},
                                 {"identitySource", "IdentitySource"},
                                 {"identityValidationExpression", "IdentityValidationExpression"},
                                 {"authorizerResultTtlInSeconds", "AuthorizerResultTtlInSeconds"},
                                 {"providerARNs", "ProviderARNs"}});
  Node made = object_like(scheme, scheme.key);
  const bool pools = in_capitals(text_of(authorizer, "type")) == kUserPools;
  for (const Node& member : named.items) {
    // Functions are invoked without a role; what a pool's token says is not kept.
    if (member.key == "IdentitySource") continue;
    if (!document.around.keeps_all && member.key == "AuthorizerCredentials") continue;
    if (!document.around.keeps_all && pools && member.key == "AuthorizerResultTtlInSeconds")
      continue;
    made.items.push_back(member.key == "Type" ? in_capitals(member, member.key) : member);
    bind_function(document, made.items.back());
  }
  if (auto source = identity_source(scheme, authorizer)) made.items.push_back(std::move(*source));
  return made;
}

/// What the requirements of an operation come to.
struct Authorization {
  std::string type;          // empty: NONE
  const Node* at = nullptr;  // who says so
  std::string authorizer;
  const Node* scopes = nullptr;
  const Node* api_key = nullptr;
};

void require_type(Document& document, const Node& at, std::string type, Authorization& into) {
  if (into.at) {
    document.report(at, found(at),
                    "a method has one way of authorization, and line " +
                        std::to_string(into.at->line) + " says another one already");
    return;
  }
  into.type = std::move(type);
  into.at = &at;
}

void require_scheme(Document& document, const Node& requirement, const Node& scheme,
                    Authorization& into) {
  if (const Node* const authorizer = scheme.find(kAuthorizer)) {
    const bool pools = in_capitals(text_of(*authorizer, "type")) == kUserPools;
    require_type(document, requirement, std::string(pools ? kUserPools : "CUSTOM"), into);
    if (into.at == &requirement) {
      into.authorizer = scheme.key;
      into.scopes = requirement.items.empty() ? nullptr : &requirement;
    }
    return;
  }
  if (lower_case(text_of(scheme, kAuthtype)) == "awssigv4") {
    return require_type(document, requirement, "AWS_IAM", into);
  }
  const bool key = text_of(scheme, "type") == "apiKey" && text_of(scheme, "in") == "header" &&
                   lower_case(text_of(scheme, "name")) == "x-api-key";
  if (key) {
    into.api_key = &requirement;
    return;
  }
  document.report(requirement, {},
                  "API Gateway would ask nothing for this scheme: it takes " +
                      std::string(kAuthorizer) + ", " + std::string(kAuthtype) +
                      ": awsSigv4, or an apiKey in the header x-api-key");
}

void require(Document& document, const Node& requirement, Authorization& into) {
  const Node* const schemes = schemes_of(document);
  const Node* const there = schemes ? schemes->find(requirement.key) : nullptr;
  if (!there) {
    std::vector<std::string_view> names;
    if (schemes) {
      for (const Node& one : schemes->items) names.push_back(one.key);
    }
    document.report(requirement, model::in_quotes(requirement.key),
                    "there is no security scheme of that name" +
                        (names.empty() ? "" : "; there is " + model::one_of(names)),
                    model::nearest(requirement.key, names));
    return;
  }
  if (const Node* const scheme = document.resolve(*there)) {
    require_scheme(document, requirement, *scheme, into);
  }
}

Authorization authorization_of(Document& document, const Node& operation) {
  Authorization made;
  if (const Node* const auth = document.member(operation, kAuth, Node::Kind::object)) {
    const Node* const type = auth->find("type");
    const std::string word = type ? in_capitals(type->text) : "";
    if (word == "AWS_IAM") {
      require_type(document, *type, word, made);
    } else if (word != "NONE") {
      document.report(type ? *type : *auth, type ? found(*type) : "",
                      "it takes the type NONE or AWS_IAM; authorizers stand in security");
    }
  }
  if (const Node* const security = document.member(operation, "security", Node::Kind::list)) {
    for (const Node& alternative : security->items) {
      for (const Node& one : alternative.items) require(document, one, made);
    }
  }
  return made;
}

}  // namespace

std::optional<Node> authorizers_of(Document& document) {
  const Node* const schemes = schemes_of(document);
  if (!schemes) return std::nullopt;
  Node all = object_like(*schemes, "Authorizers");
  for (const Node& one : schemes->items) {
    const Node* const scheme = document.resolve(one);
    const Node* const authorizer =
        scheme ? document.member(*scheme, kAuthorizer, Node::Kind::object) : nullptr;
    if (authorizer) {
      all.items.push_back(renamed(authorizer_of(document, *scheme, *authorizer), one.key));
    }
  }
  if (all.items.empty()) return std::nullopt;
  return all;
}

void add_authorization(Document& document, const Node& operation, Node& method) {
  const Authorization made = authorization_of(document, operation);
  if (made.at) {
    method.items.push_back(text_like(*made.at, made.type, "AuthorizationType"));
    if (!made.authorizer.empty()) {
      method.items.push_back(text_like(*made.at, made.authorizer, "AuthorizerId"));
    }
    if (made.scopes) method.items.push_back(renamed(*made.scopes, "AuthorizationScopes"));
  }
  if (made.api_key) {
    Node required = like(*made.api_key, Node::Kind::boolean, "ApiKeyRequired");
    required.boolean = true;
    method.items.push_back(std::move(required));
  }
}

}  // namespace hoplab::scenario::openapi
