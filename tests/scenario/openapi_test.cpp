// OpenAPI documents: what each part becomes in a RestApi, and what is said of mistakes.
#include <gtest/gtest.h>

#include "scenario/format/reader_document.h"
#include "scenario/openapi/rest_api.h"
#include "scenario/yaml/yaml_document.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr std::string_view kStart = "openapi: 3.0.1\n";
constexpr std::string_view kServices = R"({"orders.example.com": "orders"})";
const model::Texts kVariables = {{"host", "orders.example.com"}, {"function", "gear"}};
const model::Texts kOtherVariables = {{"host", "stock.example.com"}};

struct Made {
  std::string api;      // JSON of its members; empty: it is no document
  std::string reports;  // a line each
};

Made made_of(std::string_view document, std::string_view services = "{}",
             std::vector<model::Texts> stages = {kVariables}) {
  std::vector<Diagnostic> diagnostics;
  const auto root = parse_yaml(document, "api.yaml", diagnostics);
  if (!root) return {{}, to_text(diagnostics)};
  const auto bound = parse_document(services, "s.json", diagnostics);
  Surroundings around;
  around.rest_api_id = "abcdefghij";
  around.services = &*bound;
  around.stages = std::move(stages);
  around.service_names = {"orders", "stock"};
  around.vpc_endpoints.emplace_back("vpce-0123", "endpoint");
  ReadContext context("s.json", diagnostics);
  const auto api = rest_api_of(*root, around, context);
  return {api ? to_json(*api) : "", to_text(diagnostics)};
}

/// Of `document` behind its first line, with no paths.
Made made_with(std::string_view document) {
  return made_of(std::string(kStart) + "paths: {}\n" + std::string(document));
}

/// The method that an operation becomes; `more` is the rest of the document.
std::string method_of(std::string_view operation, std::string_view more = "") {
  const Made made =
      made_of(std::string(kStart) + "paths: {/w: {get: {" + std::string(operation) +
              ", x-amazon-apigateway-integration: {type: aws_proxy}}}}\n" + std::string(more));
  EXPECT_EQ(made.reports, "") << operation;
  constexpr std::string_view kBefore = R"("Resources":{"/w":{"GET":{)";
  constexpr std::string_view kAfter = R"("Integration":{"Type":"AWS_PROXY"}}}})";
  const auto begin = made.api.find(kBefore);
  const auto end = made.api.find(kAfter);
  if (begin == std::string::npos || end == std::string::npos) return made.api;
  return made.api.substr(begin + kBefore.size(), end - begin - kBefore.size()) +
         made.api.substr(end + kAfter.size());
}

struct Integrated {
  std::string integration;
  std::string reports;
};

Integrated integration_of(std::string_view members, std::string_view services = "{}",
                          std::vector<model::Texts> stages = {kVariables}) {
  const Made made =
      made_of(std::string(kStart) + "paths: {/w: {get: {x-amazon-apigateway-integration: {" +
                  std::string(members) + "}}}}\n",
              services, std::move(stages));
  constexpr std::string_view kBefore = R"({"Resources":{"/w":{"GET":{"Integration":)";
  if (!made.api.starts_with(kBefore)) return {made.api, made.reports};
  return {made.api.substr(kBefore.size(), made.api.size() - kBefore.size() - 4), made.reports};
}

TEST(OpenapiIntegration, HasTheNamesOfCloudFormation) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"type: aws_proxy, httpMethod: post, timeoutInMillis: 100",
       R"({"Type":"AWS_PROXY","IntegrationHttpMethod":"POST","TimeoutInMillis":100})"},
      {"type: AWS_PROXY, uri: "
       "'arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:"
       "r:1:function:${stageVariables.function}/invocations'",
       R"({"Type":"AWS_PROXY","Function":"${stageVariables.function}"})"},
      {"type: AWS_PROXY, responseTransferMode: stream, uri: "
       "'arn:aws:apigateway:r:lambda:path/2021-11-15/functions/arn:aws:lambda:"
       "r:1:function:gear/response-streaming-invocations'",
       R"({"Type":"AWS_PROXY","ResponseTransferMode":"STREAM","Function":"gear"})"},
      // What has no effect on AWS is left out: exported documents have it.
      {"type: aws_proxy, passthroughBehavior: when_no_match, contentHandling: CONVERT_TO_TEXT, "
       "responses: {default: {statusCode: '200'}}, credentials: 'arn:aws:iam::1:role/r', "
       "cacheNamespace: x, cacheKeyParameters: [], responseTransferMode: BUFFERED, "
       "connectionType: INTERNET, payloadFormatVersion: 1.0, requestTemplates: {}, "
       "requestParameters: {}",
       R"({"Type":"AWS_PROXY"})"},
      {"type: mock, uri: u, httpMethod: POST, timeoutInMillis: 29000, requestParameters: "
       "{integration.request.header.x: method.request.header.x}",
       R"({"Type":"MOCK"})"},
      {"type: http, requestTemplates: {a/b: $input}, requestParameters: "
       "{integration.request.path.x: "
       "method.request.path.x}, passthroughBehavior: never, contentHandling: convert_to_binary, "
       "responses: {default: {statusCode: '200', responseParameters: {a: b}, responseTemplates: "
       "{a/b: c}, contentHandling: CONVERT_TO_BINARY}, '4..': {statusCode: 404}}",
       R"({"Type":"HTTP","RequestTemplates":{"a/b":"$input"},"RequestParameters":)"
       R"({"integration.request.path.x":"method.request.path.x"},"PassthroughBehavior":"NEVER",)"
       R"("ContentHandling":"CONVERT_TO_BINARY","IntegrationResponses":[{"StatusCode":200,)"
       R"("ResponseParameters":{"a":"b"},"ResponseTemplates":{"a/b":"c"},)"
       R"("ContentHandling":"CONVERT_TO_BINARY"},{"StatusCode":404,"SelectionPattern":"4.."}]})"},
      {"type: http_proxy, responseTransferMode: stream, tlsConfig: {insecureSkipVerification: "
       "true}, "
       "x-mine: 1",
       R"({"Type":"HTTP_PROXY","ResponseTransferMode":"STREAM",)"
       R"("TlsConfig":{"InsecureSkipVerification":true}})"},
      {"type: http_proxy, connectionType: VPC_LINK, connectionId: l, integrationTarget: "
       "'arn:aws:elasticloadbalancing:r:1:loadbalancer/app/t/50dc', uri: "
       "'http://orders.example.com'",
       R"({"Type":"HTTP_PROXY","ConnectionType":"VPC_LINK","ConnectionId":"l",)"
       R"("IntegrationTarget":"t","Uri":"http://orders.example.com"})"},
  };
  for (const auto& [members, json] : table) {
    const Integrated made = integration_of(members);
    EXPECT_EQ(made.integration, json);
    EXPECT_EQ(made.reports, "");
  }
}

TEST(OpenapiIntegration, IsBoundToAServiceByTheHostOfItsUri) {
  for (const std::string_view uri :
       {"https://orders.example.com/v1", "http://orders.example.com:8080",
        "https://${stageVariables.host}/v1?x=1"}) {
    const Integrated made =
        integration_of("type: http_proxy, uri: '" + std::string(uri) + "'", kServices);
    EXPECT_NE(made.integration.find(R"("service":"orders")"), std::string::npos) << uri;
    EXPECT_NE(made.integration.find(R"("Uri":")" + std::string(uri)), std::string::npos) << uri;
    EXPECT_EQ(made.reports, "");
  }
  EXPECT_EQ(
      integration_of("type: http_proxy, uri: 'https://stock.example.com'").reports,
      "api.yaml:2: /paths/~1w/get/x-amazon-apigateway-integration/uri: found "
      "\"https://stock.example.com\"; nobody stands behind \"stock.example.com\"; beside Body "
      "say \"services\": { \"stock.example.com\": \"orders\" }, where the service can be "
      "orders or stock\n");
  EXPECT_EQ(integration_of("type: aws_proxy", kServices).reports,
            "s.json:1: /orders.example.com: found \"orders.example.com\"; no integration's uri has "
            "that host\n");
  EXPECT_EQ(
      integration_of("type: http_proxy, uri: 'https://${stageVariables.hots}/'").reports,
      "api.yaml:2: /paths/~1w/get/x-amazon-apigateway-integration/uri: found "
      "\"https://${stageVariables.hots}/\"; the stage has no variable \"hots\"; there is host or "
      "function; did you mean \"host\"?\n");
}

TEST(OpenapiIntegration, HasAServiceForEachHostOfItsStages) {
  constexpr std::string_view kMembers = "type: http_proxy, uri: 'http://${stageVariables.host}/'";
  constexpr std::string_view kBoth =
      R"({"orders.example.com": "orders", "stock.example.com": "stock"})";
  const Integrated both = integration_of(kMembers, kBoth, {kVariables, kOtherVariables, {}});
  EXPECT_EQ(both.reports, "");
  EXPECT_EQ(both.integration,
            R"({"Type":"HTTP_PROXY","services":{"orders.example.com":"orders",)"
            R"("stock.example.com":"stock"},"Uri":"http://${stageVariables.host}/"})");
  EXPECT_EQ(integration_of(kMembers, R"({"${stageVariables.host}": "orders"})",
                           {kVariables, kOtherVariables})
                .integration,
            R"({"Type":"HTTP_PROXY","services":{"orders.example.com":"orders",)"
            R"("stock.example.com":"orders"},"Uri":"http://${stageVariables.host}/"})");
  EXPECT_NE(integration_of(kMembers, kServices, {kVariables, kOtherVariables})
                .reports.find("nobody stands behind \"stock.example.com\""),
            std::string::npos);
  EXPECT_NE(integration_of(kMembers, "{}", {{}, {{"port", "1"}}})
                .reports.find("no stage has the variable \"host\"; there is port"),
            std::string::npos);
}

TEST(OpenapiOperation, HasItsParametersAndModels) {
  const std::tuple<std::string_view, std::string_view, std::string_view> table[] = {
      {"parameters: [{name: id, in: path}, {name: q, in: query, required: true}, {name: H, in: "
       "header},"
       " {name: c, in: cookie}]",
       "",
       R"("RequestParameters":{"method.request.path.id":true,"method.request.querystring.q":true,)"
       R"("method.request.header.H":false},)"},
      {"parameters: [{$ref: '#/components/parameters/Q'}]",
       "components: {parameters: {Q: {name: q, in: query}}}",
       R"("RequestParameters":{"method.request.querystring.q":false},)"},
      {"requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/W'}}}}",
       "components: {schemas: {Empty: {title: Empty Schema, type: object}, W: {type: object, "
       "properties: {g: {$ref: '#/components/schemas/G'}, "
       "example: {type: string, example: x, nullable: true}}}, G: {type: integer, minimum: 1, "
       "default: "
       "2}}}",
       R"("RequestModels":{"application/json":"W"},,"Models":{"W":{"Schema":{"type":"object",)"
       R"("properties":{"g":{"$ref":"https://apigateway.amazonaws.com/restapis/abcdefghij/models/)"
       R"(G"},)"
       R"("example":{"type":"string"}}}},"G":{"Schema":{"type":"integer","minimum":1}}}})"},
      {"x-amazon-apigateway-request-validator: all", "x-amazon-apigateway-request-validator: other",
       R"("RequestValidatorId":"all",)"},
      {"summary: s", "x-amazon-apigateway-request-validator: other",
       R"("RequestValidatorId":"other",)"},
  };
  for (const auto& [operation, more, expected] : table) {
    const std::string method = method_of(operation, more);
    EXPECT_TRUE(method.starts_with(expected)) << method << "\n" << expected;
  }
}

TEST(OpenapiOperation, HasOneModelForEqualSchemasWithoutNames) {
  const std::string schema = "{type: object}";
  const std::string method = method_of("requestBody: {content: {a/b: {schema: " + schema +
                                       "}, c/d: {schema: " + schema + "}}}");
  EXPECT_EQ(method.find(R"("RequestModels":{"a/b":"MODEL)"), 0U) << method;
  EXPECT_EQ(method.find("Schema"), method.rfind("Schema")) << method;
}

TEST(OpenapiOperation, SaysWhoMayCall) {
  constexpr std::string_view kSchemes =
      "components: {securitySchemes: {key: {type: apiKey, name: x-api-key, in: header}, sigv4: "
      "{type: "
      "apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}, token: "
      "{type: "
      "apiKey, name: Auth, in: header, x-amazon-apigateway-authtype: custom, "
      "x-amazon-apigateway-authorizer: {type: token, authorizerUri: u, authorizerCredentials: r, "
      "identityValidationExpression: '.*', authorizerResultTtlInSeconds: 60}}, pool: {type: "
      "apiKey, "
      "name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools, "
      "x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: [p]}}}}";
  constexpr std::string_view kAuthorizers =
      R"("Authorizers":{"token":{"Type":"TOKEN","AuthorizerUri":"u",)"
      R"("IdentityValidationExpression":)"
      R"(".*","AuthorizerResultTtlInSeconds":60,"IdentitySource":"method.request.header.Auth"},)"
      R"("pool":{"Type":"COGNITO_USER_POOLS","ProviderARNs":["p"],)"
      R"("IdentitySource":"method.request.header.Authorization"}})";
  const std::pair<std::string_view, std::string_view> table[] = {
      {"security: []", ""},
      {"security: [{key: []}]", R"("ApiKeyRequired":true,)"},
      {"security: [{sigv4: []}]", R"("AuthorizationType":"AWS_IAM",)"},
      {"security: [{token: [], key: []}]",
       R"("AuthorizationType":"CUSTOM","AuthorizerId":"token","ApiKeyRequired":true,)"},
      {"security: [{pool: [a/read]}, {key: []}]",
       R"("AuthorizationType":"COGNITO_USER_POOLS","AuthorizerId":"pool",)"
       R"("AuthorizationScopes":["a/read"],"ApiKeyRequired":true,)"},
      {"x-amazon-apigateway-auth: {type: aws_iam}", R"("AuthorizationType":"AWS_IAM",)"},
      {"x-amazon-apigateway-auth: {type: NONE}", ""},
  };
  for (const auto& [operation, expected] : table) {
    const Made made =
        made_of(std::string(kStart) + "paths: {/w: {get: {" + std::string(operation) +
                ", x-amazon-apigateway-integration: {type: mock}}}}\n" + std::string(kSchemes));
    EXPECT_EQ(made.reports, "");
    EXPECT_EQ(made.api, "{" + std::string(kAuthorizers) + R"(,"Resources":{"/w":{"GET":{)" +
                            std::string(expected) + R"("Integration":{"Type":"MOCK"}}}}})");
  }
}

TEST(OpenapiDocument, SaysWhatConcernsTheWholeApi) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"x-amazon-apigateway-policy: {Version: 2012-10-17}", R"("Policy":{"Version":"2012-10-17"})"},
      {"x-amazon-apigateway-binary-media-types: [image/png]",
       R"("BinaryMediaTypes":["image/png"])"},
      {"x-amazon-apigateway-minimum-compression-size: 1024", R"("MinimumCompressionSize":1024)"},
      {"x-amazon-apigateway-api-key-source: Authorizer", R"("ApiKeySourceType":"AUTHORIZER")"},
      {"x-amazon-apigateway-request-validators: {all: {validateRequestBody: true, "
       "validateRequestParameters: false}}",
       R"("RequestValidators":{"all":{"ValidateRequestBody":true,)"
       R"("ValidateRequestParameters":false}})"},
      {"x-amazon-apigateway-gateway-responses: {DEFAULT_4XX: {statusCode: 400, responseParameters: "
       "{gatewayresponse.header.A: \"'b'\"}, responseTemplates: {application/json: '{}'}}}",
       R"("GatewayResponses":{"DEFAULT_4XX":{"StatusCode":400,"ResponseParameters":)"
       R"({"gatewayresponse.header.A":"'b'"},"ResponseTemplates":{"application/json":"{}"}}})"},
      {"servers: [{url: /, x-amazon-apigateway-endpoint-configuration: {vpcEndpointIds: "
       "[vpce-0123], "
       "disableExecuteApiEndpoint: true}}]",
       R"("DisableExecuteApiEndpoint":true,"EndpointConfiguration":{"Types":["PRIVATE"],)"
       R"("VpcEndpointIds":["endpoint"]})"},
      {"x-amazon-apigateway-documentation: {}\ntags: [{name: x}]\nsecurity: [{none: []}]\n"
       "info: {title: t}\nx-mine: 1",
       ""},
  };
  for (const auto& [document, expected] : table) {
    const Made made = made_with(document);
    EXPECT_EQ(made.reports, "");
    const std::string first(expected.empty() ? "" : std::string(expected) + ",");
    EXPECT_EQ(made.api, "{" + first + R"("Resources":{}})");
  }
}

TEST(OpenapiDocument, CanBeSwagger) {
  const Made made = made_of(
      "swagger: 2.0\n"
      "consumes: [application/json, a/b]\n"
      "x-amazon-apigateway-endpoint-configuration: {vpcEndpointIds: [vpce-0123]}\n"
      "definitions: {W: {type: object}}\n"
      "securityDefinitions: {key: {type: apiKey, name: x-api-key, in: header}}\n"
      "paths:\n"
      "  /w:\n"
      "    parameters: [{name: f, in: formData}, {name: b, in: body, schema: {$ref: "
      "'#/definitions/W'}}]\n"
      "    x-amazon-apigateway-any-method:\n"
      "      security: [{key: []}]\n"
      "      x-amazon-apigateway-integration: {type: aws_proxy}\n");
  EXPECT_EQ(made.reports, "");
  EXPECT_EQ(
      made.api,
      R"({"EndpointConfiguration":{"Types":["PRIVATE"],"VpcEndpointIds":["endpoint"]},)"
      R"("Resources":{"/w":{"ANY":{"ApiKeyRequired":true,"RequestModels":{"application/json":"W",)"
      R"("a/b":"W"},"Integration":{"Type":"AWS_PROXY"}}}},"Models":{"W":{"Schema":)"
      R"({"type":"object"}}}})");
}

TEST(OpenapiDocument, OfSwaggerMayReferToADefinitionByItsNameAlone) {
  const std::string paths =
      "paths: {/w: {post: {parameters: [{name: b, in: body, schema: {$ref: W}}], "
      "x-amazon-apigateway-integration: {type: aws_proxy}}}}\n";
  const Made made = made_of(
      "swagger: 2.0\n"
      "definitions: {W: {type: array, items: {$ref: V}}, V: {type: object}}\n" +
      paths);
  EXPECT_EQ(made.reports, "");
  EXPECT_EQ(made.api,
            R"({"Resources":{"/w":{"POST":{"RequestModels":{"application/json":"W"},)"
            R"("Integration":{"Type":"AWS_PROXY"}}}},"Models":{"W":{"Schema":{"type":"array",)"
            R"("items":{"$ref":)"
            R"("https://apigateway.amazonaws.com/restapis/abcdefghij/models/V"}}},)"
            R"("V":{"Schema":{"type":"object"}}}})");
  EXPECT_NE(made_of("swagger: 2.0\n" + paths).reports.find("it takes a place of this document"),
            std::string::npos);
}

TEST(OpenapiDocument, AnEmptyIdentitySourceIsNone) {
  const Made made = made_with(
      "components: {securitySchemes: {token: {type: apiKey, name: Auth, in: header, "
      "x-amazon-apigateway-authtype: oauth2, x-amazon-apigateway-authorizer: {type: token, "
      "authorizerUri: u, identitySource: ''}}}}\n");
  EXPECT_EQ(made.reports, "");
  EXPECT_NE(made.api.find(R"("IdentitySource":"method.request.header.Auth")"), std::string::npos)
      << made.api;
}

TEST(OpenapiDocument, SaysWhereAMistakeIs) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"openapi: 3.1.0",
       "1: /openapi: found \"3.1.0\"; API Gateway imports Swagger 2.0 and OpenAPI 3.0"},
      {"info: {}", "1: an OpenAPI document says swagger: \"2.0\" or openapi: \"3.0.1\""},
      {"- a", "1: found a list; it takes an OpenAPI document, an object"},
      {"openapi: 3.0.1", "1: it needs paths: the API's methods by path"},
      {"openapi: 3.0.1\npath: {}\npaths: {}",
       "2: /path: found the key \"path\"; there is no such member at this place of an OpenAPI "
       "document; did you mean \"paths\"?"},
      {"openapi: 3.0.1\npaths: {}\nx-amazon-apigateway-polcy: {}",
       "3: /x-amazon-apigateway-polcy: found the key \"x-amazon-apigateway-polcy\"; hoplab knows "
       "no "
       "such extension at this place; did you mean \"x-amazon-apigateway-policy\"?"},
      {"openapi: 3.0.1\npaths:\n  /w:\n    get:\n      summary: s",
       "4: /paths/~1w/get: it needs x-amazon-apigateway-integration: what answers it"},
      {"openapi: 3.0.1\npaths:\n  /w:\n    $ref: other.yaml#/w",
       "4: /paths/~1w/$ref: found \"other.yaml#/w\"; it takes a place of this document such as "
       "#/components/schemas/Widget; API Gateway reads no other file"},
      {"openapi: 3.0.1\npaths:\n  /w:\n    $ref: '#/paths/~1w'",
       "3: /paths/~1w: its references lead on and on"},
      {"openapi: 3.0.1\npaths: {}\ncomponents:\n  schemas:\n    My_Widget: {type: object}",
       "5: /components/schemas/My_Widget: found the name \"My_Widget\"; a model's name has letters "
       "and digits alone"},
      {"openapi: 3.0.1\npaths: {}\ncomponents:\n  schemas:\n    W:\n      discriminator: {a: b}",
       "6: /components/schemas/W/discriminator: API Gateway does not support discriminator in a "
       "schema"},
      {"openapi: 3.0.1\npaths: {}\ncomponents:\n  schemas:\n    W:\n      $ref: "
       "'#/components/schemas/V'",
       "6: /components/schemas/W/$ref: found \"#/components/schemas/V\"; there is no such place in "
       "the "
       "document"},
  };
  for (const auto& [document, report] : table) {
    EXPECT_EQ(made_of(document).reports, "api.yaml:" + std::string(report) + "\n");
  }
}

TEST(OpenapiDocument, SaysWhatIsWrongWithSecurity) {
  constexpr std::string_view kSchemes =
      "components: {securitySchemes: {oauth: {type: oauth2}, sigv4: {type: apiKey, name: a, in: "
      "header,"
      " x-amazon-apigateway-authtype: awsSigv4}, token: {type: apiKey, name: a, in: header, "
      "x-amazon-apigateway-authorizer: {type: token}}}}";
  const std::pair<std::string_view, std::string_view> table[] = {
      {"[{tokn: []}]",
       "/tokn: found \"tokn\"; there is no security scheme of that name; there is oauth, sigv4 or "
       "token; did you mean \"token\"?"},
      {"[{oauth: []}]",
       "/oauth: API Gateway would ask nothing for this scheme: it takes "
       "x-amazon-apigateway-authorizer,"
       " x-amazon-apigateway-authtype: awsSigv4, or an apiKey in the header x-api-key"},
      {"[{token: [], sigv4: []}]",
       "/sigv4: found a list; a method has one way of authorization, and line 2 says another one "
       "already"},
  };
  for (const auto& [security, report] : table) {
    const Made made =
        made_of(std::string(kStart) + "paths: {/w: {get: {security: " + std::string(security) +
                ", x-amazon-apigateway-integration: {type: mock}}}}\n" + std::string(kSchemes));
    EXPECT_EQ(made.reports, "api.yaml:2: /paths/~1w/get/security/0" + std::string(report) + "\n");
  }
}

std::string json_of(std::string_view yaml) {
  std::vector<Diagnostic> diagnostics;
  const auto root = parse_yaml(yaml, "x.yaml", diagnostics);
  return root && diagnostics.empty() ? to_json(*root) : to_text(diagnostics);
}

TEST(Yaml, IsReadByTheCoreSchema) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"", "null"},
      {"a: [1, -2, 007, 1.50, .5, 1e3, 1., 0x10, 99999999999999999999]",
       R"({"a":[1,-2,7,1.50,0.5,1e3,1,"0x10",99999999999999999999]})"},
      {"[true, False, yes, on, null, ~, '', '1', \"true\", 2012-10-17, !!str 1]",
       R"([true,false,"yes","on",null,null,"","1","true","2012-10-17","1"])"},
      {"200: {a: }", R"({"200":{"a":null}})"},
      {"a: |\n  b\n  c\nd: >-\n  e\n  f", R"({"a":"b\nc\n","d":"e f"})"},
      {"a: &x {b: 1}\nc: *x\nd: [*x, &y e, *y]",
       R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1},"e","e"]})"},
      {"{\"a\": [1, {\"b\": null}]}", R"({"a":[1,{"b":null}]})"},
  };
  for (const auto& [yaml, json] : table) EXPECT_EQ(json_of(yaml), json);
}

TEST(Yaml, KeepsLinesAndPlaces) {
  std::vector<Diagnostic> none;
  const auto root = parse_yaml("a:\n  - b: &x\n      c/d: 1\n\n  - *x\n", "x.yaml", none);
  ASSERT_TRUE(root);
  const Node& alias = root->find("a")->items[1];
  EXPECT_EQ(root->find("a")->items[0].find("b")->line, 2);
  EXPECT_EQ(alias.line, 5);
  EXPECT_EQ(alias.find("c/d")->line, 3) << "where its text is";
  EXPECT_EQ(alias.find("c/d")->pointer, "/a/1/c~1d");
}

TEST(Yaml, SaysWhereAMistakeIs) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"a: b: c", "x.yaml:1:5: illegal map value"},
      {"a: 1\nb: 2\na: 3", "x.yaml:3: /a: found it a second time; it stands already on line 1"},
      {"a: !Sub b",
       "x.yaml:1:4: the tag \"!Sub\"; a document has none: what a template's functions give has to "
       "be "
       "written out"},
      {"a: &x {b: 1}\nc:\n  <<: *x",
       "x.yaml:3:3: merge keys (<<) are no part of YAML 1.2; write the members"},
      {"a: &x [*x]", "x.yaml:1:8: an alias within what it stands for"},
      {"? [a]\n: b", "x.yaml:1:3: a key is a text"},
      {"\"a\" b", "x.yaml:1:5: a second document; a file holds one"},
      {"a: 1\n---\nb: 2", "x.yaml:2:1: a second document; a file holds one"},
  };
  for (const auto& [yaml, report] : table) EXPECT_EQ(json_of(yaml), std::string(report) + "\n");
}

TEST(Yaml, HasBounds) {
  EXPECT_EQ(json_of(std::string(kDeepestNesting, '[') + std::string(kDeepestNesting, ']')),
            std::string(kDeepestNesting, '[') + std::string(kDeepestNesting, ']'));
  EXPECT_EQ(json_of(std::string(kDeepestNesting + 1, '[') + std::string(kDeepestNesting + 1, ']')),
            "x.yaml:1:65: nested deeper than 64 levels\n");
  std::string laughs = "a0: &a0 [ha]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before +
              ", " + before + ", " + before + "]\n";
  }
  EXPECT_NE(json_of(laughs).find("aliases stand for more than 100000 values"), std::string::npos);
  EXPECT_NE(json_of("a: &x " + std::string(4 << 20, 'b') + "\nc: [*x, *x]").find("6291456 bytes"),
            std::string::npos);
}

}  // namespace
}  // namespace hoplab::scenario::openapi
