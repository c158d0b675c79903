// The two forms of each text rule, pattern and function, agree; durations and their limits.
#include "model/text_rule.h"
#include "model/api_text_rules.h"

#include <gtest/gtest.h>

#include <cctype>
#include <regex>
#include <string>
#include <vector>

namespace hoplab::model {
namespace {

const std::vector<std::string>& samples() {
  static const std::vector<std::string> all{"",
                                            "a",
                                            "A",
                                            "0",
                                            "-",
                                            "a-b",
                                            "a--b",
                                            "-a",
                                            "a-",
                                            "a.b",
                                            "a_b",
                                            "_a",
                                            ".a",
                                            "a b",
                                            "a\nb",
                                            "self",
                                            "api.example.com",
                                            "*.example.com",
                                            "API.example.com",
                                            "example",
                                            "*.",
                                            "*",
                                            "a..b",
                                            "-a.example.com",
                                            "api.example.com.",
                                            "localhost",
                                            "123456789012",
                                            "12345678901",
                                            "1234567890123",
                                            "eu-west-1",
                                            "us-gov-west-1",
                                            "eu-west-1a",
                                            "eu-west-12",
                                            "eu-1",
                                            "EU-west-1",
                                            "euw-west-1",
                                            "us-iso-east-1b",
                                            "vpce-0123456789abcdef0",
                                            "vpce-0123456789ABCDEF0",
                                            "vpce-0123456789abcdef",
                                            "vpc-0123456789abcdef0",
                                            "abcdef0123",
                                            "abcdef012",
                                            "ABCDEF0123",
                                            "127.0.0.1:9000",
                                            "127.0.0.0/8",
                                            "127.0.0.1",
                                            "127.0.0.256",
                                            "127.0.0.01",
                                            "10.1.2.3/32",
                                            "10.1.2.3/33",
                                            "10.1.2.3/08",
                                            "010.1.2.3/8",
                                            "256.1.2.3/8",
                                            "10.1.2/8",
                                            "0.0.0.0/0",
                                            "localhost:80",
                                            "[::1]:80",
                                            "::1:80",
                                            "host:",
                                            ":80",
                                            "host:1234567",
                                            "ho st:80",
                                            "10d",
                                            "-60d",
                                            "+1d",
                                            "350s",
                                            "5m",
                                            "2h",
                                            "3w",
                                            "10y",
                                            "10",
                                            "d",
                                            "1.5d",
                                            "10 d",
                                            "10D",
                                            "--1d",
                                            "1234567890s",
                                            "CN=a",
                                            "CN=a,O=b",
                                            "=a",
                                            "CN",
                                            "2.5.4.3=a",
                                            "CN=a\nb",
                                            "C N=a",
                                            "arn:aws:iam::123456789012:root",
                                            "arn:aws:iam::12345678901:root",
                                            "arn:aws:iam::123456789012:user/a",
                                            "/",
                                            "/ping",
                                            "/a b",
                                            "/a?b=c",
                                            "ping",
                                            "/\x7f",
                                            "/widgets/{id}",
                                            "/{proxy+}",
                                            "/{proxy+}/a",
                                            "/{}",
                                            "/a/",
                                            "//",
                                            "/a/{b}/{c+}",
                                            "/{a}{b}",
                                            "/a{b}",
                                            "/a~b/{x}",
                                            "/a:b/{x,y}",
                                            "/{a~b}",
                                            "a/b",
                                            "/a/b",
                                            "a/b/",
                                            "a//b",
                                            "v1",
                                            "v1.0/x",
                                            "GET",
                                            "get",
                                            "PURGE",
                                            "ANY",
                                            "M-SEARCH",
                                            "A_B",
                                            "Content-Type",
                                            "X Y",
                                            "X:Y",
                                            "X~",
                                            "value",
                                            "a\tb",
                                            "a\rb",
                                            "\x01",
                                            "200",
                                            "200,403",
                                            "200-399",
                                            "200-399,404",
                                            "200-",
                                            "20",
                                            "2000",
                                            "200,",
                                            ",200",
                                            "302",
                                            "503",
                                            "404",
                                            "100",
                                            "600",
                                            "5034",
                                            "traffic-port",
                                            "65535",
                                            "65536",
                                            "080",
                                            "9999"};
  return all;
}

TEST(TextRule, PatternAndFunctionAgree) {
  using namespace rules;
  for (const TextRule* rule : {&kAnyText,
                               &kHttpsUrl,
                               &kUserPoolArn,
                               &kSeconds,
                               &kNotEmpty,
                               &kName,
                               &kLoadBalancerName,
                               &kTrustStoreName,
                               &kAccount,
                               &kRegion,
                               &kAvailabilityZone,
                               &kVpcEndpointId,
                               &kVpcId,
                               &kAccessKeyId,
                               &kRestApiId,
                               &kStageName,
                               &kFunctionName,
                               &kVariableName,
                               &kDomainName,
                               &kDnsName,
                               &kHostPort,
                               &kUpstream,
                               &kCidr,
                               &kLoopbackIp,
                               &kDuration,
                               &kSubject,
                               &kPrincipal,
                               &kHealthCheckPath,
                               &kHealthCheckPort,
                               &kRequestPath,
                               &kResourcePath,
                               &kBasePath,
                               &kHttpMethod,
                               &kApiMethod,
                               &kHeaderName,
                               &kHeaderValue,
                               &kMatcher,
                               &kFixedStatus,
                               &kFixedBody,
                               &kStageVariableName,
                               &kStageVariableValue,
                               &kApiKeyValue,
                               &kMethodOfSettings,
                               &kShortTime,
                               &kIpPort,
                               &kUri,
                               &kIdentityFilterValue,
                               &kUriFilterValue,
                               &kTargetZone}) {
    const std::regex pattern{std::string(rule->pattern)};
    for (const std::string& sample : samples()) {
      EXPECT_EQ(rule->matches(sample), std::regex_search(sample, pattern))
          << rule->says << ": \"" << sample << '"';
    }
  }
}

TEST(TextRule, LengthsHoldOnBothSides) {
  const std::string n32(32, 'a'), n33(33, 'a'), n64(64, 'a'), n65(65, 'a');
  EXPECT_TRUE(rules::kLoadBalancerName.matches(n32));
  EXPECT_FALSE(rules::kLoadBalancerName.matches(n33));
  EXPECT_TRUE(rules::kTrustStoreName.matches(n32));
  EXPECT_FALSE(rules::kTrustStoreName.matches(n33));
  EXPECT_TRUE(rules::kName.matches(n64));
  EXPECT_FALSE(rules::kName.matches(n65));
  EXPECT_TRUE(rules::kHealthCheckPath.matches("/" + std::string(1023, 'a')));
  EXPECT_FALSE(rules::kHealthCheckPath.matches("/" + std::string(1024, 'a')));
  EXPECT_TRUE(rules::kFixedBody.matches(std::string(1024, 'a')));
  EXPECT_FALSE(rules::kFixedBody.matches(std::string(1025, 'a')));
  EXPECT_TRUE(rules::kHostPort.matches("a:65535"));
  EXPECT_FALSE(rules::kHostPort.matches("a:65536"));
  EXPECT_FALSE(rules::kHostPort.matches("a:0"));
  EXPECT_TRUE(rules::kHostPort.matches(""));
  EXPECT_FALSE(rules::kUpstream.matches(""));
}

TEST(TextRule, APathPartHasTheCharactersThatApiGatewayTakes) {
  const std::string_view others = "_-.,:";
  for (int code = 0x21; code < 0x7f; ++code) {
    const char c = static_cast<char>(code);
    if (c == '/') continue;
    const bool takes = std::isalnum(code) != 0 || others.find(c) != std::string_view::npos;
    for (const std::string& part : {std::string("a") + c, std::string("{a") + c + "}"}) {
      if (part == "{a+}") continue;  // greedy
      EXPECT_EQ(rules::kResourcePath.matches("/" + part), takes) << part;
    }
  }
}

TEST(TextRule, DurationsAreSeconds) {
  EXPECT_EQ(parse_duration_s("-60d"), -60 * 86400);
  EXPECT_EQ(parse_duration_s("+1d"), 86400);
  EXPECT_EQ(parse_duration_s("10y"), 3650LL * 86400);
  EXPECT_EQ(parse_duration_s("350s"), 350);
  EXPECT_EQ(parse_duration_s("2w"), 14 * 86400);
  EXPECT_EQ(parse_duration_s("1000y"), 365000LL * 86400);
  EXPECT_EQ(parse_duration_s("1001y"), std::nullopt);
}

}  // namespace
}  // namespace hoplab::model
