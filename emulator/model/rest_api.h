// Private REST APIs and their custom domain names (AWS::ApiGateway), as plain values: the part of
// the topology behind the execute-api endpoints.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hoplab::model {

/// An answer that hoplab gives by itself: of a MOCK integration, or of a stand-in.
struct Answer {
  int status_code = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string body_file;                    // where the body was read from; empty: it was given
  std::optional<std::uint64_t> body_bytes;  // ours: a generated body of that size instead
  bool echo_request = false;                // ours: answer with the request as JSON
  bool operator==(const Answer&) const = default;
};

enum class IntegrationType : std::uint8_t { mock, aws_proxy, http_proxy };

/// What answers a method: MOCK by the Answer, AWS_PROXY by a function, HTTP_PROXY by a service.
struct Integration : Answer {
  IntegrationType type = IntegrationType::mock;
  std::string function;     // AWS_PROXY
  int timeout_ms = 29'000;  // TimeoutInMillis, of all but MOCK
  // HTTP_PROXY.
  std::string uri;          // "https://orders.example.com/v1"
  std::string service;      // ours: who is behind its host
  std::string http_method;  // IntegrationHttpMethod; "ANY": the client's own
  bool stream = false;      // ResponseTransferMode STREAM: the answer passes as it comes
  /// TlsConfig.InsecureSkipVerification: any authority will do.
  bool skip_verification = false;
  bool operator==(const Integration&) const = default;
};

struct Method {
  std::string http_method;  // GET ... or ANY
  std::string path;         // "/widgets", "/widgets/{id}", "/{proxy+}"
  Integration integration;
  bool operator==(const Method&) const = default;
};

struct RestApi {
  std::string name;
  std::string id;  // 10 characters; derived from the name when not given
  std::string account;
  std::string stage = "prod";
  std::string policy;  // the resource policy as JSON text, validated when read
  bool disable_execute_api_endpoint = false;
  std::vector<Method> methods;
  bool operator==(const RestApi&) const = default;
};

struct BasePathMapping {
  std::string base_path;  // empty: root
  std::string rest_api;
  std::string stage;
  bool operator==(const BasePathMapping&) const = default;
};

struct DomainName {
  std::string name;  // "api.example.com"
  std::string endpoint_type = "REGIONAL";
  std::vector<BasePathMapping> base_path_mappings;
  bool operator==(const DomainName&) const = default;
};

}  // namespace hoplab::model
