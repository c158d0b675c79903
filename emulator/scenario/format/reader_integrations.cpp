// What answers a method of a REST API.
#include <algorithm>

#include "scenario/format/function_uri.h"
#include "scenario/format/reader_answer.h"

namespace hoplab::scenario {
namespace {

using model::Integration;
using model::IntegrationResponse;
using model::IntegrationType;
namespace rules = model::rules;

void read_uri(Integration& into, const Node& node, ReadContext& context) {
  if (node.text.starts_with("http://") || node.text.starts_with("https://")) {
    into.uri = node.text;
    return;
  }
  into.function = parse_function_uri(node.text).function;
  if (!into.function.empty()) return;
  context.report(node, model::in_quotes(node.text),
                 "it takes an http or https URL, or what invokes a function: arn:aws:apigateway:"
                 "REGION:lambda:path/2015-03-31/functions/ARN/invocations");
}

/// Which properties each type of integration takes, and what it needs.
struct IntegrationForm {
  std::string_view word;
  IntegrationType type;
  std::vector<std::string_view> takes;
  std::string_view others;  // what is wrong with a property that it does not take
};

const std::vector<IntegrationForm>& integration_forms() {
  static const std::vector<IntegrationForm> all = {
      {"MOCK",
       IntegrationType::mock,
       {"statusCode", "headers", "body", "bodyFile", "bodyBytes", "echoRequest", "RequestTemplates",
        "PassthroughBehavior", "ContentHandling", "IntegrationResponses"},
       "it goes with an integration that asks somebody; MOCK answers by itself"},
      {"AWS_PROXY",
       IntegrationType::aws_proxy,
       {"Function", "Uri", "IntegrationHttpMethod", "TimeoutInMillis", "ResponseTransferMode"},
       "it does not go with AWS_PROXY: a function is asked, and says what is answered"},
      {"AWS",
       IntegrationType::aws,
       {"Function", "Uri", "IntegrationHttpMethod", "TimeoutInMillis", "RequestTemplates",
        "PassthroughBehavior", "ContentHandling", "IntegrationResponses"},
       "it does not go with AWS: a function is asked, and IntegrationResponses say what is "
       "answered"},
      {"HTTP_PROXY",
       IntegrationType::http_proxy,
       {"Uri", "service", "services", "ConnectionType", "ConnectionId", "IntegrationTarget",
        "IntegrationHttpMethod", "TimeoutInMillis", "ResponseTransferMode", "TlsConfig",
        "RequestParameters", "ContentHandling"},
       "it does not go with HTTP_PROXY: a service is asked, and says what is answered"},
      {"HTTP",
       IntegrationType::http,
       {"Uri", "service", "services", "ConnectionType", "ConnectionId", "IntegrationTarget",
        "IntegrationHttpMethod", "TimeoutInMillis", "TlsConfig", "RequestParameters",
        "RequestTemplates", "PassthroughBehavior", "ContentHandling", "IntegrationResponses"},
       "it does not go with HTTP: a service is asked, and IntegrationResponses say what is "
       "answered"},
  };
  return all;
}

/// Its uri says whether it streams, too.
void check_invocation(const Integration& into, const Node& uri, ReadContext& context) {
  const bool streams = parse_function_uri(uri.text).streams;
  if (streams == into.stream) return;
  context.report(uri, model::in_quotes(uri.text),
                 streams ? "it invokes for an answer that streams: say \"ResponseTransferMode\": "
                           "\"STREAM\", or take .../2015-03-31/functions/ARN/invocations"
                         : "an answer that streams (ResponseTransferMode STREAM) needs "
                           ".../2021-11-15/functions/ARN/response-streaming-invocations");
}

void check_function(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const uri = node.find("Uri");
  const Node* const method = node.find("IntegrationHttpMethod");
  if (node.find("Function") && uri) {
    context.report(*uri, {}, "Function names the function already");
  } else if (uri && !into.uri.empty()) {
    context.report(*uri, model::in_quotes(into.uri), "a function is asked");
  } else if (!node.find("Function") && !uri) {
    context.report(node, {},
                   std::string(node.find("Type")->text) +
                       " needs Function: the name of a function of this scenario");
  }
  if (uri && !into.function.empty()) check_invocation(into, *uri, context);
  if (method && method->text != "POST") {
    context.report(*method, model::in_quotes(method->text), "a function is invoked by POST");
  }
}

/// Whom it asks: a service, or what stands behind a VPC link.
void check_connection(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const type = node.find("ConnectionType");
  const bool by_link = type && type->text == "VPC_LINK";
  const Node* const service = node.find("service");
  const Node* const services = node.find("services");
  for (const std::string_view name : {"ConnectionId", "IntegrationTarget"}) {
    const Node* const of_link = node.find(name);
    if (of_link && !by_link) context.report(*of_link, {}, "it goes with ConnectionType VPC_LINK");
  }
  if (by_link && (service || services)) {
    context.report(service ? *service : *services, {},
                   "a VPC link leads to a load balancer, and not to a service");
  } else if (by_link && into.vpc_link.empty()) {
    context.report(node, {}, "VPC_LINK needs ConnectionId: one of VpcLinks");
  } else if (service && services) {
    context.report(*services, {}, "service names the service already");
  } else if (!by_link && !service && into.services.empty()) {
    context.report(node, {},
                   "it needs service: the service of this scenario that stands behind Uri");
  }
}

void check_backend(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const uri = node.find("Uri");
  if (!uri) return context.report(node, {}, "it needs Uri: the URL of the backend");
  if (into.uri.empty()) {
    if (!parse_function_uri(uri->text).function.empty()) {
      context.report(*uri, model::in_quotes(uri->text), "an http or https URL is asked");
    }
    return;
  }
  check_connection(into, node, context);
  if (!node.find("IntegrationHttpMethod")) {
    context.report(node, {}, "it needs IntegrationHttpMethod: the method, or ANY");
  }
}

void check_integration(Integration& into, const Node& node, ReadContext& context) {
  check_answer(into, node, context);
  const Node* const type = node.find("Type");
  const auto form = std::ranges::find(integration_forms(), into.type, &IntegrationForm::type);
  if (!type || type->text != form->word) return;  // said already
  for (const Node& member : node.items) {
    const bool of_another =
        std::ranges::any_of(integration_forms(), [&](const IntegrationForm& one) {
          return std::ranges::find(one.takes, member.key) != one.takes.end();
        });
    if (of_another && std::ranges::find(form->takes, member.key) == form->takes.end()) {
      context.report(member, {}, std::string(form->others));
    }
  }
  if (into.asks_function()) check_function(into, node, context);
  if (into.asks_backend()) check_backend(into, node, context);
  const bool by_itself = into.type == IntegrationType::mock && into.responses.empty();
  const Node* const templates = node.find("RequestTemplates");
  if (by_itself && templates) {
    context.report(*templates, {}, "MOCK with templates needs IntegrationResponses, too");
  } else if (!by_itself && into.type == IntegrationType::mock) {
    for (const std::string_view name : {"statusCode", "headers", "body", "bodyFile"}) {
      const Node* const fixed = node.find(name);
      if (fixed) context.report(*fixed, {}, "IntegrationResponses say what is answered");
    }
  }
  const Node* const handling = node.find("ContentHandling");
  if (by_itself && handling) {
    context.report(*handling, {},
                   "it is for a MOCK with templates, which has IntegrationResponses");
  }
}

template <class T>
void add_content_handling(Define<T>& define, std::string_view help) {
  define.template word<model::ContentHandling>(
      "ContentHandling",
      {{"CONVERT_TO_BINARY", model::ContentHandling::convert_to_binary},
       {"CONVERT_TO_TEXT", model::ContentHandling::convert_to_text}},
      &T::content_handling, help);
}

const ObjectType& tls_config_type() {
  static const ObjectType type =
      Define<Integration>("TlsConfig", "How the backend's certificate is checked.")
          .value("InsecureSkipVerification", boolean(), &Integration::skip_verification,
                 "whether a certificate of any authority will do; default false")
          .type();
  return type;
}

const ObjectType& integration_response_type() {
  static const ObjectType type = [] {
    Define<IntegrationResponse> define("IntegrationResponse",
                                       "What an answer of the integration becomes for the client.");
    define.value("StatusCode", integer(200, 599), &IntegrationResponse::status_code, "default 200")
        .value("SelectionPattern", text(rules::kNotEmpty), &IntegrationResponse::selection_pattern,
               "a regular expression for the whole of the backend's status, of a MOCK's statusCode "
               "or of a function's errorMessage; default: where no other one fits");
    add_content_handling(
        define,
        "what the answer becomes: CONVERT_TO_BINARY, the bytes of a base64 text; CONVERT_TO_TEXT, "
        "a base64 text of bytes, which are what BinaryMediaTypes name; default by Accept");
    texts(define, "ResponseParameters", &IntegrationResponse::response_parameters,
          "method.response.header.NAME: integration.response.header.NAME, "
          "integration.response.body.PATH, context.NAME, stageVariables.NAME or 'text'");
    texts(define, "ResponseTemplates", &IntegrationResponse::response_templates,
          "mapping templates by media type");
    return define.type();
  }();
  return type;
}

}  // namespace

const ObjectType& integration_type() {
  static const ObjectType type = [] {
    auto define = answer<Integration>(
        "Integration",
        "What answers a method: a fixed answer or templates (MOCK), a function (AWS_PROXY, AWS) or "
        "a service (HTTP_PROXY, HTTP).");
    define
        .word<IntegrationType>("Type",
                               {{"MOCK", IntegrationType::mock},
                                {"AWS_PROXY", IntegrationType::aws_proxy},
                                {"AWS", IntegrationType::aws},
                                {"HTTP_PROXY", IntegrationType::http_proxy},
                                {"HTTP", IntegrationType::http}},
                               &Integration::type, "MOCK, AWS_PROXY, AWS, HTTP_PROXY or HTTP")
        .required()
        .value("Function", text(rules::kNotEmpty), &Integration::function,
               "AWS_PROXY, AWS: a function of this scenario; ${stageVariables.x} has each stage's "
               "value")
        .own("Uri", text(rules::kNotEmpty),
             "HTTP_PROXY, HTTP: the backend's URL; AWS_PROXY, AWS: in place of Function, as "
             "CloudFormation has it; ${stageVariables.x} has each stage's value",
             read_uri)
        .written([](const Integration& from, bool) -> std::optional<Node> {
          if (from.uri.empty()) return std::nullopt;
          return node_of(from.uri);
        })
        .value("service", text(rules::kNotEmpty), &Integration::service,
               "HTTP_PROXY, HTTP: the service of this scenario that stands behind the host of Uri")
        .own("ConnectionType", choice({"INTERNET", "VPC_LINK"}),
             "HTTP_PROXY: INTERNET, the default: service is asked; VPC_LINK: a load balancer",
             [](Integration&, const Node&, ReadContext&) {})
        .written([](const Integration& from, bool) -> std::optional<Node> {
          if (from.vpc_link.empty()) return std::nullopt;
          return node_of(std::string("VPC_LINK"));
        })
        .value("ConnectionId", text(rules::kNotEmpty), &Integration::vpc_link,
               "VPC_LINK: one of VpcLinks; ${stageVariables.x} has each stage's value")
        .value("IntegrationTarget", text(rules::kLoadBalancerName), &Integration::load_balancer,
               "VPC_LINK: the load balancer of this scenario, where the link names none itself")
        .value("IntegrationHttpMethod", text(rules::kApiMethod), &Integration::http_method,
               "HTTP_PROXY: the method that the backend is asked by, or ANY: the client's own")
        .value("TimeoutInMillis", integer(50, 29'000), &Integration::timeout_ms,
               "emulated milliseconds that the function or service may take; default 29000")
        .word<bool>(
            "ResponseTransferMode", {{"BUFFERED", false}, {"STREAM", true}}, &Integration::stream,
            "HTTP_PROXY, AWS_PROXY: BUFFERED, the default, or STREAM: the answer passes as it "
            "comes, of a function behind the head that it writes first")
        .nested(
            "TlsConfig", tls_config_type, [](Integration& one) -> Integration& { return one; },
            "HTTP_PROXY: how the backend's certificate is checked")
        .written([](const Integration& from, bool) -> std::optional<Node> {
          if (!from.skip_verification) return std::nullopt;
          return write_object(tls_config_type(), &from);
        })
        .list("IntegrationResponses", integration_response_type, &Integration::responses,
              "AWS, HTTP, MOCK: what answers become for the client")
        .word<model::PassthroughBehavior>(
            "PassthroughBehavior",
            {{"WHEN_NO_MATCH", model::PassthroughBehavior::when_no_match},
             {"WHEN_NO_TEMPLATES", model::PassthroughBehavior::when_no_templates},
             {"NEVER", model::PassthroughBehavior::never}},
            &Integration::passthrough_behavior,
            "AWS, HTTP, MOCK: what becomes of a body of a media type without a template: it "
            "passes, it passes where there are no templates at all, or it is 415")
        .refuse("PayloadFormatVersion", "it is for HTTP APIs; REST APIs have one format")
        .refuse("Credentials", "every function may be invoked")
        .refuse({"CacheKeyParameters", "CacheNamespace"}, "answers are not kept")
        .after(check_integration);
    texts(define, "services", &Integration::services,
          "HTTP_PROXY, HTTP: in place of service, where a stage variable is in the host of Uri: "
          "services of this scenario by host");
    add_content_handling(
        define,
        "AWS, HTTP, HTTP_PROXY, MOCK: what the request's body becomes: CONVERT_TO_BINARY, the "
        "bytes of a base64 text; CONVERT_TO_TEXT, a base64 text of bytes, which are what "
        "BinaryMediaTypes name");
    texts(define, "RequestParameters", &Integration::request_parameters,
          "HTTP, HTTP_PROXY: integration.request.path.NAME, .querystring.NAME or .header.NAME: "
          "method.request.path.NAME and so on, context.NAME, stageVariables.NAME or 'text'");
    texts(define, "RequestTemplates", &Integration::request_templates,
          "AWS, HTTP, MOCK: mapping templates by media type");
    return define.type();
  }();
  return type;
}

}  // namespace hoplab::scenario
