// An x-amazon-apigateway-integration is an Integration of CloudFormation in another spelling; the
// scenario's own reader judges it.
#include <algorithm>
#include <set>

#include "scenario/format/any_of.h"
#include "scenario/format/function_uri.h"
#include "scenario/openapi/parts.h"

namespace hoplab::scenario::openapi {
namespace {

const std::vector<MemberName>& integration_names() {
  static const std::vector<MemberName> all = {
      {"type", "Type"},
      {"uri", "Uri"},
      {"httpMethod", "IntegrationHttpMethod"},
      {"timeoutInMillis", "TimeoutInMillis"},
      {"connectionType", "ConnectionType"},
      {"connectionId", "ConnectionId"},
      {"integrationTarget", "IntegrationTarget"},
      {"responseTransferMode", "ResponseTransferMode"},
      {"tlsConfig", "TlsConfig"},
      {"requestParameters", "RequestParameters"},
      {"requestTemplates", "RequestTemplates"},
      {"passthroughBehavior", "PassthroughBehavior"},
      {"contentHandling", "ContentHandling"},
      {"responses", "IntegrationResponses"},
      {"credentials", "Credentials"},
      {"cacheNamespace", "CacheNamespace"},
      {"cacheKeyParameters", "CacheKeyParameters"},
      {"payloadFormatVersion", "PayloadFormatVersion"},
  };
  return all;
}

/// Members whose values are words, which documents have in small letters too.
bool is_word(std::string_view name) {
  return is_any_of(name, {"Type", "IntegrationHttpMethod", "ConnectionType", "ResponseTransferMode",
                          "PassthroughBehavior", "ContentHandling"});
}

/// What says nothing to an integration of that type, on AWS neither. Exported documents have it.
bool has_no_effect(const std::string& type, const Node& member) {
  const std::string_view name = member.key;
  // Functions are invoked without a role, and answers are not kept.
  if (name == "Credentials" || name == "CacheNamespace" || name == "CacheKeyParameters")
    return true;
  if (name == "PayloadFormatVersion") return member.text == "1.0";  // HTTP APIs have others
  if (name == "ConnectionType") return member.text == "INTERNET";
  if (name == "ResponseTransferMode") return type != "HTTP_PROXY" && member.text == "BUFFERED";
  if (name == "IntegrationResponses") return type.ends_with("_PROXY");
  if (name == "PassthroughBehavior" && type == "HTTP_PROXY") return member.text != "NEVER";
  if (type == "AWS_PROXY") {
    return is_any_of(
        name, {"PassthroughBehavior", "ContentHandling", "RequestTemplates", "RequestParameters"});
  }
  return type == "MOCK" &&
         is_any_of(name, {"Uri", "IntegrationHttpMethod", "TimeoutInMillis", "RequestParameters"});
}

/// "200", which a document has as a text.
Node status_of(Node status) {
  if (status.kind == Node::Kind::text) {
    if (const auto number = model::parse_number(status.text)) {
      status.kind = Node::Kind::integer;
      status.integer = *number;
    }
  }
  return status;
}

/// { "default": { "statusCode": "200" } } as a list.
Node responses_of(Document& document, const Node& responses) {
  Node list = like(responses, Node::Kind::list, responses.key);
  for (const Node& one : responses.items) {
    const Node* const resolved = document.resolve(one);
    if (!resolved) continue;
    Node made = with_names(document, *resolved, "",
                           {{"statusCode", "StatusCode"},
                            {"responseParameters", "ResponseParameters"},
                            {"responseTemplates", "ResponseTemplates"},
                            {"contentHandling", "ContentHandling"}});
    for (Node& member : made.items) {
      if (member.key == "StatusCode") member = status_of(std::move(member));
      if (is_word(member.key)) member = in_capitals(member, member.key);
    }
    if (made.kind == Node::Kind::object && one.key != "default") {
      made.items.push_back(text_like(one, one.key, "SelectionPattern"));
    }
    list.items.push_back(std::move(made));
  }
  return list;
}

std::string_view host_of(std::string_view uri) {
  uri.remove_prefix(std::min(uri.find("//"), uri.size() - 2) + 2);
  return uri.substr(0, uri.find_first_of("/?"));
}

const Node* service_at(const Document& document, std::string_view host) {
  const Node* const services = document.around.services;
  if (!services) return nullptr;
  const Node* const there = services->find(host);
  return there ? there : services->find(host.substr(0, host.find(':')));
}

void report_nobody_behind(Document& document, const Node& uri, std::string_view host) {
  std::vector<std::string_view> names(document.around.service_names.begin(),
                                      document.around.service_names.end());
  const std::string rule =
      "nobody stands behind " + model::in_quotes(host) + "; beside Body say \"services\": { " +
      json_literal(host) + ": \"" + (names.empty() ? "NAME" : std::string(names.front())) +
      "\" }, where " +
      (names.empty() ? "NAME is one of services, which the scenario has none of yet"
                     : "the service can be " + model::one_of(names));
  document.report(uri, found(uri), rule);
}

/// The service of this scenario that stands behind the uri's host, if any is said to; of a host
/// that is another one in each stage, one for each. `uris`: what it is in the stages.
void bind_service(Document& document, const Node& uri, const std::vector<std::string>& uris,
                  Node& integration) {
  if (integration.find("ConnectionType")) return;  // a load balancer is behind it
  std::set<std::string_view> hosts;
  for (const std::string& text : uris) hosts.insert(host_of(text));
  Node all = like(uri, Node::Kind::object, "services");
  for (const std::string_view host : hosts) {
    const Node* service = service_at(document, host_of(uri.text));
    if (!service) service = service_at(document, host);
    if (!service) {
      report_nobody_behind(document, uri, host);
      // So that its reader does not say it a second time.
      const auto& names = document.around.service_names;
      if (!names.empty()) all.items.push_back(text_like(uri, names.front(), host));
      continue;
    }
    document.bound.insert(service->key);
    all.items.push_back(renamed(*service, host));
  }
  if (hosts.size() > 1) {
    integration.items.push_back(std::move(all));
  } else if (!all.items.empty()) {
    integration.items.push_back(renamed(std::move(all.items.front()), "service"));
  }
}

/// Of arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/ID: the name.
std::string load_balancer_of(const std::string& arn) {
  const auto start = arn.find(":loadbalancer/");
  const auto kind = start == std::string::npos ? start : arn.find('/', start);
  const auto before = kind == std::string::npos ? kind : arn.find('/', kind + 1);
  if (before == std::string::npos) return arn;
  return arn.substr(before + 1, arn.find('/', before + 1) - before - 1);
}

/// What stands behind a VPC link has the scenario's names. Only the link itself can be another one
/// in each stage.
Node link_member(Document& document, Node member) {
  if (member.kind != Node::Kind::text || !document.around.binds) return member;
  const std::vector<std::string> texts = document.in_stages(member);
  if (member.key == "IntegrationTarget" && texts.size() == 1) {
    member.text = load_balancer_of(texts.front());
  }
  return member;
}

void bind_uri(Document& document, const Node& uri, Node& integration) {
  if (!document.around.binds) return integration.items.push_back(uri);
  if (uri.kind == Node::Kind::object) {
    document.report(uri, found(uri),
                    "it takes a text; what a template's function gives has to be written out");
    return;
  }
  const std::vector<std::string> texts = document.in_stages(uri);
  if (texts.empty()) return;
  if (uri.text.starts_with("http://") || uri.text.starts_with("https://")) {
    bind_service(document, uri, texts, integration);
  }
  // Where uri and mode do not go together, the reader of the uri says so.
  const FunctionUri invoked = parse_function_uri(uri.text);
  const Node* const mode = integration.find("ResponseTransferMode");
  const bool agree = invoked.streams == (mode && mode->text == "STREAM");
  const bool named = !invoked.function.empty() && agree;
  integration.items.push_back(named ? text_like(uri, invoked.function, "Function")
                                    : text_like(uri, uri.text, "Uri"));
}

}  // namespace

Node integration_of(Document& document, const Node& from) {
  const Node named = with_names(document, from, "Integration", integration_names());
  Node made = object_like(from, "Integration");
  const Node* const type_node = named.find("Type");
  const std::string type = type_node ? in_capitals(type_node->text) : "";
  const Node* uri = nullptr;
  for (const Node& one : named.items) {
    Node member = is_word(one.key) ? in_capitals(one, one.key) : one;
    if (!document.around.keeps_all && has_no_effect(type, member)) continue;
    if (member.key == "Uri") {
      uri = &one;
    } else if (member.key == "IntegrationResponses") {
      made.items.push_back(responses_of(document, member));
    } else if (member.key == "TlsConfig") {
      made.items.push_back(with_names(document, member, member.key,
                                      {{"insecureSkipVerification", "InsecureSkipVerification"}}));
    } else if (member.key == "ConnectionId" || member.key == "IntegrationTarget") {
      made.items.push_back(link_member(document, std::move(member)));
    } else {
      made.items.push_back(std::move(member));
    }
  }
  if (uri) bind_uri(document, *uri, made);
  return made;
}

}  // namespace hoplab::scenario::openapi
