// What the API Gateway tests share: small builders and a way to send one request.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/execute_api.h"
#include "base/rng.h"
#include "model/topology.h"

namespace hoplab::aws::testing {

inline constexpr const char* kWidget = R"({"id":"1","value":"4.99"})";
inline constexpr const char* kVpce = "vpce-0123456789abcdef0";
inline constexpr const char* kOtherVpce = "vpce-0fedcba9876543210";
inline constexpr const char* kDefaultName = "abcde12345.execute-api.eu-west-1.amazonaws.com";

/// The policy of AWS's sample: everybody, but only through one endpoint.
inline const std::string kSamplePolicy = R"({
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "execute-api:Invoke",
     "Resource": "execute-api:/*"},
    {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "execute-api:Invoke",
     "Resource": "execute-api:/*",
     "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}}}]})";

inline model::Method method(std::string verb, std::string path, std::string body) {
  model::Method made;
  made.http_method = std::move(verb);
  made.path = std::move(path);
  made.integration.body = std::move(body);
  return made;
}

/// One API "widgets" with stage prod and GET /widgets, mapped at the root of api.example.com and
/// associated with kVpce.
inline model::Topology sample_topology() {
  model::Topology topology;
  model::RestApi api;
  api.name = "widgets";
  api.id = "abcde12345";
  api.account = "111122223333";
  api.policy = kSamplePolicy;
  api.methods = {method("GET", "/widgets", R"({"id":"1","value":"4.99"})")};
  api.vpc_endpoints = {"endpoint"};
  topology.rest_apis.push_back(api);
  model::VpcEndpoint& endpoint = topology.vpc_endpoints.emplace_back();
  endpoint.name = "endpoint";
  endpoint.id = kVpce;
  model::DomainName& domain = topology.domain_names.emplace_back();
  domain.name = "api.example.com";
  domain.base_path_mappings = {{"", "widgets", "prod"}};
  return topology;
}

struct Ask {
  std::string method = "GET";
  std::string target = "/widgets";
  std::string host = "api.example.com";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string vpce = kVpce;
  std::uint64_t body_bytes = 0;
  std::string body = {};
};

struct Answer {
  http::Response response;
  Outcome outcome = Outcome::answered;
  std::string detail;
  std::string event;  // of a function that is to be asked
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
    for (const auto& field : response.headers.fields()) {
      if (field.name == name) return std::string(field.value);
    }
    return std::nullopt;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& field : response.headers.fields()) all.emplace_back(field.name);
    return all;
  }
  [[nodiscard]] int status() const { return response.status; }
  [[nodiscard]] std::string text() const { return std::string(response.text); }
};

/// What cannot be built says why.
inline std::unique_ptr<ExecuteApi> built(const model::Topology& topology,
                                         const ExecuteApiOptions& options) {
  auto api = ExecuteApi::build(topology, options);
  EXPECT_TRUE(api.ok()) << api.error();
  return std::move(api).value();
}

/// An API Gateway with a generator of its own and a clock that stands still.
class Gateway {
 public:
  explicit Gateway(const model::Topology& topology, const ExecuteApiOptions& options = {})
      : api(built(topology, options)) {}

  Answer send(const Ask& ask) {
    http::Request request;
    request.method = ask.method;
    request.target = ask.target;
    request.authority = ask.host;
    if (!ask.host.empty()) request.headers.add("Host", ask.host);
    for (const auto& [name, value] : ask.headers) request.headers.add(name, value);
    const Caller caller{"10.0.1.25", ask.vpce, "vpc-0aaaabbbbccccdddd"};
    Answer answer;
    const Arrival arrival{now,      ask.body_bytes, stamps,  log,
                          ask.body, nullptr,        nullptr, &signing_keys};
    ExecuteApi::Visit visit(*api, request, caller, arrival, answer.response);
    visit.go_on();
    if (const auto* call = std::get_if<FunctionCall>(&visit.call())) answer.event = call->event;
    answer.outcome = visit.finish();
    answer.detail = visit.detail();
    return answer;
  }
  [[nodiscard]] std::uint64_t requests() const { return api->traffic("widgets")->requests(); }

  std::unique_ptr<ExecuteApi> api;
  Time now{std::chrono::seconds(1'777'135'516)};  // Sat, 25 Apr 2026 16:45:16 GMT
  Rng rng{1};
  ResponseStamps stamps{rng};
  SigningKeys signing_keys;
  http::RequestLog* log = nullptr;
};

}  // namespace hoplab::aws::testing
