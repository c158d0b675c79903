// Events of AWS_PROXY integrations (apigateway-features.md 1.1).
#include "aws/apigateway/proxy_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/fixture.h"

namespace hoplab::aws {
namespace {

/// What all calls here have in common.
class ProxyEvent : public ::testing::Test {
 protected:
  ProxyCall call(std::string_view method, std::string_view host) {
    request_.method = method;
    request_.authority = host;
    return {.request = request_,
            .method = method,
            .body = {},
            .query = {},
            .path = {},
            .own_path = {},
            .resource = {},
            .operation_name = {},
            .path_parameters = {},
            .api_id = "abcde12345",
            .account = "111122223333",
            .stage = "prod",
            .resource_id = "abc123",
            .deployment_id = "dep001",
            .request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            .extended_request_id = "AbCdEfGhIjKlMno=",
            .stage_variables = nullptr,
            .api_key = {},
            .api_key_id = {},
            .at = Time(std::chrono::milliseconds(1'777'135'516'250)),
            .caller = caller_};
  }
  void fields(std::initializer_list<http::Field> all) {
    for (const http::Field& one : all) request_.headers.add(one.name, one.value);
  }
  /// Of a call that has only these fields.
  nlohmann::json headers_of(std::initializer_list<http::Field> all) {
    fields(all);
    return nlohmann::json::parse(proxy_event(call("GET", "a")))["headers"];
  }

  http::Request request_;
  Caller caller_{"10.0.1.25", "vpce-0123456789abcdef0", "vpc-0aaaabbbbccccdddd"};
};

TEST_F(ProxyEvent, OfAGetIsTheFixture) {
  const char* const host = "abcde12345-vpce-0123456789abcdef0.execute-api.eu-west-1.amazonaws.com";
  fields(
      {{"Host", host}, {"user-agent", "curl/7.88.1"}, {"Accept", "*/*"}, {"accept", "text/html"}});
  ProxyCall get = call("GET", host);
  get.query = "color=red%2Cblue&size=1&flag&size=2&";
  get.path = "/widgets/a%20b";
  get.own_path = "/prod/widgets/a%20b";
  get.resource = "/widgets/{id}";
  get.path_parameters = path_parameters("/widgets/{id}", "/widgets/a%20b");
  EXPECT_EQ(proxy_event(get) + '\n', hoplab::testing::fixture("apigateway/event-get.json"));
}

TEST_F(ProxyEvent, NamesTheOperationBetweenThePathAndTheMethodOfItsResource) {
  ProxyCall get = call("GET", "a");
  get.operation_name = "getWidget";
  EXPECT_THAT(
      proxy_event(get),
      ::testing::HasSubstr(R"("resourcePath":"","operationName":"getWidget","httpMethod")"));
}

TEST_F(ProxyEvent, BehindALoadBalancerIsTheFixture) {
  fields({{"X-Forwarded-For", "203.0.113.9, 10.0.9.9"},
          {"X-Forwarded-Proto", "https"},
          {"X-Forwarded-Port", "443"},
          {"Host", "api.example.com"},
          {"X-Amzn-Trace-Id",
           "Self=1-69eceddc-5a69788796a5b4c31e2d3c4b;Root=1-69eceddc-1e2d3c4b5a69788796a5b4c3"},
          {"Content-Type", "application/json"},
          {"Content-Length", "16"}});
  ProxyCall post = call("POST", "api.example.com:443");
  post.body = "{\"name\":\"Zo\xc3\xab\\n\"}";
  post.path = post.own_path = "/v1/orders/7/";
  post.resource = "/{proxy+}";
  post.path_parameters = path_parameters("/{proxy+}", "/orders/7/");
  EXPECT_EQ(proxy_event(post) + '\n',
            hoplab::testing::fixture("apigateway/event-behind-load-balancer.json"));
}

TEST_F(ProxyEvent, FieldsOfTheConnectionAreNotInIt) {
  const auto headers = headers_of({{"Connection", "keep-alive"},
                                   {"transfer-encoding", "chunked"},
                                   {"Expect", "100-continue"},
                                   {"TE", "trailers"},
                                   {"Upgrade", "websocket"},
                                   {"Content-Length", "1"},
                                   {"Via", "1.1 proxy"},
                                   {"Authorization", "Bearer x"}});
  EXPECT_EQ(headers.size(), 6U + 2U) << headers;
  EXPECT_EQ(headers["Via"], "1.1 proxy");
  EXPECT_EQ(headers["Authorization"], "Bearer x");
}

TEST_F(ProxyEvent, AClientCannotSayWhatTheEndpointSays) {
  const auto headers = headers_of({{"X-Amzn-Vpce-Id", "vpce-mine"}, {"x-amzn-vpc-id", "vpc-mine"}});
  EXPECT_EQ(headers["x-amzn-vpce-id"], "vpce-0123456789abcdef0");
  EXPECT_EQ(headers["x-amzn-vpc-id"], "vpc-0aaaabbbbccccdddd");
  EXPECT_FALSE(headers.contains("X-Amzn-Vpce-Id"));
}

TEST_F(ProxyEvent, WhatIsNoUtf8IsReplaced) {
  ProxyCall post = call("POST", "a");
  post.body =
      "a\xff"
      "b\xc3";
  EXPECT_EQ(nlohmann::json::parse(proxy_event(post))["body"],
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
}

TEST(PathParameters, AreNotDecoded) {
  using All = std::vector<std::pair<std::string_view, std::string_view>>;
  EXPECT_EQ(path_parameters("/", "/"), All{});
  EXPECT_EQ(path_parameters("/widgets", "/widgets/"), All{});
  EXPECT_EQ(path_parameters("/a/{b}/c/{d}", "/a/1%2F2//c/3/"), (All{{"b", "1%2F2"}, {"d", "3"}}));
  EXPECT_EQ(path_parameters("/{a}/{rest+}", "/x/y//z/"), (All{{"a", "x"}, {"rest", "y//z/"}}));
}

}  // namespace
}  // namespace hoplab::aws
