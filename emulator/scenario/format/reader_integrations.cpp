// What answers a method of a REST API.
#include <algorithm>

#include "scenario/format/function_uri.h"
#include "scenario/format/reader_answer.h"

namespace hoplab::scenario {
namespace {

using model::Integration;
using model::IntegrationType;
namespace rules = model::rules;

void read_uri(Integration& into, const Node& node, ReadContext& context) {
  if (node.text.starts_with("http://") || node.text.starts_with("https://")) {
    into.uri = node.text;
    return;
  }
  into.function = function_of_uri(node.text);
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
       {"statusCode", "headers", "body", "bodyFile", "bodyBytes", "echoRequest"},
       "it goes with an integration that asks somebody; MOCK answers by itself"},
      {"AWS_PROXY",
       IntegrationType::aws_proxy,
       {"Function", "Uri", "IntegrationHttpMethod", "TimeoutInMillis"},
       "it does not go with AWS_PROXY: a function is asked, and says what is answered"},
      {"HTTP_PROXY",
       IntegrationType::http_proxy,
       {"Uri", "service", "IntegrationHttpMethod", "TimeoutInMillis", "ResponseTransferMode",
        "TlsConfig"},
       "it does not go with HTTP_PROXY: a service is asked, and says what is answered"},
  };
  return all;
}

void check_function(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const uri = node.find("Uri");
  const Node* const method = node.find("IntegrationHttpMethod");
  if (node.find("Function") && uri) {
    context.report(*uri, {}, "Function names the function already");
  } else if (uri && !into.uri.empty()) {
    context.report(*uri, model::in_quotes(into.uri), "AWS_PROXY asks a function");
  } else if (!node.find("Function") && !uri) {
    context.report(node, {}, "AWS_PROXY needs Function: the name of a function of this scenario");
  }
  if (method && method->text != "POST") {
    context.report(*method, model::in_quotes(method->text), "a function is invoked by POST");
  }
}

void check_backend(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const uri = node.find("Uri");
  if (!uri) return context.report(node, {}, "HTTP_PROXY needs Uri: the URL of the backend");
  if (into.uri.empty()) {
    if (!function_of_uri(uri->text).empty()) {
      context.report(*uri, model::in_quotes(uri->text), "HTTP_PROXY asks an http or https URL");
    }
    return;
  }
  if (!node.find("service")) {
    context.report(node, {},
                   "HTTP_PROXY needs service: the service of this scenario that stands behind Uri");
  }
  if (!node.find("IntegrationHttpMethod")) {
    context.report(node, {}, "HTTP_PROXY needs IntegrationHttpMethod: the method, or ANY");
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
  if (into.type == IntegrationType::aws_proxy) check_function(into, node, context);
  if (into.type == IntegrationType::http_proxy) check_backend(into, node, context);
}

const ObjectType& tls_config_type() {
  static const ObjectType type =
      Define<Integration>("TlsConfig", "How the backend's certificate is checked.")
          .value("InsecureSkipVerification", boolean(), &Integration::skip_verification,
                 "whether a certificate of any authority will do; default false")
          .type();
  return type;
}

}  // namespace

const ObjectType& integration_type() {
  constexpr std::string_view kNoBackend =
      "a method answers by itself, by a function or by a service; use MOCK, AWS_PROXY or "
      "HTTP_PROXY";
  static const ObjectType type =
      answer<Integration>("Integration",
                          "What answers a method: a fixed answer (MOCK), a function (AWS_PROXY) "
                          "or a service (HTTP_PROXY).")
          .word<IntegrationType>("Type",
                                 {{"MOCK", IntegrationType::mock},
                                  {"AWS_PROXY", IntegrationType::aws_proxy},
                                  {"HTTP_PROXY", IntegrationType::http_proxy}},
                                 &Integration::type, "MOCK, AWS_PROXY or HTTP_PROXY",
                                 {{"AWS", kNoBackend}, {"HTTP", kNoBackend}})
          .required()
          .value("Function", text(rules::kNotEmpty), &Integration::function,
                 "AWS_PROXY: a function of this scenario")
          .own("Uri", text(rules::kNotEmpty),
               "HTTP_PROXY: the backend's URL; AWS_PROXY: in place of Function, as "
               "CloudFormation has it",
               read_uri)
          .written([](const Integration& from, bool) -> std::optional<Node> {
            if (from.uri.empty()) return std::nullopt;
            return node_of(from.uri);
          })
          .value("service", text(rules::kNotEmpty), &Integration::service,
                 "HTTP_PROXY: the service of this scenario that stands behind the host of Uri")
          .value("IntegrationHttpMethod", text(rules::kApiMethod), &Integration::http_method,
                 "HTTP_PROXY: the method that the backend is asked by, or ANY: the client's own")
          .value("TimeoutInMillis", integer(50, 29'000), &Integration::timeout_ms,
                 "emulated milliseconds that the function or service may take; default 29000")
          .word<bool>("ResponseTransferMode", {{"BUFFERED", false}, {"STREAM", true}},
                      &Integration::stream,
                      "HTTP_PROXY: BUFFERED, the default, or STREAM: the answer passes as it comes")
          .nested(
              "TlsConfig", tls_config_type, [](Integration& one) -> Integration& { return one; },
              "HTTP_PROXY: how the backend's certificate is checked")
          .written([](const Integration& from, bool) -> std::optional<Node> {
            if (!from.skip_verification) return std::nullopt;
            return write_object(tls_config_type(), &from);
          })
          .refuse({"IntegrationResponses", "RequestTemplates", "RequestParameters"},
                  "say the answer with statusCode, headers and body")
          .refuse({"ConnectionType", "ConnectionId", "IntegrationTarget"}, kNoBackend)
          .refuse("PayloadFormatVersion", "it is for HTTP APIs; REST APIs have one format")
          .refuse({"Credentials", "ContentHandling", "PassthroughBehavior", "CacheKeyParameters",
                   "CacheNamespace"},
                  "requests and answers pass as they are")
          .after(check_integration)
          .type();
  return type;
}

}  // namespace hoplab::scenario
