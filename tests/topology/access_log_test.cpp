// What an ALB's access log and its health check log say of requests and checks (alb.md 2.2, 6.4).
#include <gmock/gmock.h>

#include <sstream>

#include "alb_exchange_lab.h"
#include "base/file.h"
#include "model/ids.h"
#include "support/temporary_folder.h"

namespace hoplab::testing {

using ::testing::MatchesRegex;
using ::testing::StartsWith;

namespace {

/// A line's fields, by their numbers on AWS's page less one.
std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == ' ' && !quoted) {
      fields.emplace_back();
    } else if (c != '"') {
      fields.back() += c;
    }
  }
  return fields;
}

enum Field : std::size_t {
  kType,
  kTime,
  kElb,
  kClient,
  kTarget,
  kRequestTime,
  kTargetTime,
  kResponseTime,
  kElbStatus,
  kTargetStatus,
  kReceived,
  kSent,
  kRequest,
  kUserAgent,
  kCipher,
  kProtocol,
  kTargetGroup,
  kTraceId,
  kDomain,
  kCertificate,
  kPriority,
  kCreated,
  kActions,
  kRedirect,
  kError,
  kTargets,
  kTargetStatuses,
  kClassification,
  kClassificationReason,
  kConnTraceId,
  kTransformedHost,
  kTransformedUri,
  kTransformStatus,
  kNode,
  kCount
};

class AccessLogs : public AlbExchanges {
 protected:
  void begin(const model::Topology& topology) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    options.access_log = folder_ / "access.log";
    options.health_check_log = folder_ / "checks.log";
    lab_.emplace(Emulator::from_topology(topology, options));
  }
  void begin() { begin(alb_before(target_.address())); }
  /// The lines of a file, each with its fields.
  std::vector<std::vector<std::string>> lines(const char* file = "access.log") {
    std::istringstream in(read_file(folder_ / file).value());
    std::vector<std::vector<std::string>> all;
    for (std::string line; std::getline(in, line);) all.push_back(fields_of(line));
    return all;
  }
  /// The one line that there is once the client's connection has ended.
  std::vector<std::string> line_after(HttpsClient& client) {
    client.close();
    next_end();
    const auto all = lines();
    EXPECT_EQ(all.size(), 1u);
    if (all.empty()) return std::vector<std::string>(kCount);
    EXPECT_EQ(all.back().size(), kCount);
    return all.back();
  }
  static void expect_times(const std::vector<std::string>& line, const std::string& request,
                           const std::string& target, const std::string& response) {
    EXPECT_EQ(line[kRequestTime], request);
    EXPECT_EQ(line[kTargetTime], target);
    EXPECT_EQ(line[kResponseTime], response);
  }
  static model::Action fixed(int status) {
    model::Action action;
    action.type = model::Action::Type::fixed_response;
    action.fixed_response.status_code = status;
    return action;
  }

  const TemporaryFolder folder_;
};
INSTANTIATE_TEST_SUITE_P(Clients, AccessLogs, ::testing::Bool(), client_kind);

TEST_P(AccessLogs, SayEverythingOfARequest) {
  begin();
  HttpsClient client = connect();
  const std::string request =
      "POST /a?b=c HTTP/1.1\r\nHost: api.example.com\r\nUser-Agent: test/1.0 (x)\r\n"
      "Content-Length: 5\r\n\r\nhello";
  RawClient at_target = ask(client, request);
  advance(48ms);
  answer(client, at_target);
  const std::string client_address = "127.0.0.1:" + std::to_string(client.local_port());
  const auto line = line_after(client);
  const std::string port = GetParam() ? "443" : "80";
  const std::string protocol = GetParam() ? "https" : "http";
  EXPECT_EQ(line[kType], protocol);
  EXPECT_EQ(line[kElb], "app/alb/" + model::derived_load_balancer_id("alb"));
  EXPECT_EQ(line[kClient], client_address);
  EXPECT_EQ(line[kTarget], target_.address());
  expect_times(line, "0.000", "0.048", "0.000");
  EXPECT_EQ(line[kElbStatus], "200");
  EXPECT_EQ(line[kTargetStatus], "200");
  EXPECT_EQ(line[kReceived], std::to_string(request.size()));
  EXPECT_GT(std::stoi(line[kSent]), 40);
  EXPECT_EQ(line[kRequest], "POST " + protocol + "://api.example.com:" + port + "/a?b=c HTTP/1.1");
  EXPECT_EQ(line[kUserAgent], "test/1.0 (x)");
  EXPECT_EQ(line[kTargetGroup], model::target_group_arn("eu-west-1", "group"));
  EXPECT_THAT(head_, ::testing::HasSubstr("X-Amzn-Trace-Id: " + line[kTraceId] + "\r\n"));
  EXPECT_EQ(line[kPriority], "0");
  EXPECT_EQ(line[kActions], "forward");
  EXPECT_EQ(line[kTargets], target_.address());
  EXPECT_EQ(line[kTargetStatuses], "200");
  EXPECT_THAT(line[kConnTraceId], MatchesRegex("TID_[0-9a-f]*"));
  EXPECT_THAT(line[kNode], StartsWith("127."));
  for (const Field none : {kRedirect, kError, kClassification, kClassificationReason,
                           kTransformedHost, kTransformedUri, kTransformStatus}) {
    EXPECT_EQ(line[none], "-") << none;
  }
  if (!GetParam()) {
    for (const Field none : {kCipher, kProtocol, kDomain, kCertificate}) EXPECT_EQ(line[none], "-");
    return;
  }
  EXPECT_THAT(line[kCipher], StartsWith("ECDHE-"));
  EXPECT_EQ(line[kProtocol], "TLSv1.2");
  EXPECT_EQ(line[kCertificate], model::certificate_arn("eu-west-1", "server"));
}

TEST_P(AccessLogs, EachRequestOfAConnectionHasItsLine) {
  begin();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  answer(client, at_target);
  ASSERT_TRUE(client.send("HEAD /2 HTTP/1.0\r\n\r\n"));
  at_target.receive_until("\r\n\r\n");
  at_target.send("HTTP/1.1 204 No Content\r\n\r\n");
  client.receive_to_end();
  client.close();
  next_end();
  const auto all = lines();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0][kElbStatus], "200");
  EXPECT_EQ(all[1][kElbStatus], "204");
  EXPECT_EQ(all[0][kConnTraceId], all[1][kConnTraceId]);
  EXPECT_THAT(all[1][kRequest], MatchesRegex("HEAD https?://.*elb.*/2 HTTP/1.0"))
      << "without Host it is the load balancer's name";
}

TEST_P(AccessLogs, ActionsOfTheLoadBalancerHaveNoTarget) {
  model::Topology topology = alb_before(target_.address());
  auto& listeners = topology.load_balancers.front().listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    model::Listener& listener = listeners[i];
    model::Rule& rule = listener.rules.emplace_back();
    rule.priority = 7;
    rule.conditions.resize(1);
    rule.conditions[0].values = {"/elsewhere"};
    rule.action.type = model::Action::Type::redirect;
    rule.action.redirect.host = "example.com";
    listener.default_action = fixed(404);
  }
  begin(topology);
  HttpsClient client = connect();
  client.get("/");
  client.get("/elsewhere");
  client.close();
  next_end();
  const auto all = lines();
  ASSERT_EQ(all.size(), 2u);
  for (const auto& line : all) {
    expect_times(line, "-1", "-1", "-1");
    for (const Field none : {kTarget, kTargetStatus, kTargetGroup, kTargets, kTargetStatuses}) {
      EXPECT_EQ(line[none], "-");
    }
    EXPECT_THAT(line[kTraceId], StartsWith("Root=1-"));
  }
  EXPECT_EQ(all[0][kElbStatus], "404");
  EXPECT_EQ(all[0][kActions], "fixed-response");
  EXPECT_EQ(all[0][kPriority], "0");
  EXPECT_EQ(all[0][kRedirect], "-");
  EXPECT_EQ(all[1][kElbStatus], "301");
  EXPECT_EQ(all[1][kActions], "redirect");
  EXPECT_EQ(all[1][kPriority], "7");
  EXPECT_THAT(all[1][kRedirect], MatchesRegex("https?://example.com:.*/elsewhere"));
}

TEST_P(AccessLogs, ATargetThatResetsIs502WithTwoTimes) {
  begin();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  advance(5ms);
  at_target.reset();
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 502 "));
  const auto line = line_after(client);
  EXPECT_EQ(line[kTarget], target_.address());
  expect_times(line, "0.000", "0.005", "-1");
  EXPECT_EQ(line[kElbStatus], "502");
  EXPECT_EQ(line[kTargetStatus], "-");
  EXPECT_EQ(line[kError], "-");
}

TEST_P(AccessLogs, ATargetThatIsSilentIs504WithOneTime) {
  begin();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  advance(60s);
  EXPECT_THAT(client.receive_until("</html>\r\n"), StartsWith("HTTP/1.1 504 "));
  const auto line = line_after(client);
  EXPECT_EQ(line[kTarget], target_.address());
  expect_times(line, "0.000", "-1", "-1");
  EXPECT_EQ(line[kElbStatus], "504");
}

TEST_P(AccessLogs, ATargetThatRefusesIs502WithoutTimes) {
  begin();
  target_.close();
  HttpsClient client = connect();
  client.get("/");
  const auto line = line_after(client);
  EXPECT_EQ(line[kTarget], target_.address());
  expect_times(line, "-1", "-1", "-1");
  EXPECT_EQ(line[kElbStatus], "502");
}

TEST_P(AccessLogs, AClientThatGoesIs460) {
  begin();
  HttpsClient client = connect();
  RawClient at_target = ask(client, kGet);
  const auto line = line_after(client);
  EXPECT_EQ(line[kTarget], target_.address());
  expect_times(line, "0.000", "-1", "-1");
  EXPECT_EQ(line[kElbStatus], "460");
  EXPECT_EQ(line[kTargetStatus], "-");
  EXPECT_EQ(line[kSent], "0");
}

TEST_P(AccessLogs, AGroupWithoutTargetsIs503) {
  begin();
  ASSERT_TRUE(lab_->emulator.deregister_target("group", "my-service").ok());
  HttpsClient client = connect();
  client.get("/");
  const auto line = line_after(client);
  EXPECT_EQ(line[kTarget], "-");
  EXPECT_EQ(line[kElbStatus], "503");
  EXPECT_EQ(line[kTargetGroup], model::target_group_arn("eu-west-1", "group"));
}

TEST_P(AccessLogs, WhatIsNoRequestIs400AndNamesWhy) {
  begin();
  HttpsClient client = connect();
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"));
  client.receive_to_end();
  const auto line = line_after(client);
  EXPECT_EQ(line[kElbStatus], "400");
  expect_times(line, "-1", "-1", "-1");
  EXPECT_EQ(line[kPriority], "-");
  EXPECT_EQ(line[kActions], "-");
  EXPECT_EQ(line[kClassification], "Severe");
  EXPECT_EQ(line[kClassificationReason], "BadContentLength");
}

TEST_P(AccessLogs, AnAmbiguousRequestIsServedAndClassified) {
  begin();
  HttpsClient client = connect();
  RawClient at_target = ask(client, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  answer(client, at_target);
  const auto line = line_after(client);
  EXPECT_EQ(line[kElbStatus], "200");
  EXPECT_EQ(line[kClassification], "Ambiguous");
  EXPECT_EQ(line[kClassificationReason], "UndefinedContentLengthSemantics");
}

TEST_P(AccessLogs, AGroupCookieThatCannotBeReadIsNamed) {
  model::Topology topology = alb_before(target_.address());
  auto& listeners = topology.load_balancers.front().listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    listeners[i].default_action.group_stickiness.enabled = true;
  }
  begin(topology);
  HttpsClient client = connect();
  RawClient at_target = ask(client, "GET / HTTP/1.1\r\nHost: a\r\nCookie: AWSALBTG=a%2B\r\n\r\n");
  answer(client, at_target);
  EXPECT_EQ(line_after(client)[kError], "AWSALBTGCookieInvalid");
}

TEST_P(AccessLogs, AWebSocketHasOneLineWhenItIsOver) {
  begin();
  HttpsClient client = connect();
  RawClient at_target = ask(
      client, "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  at_target.send(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  EXPECT_THAT(client.receive_until("\r\n\r\n"), StartsWith("HTTP/1.1 101 "));
  ASSERT_TRUE(client.send(std::string(1000, 'a')));
  at_target.receive_until(std::string(1000, 'a'));
  at_target.send(std::string(2000, 'b'));
  client.receive_until(std::string(2000, 'b'));
  EXPECT_EQ(lines().size(), 0u) << "it is not over";
  advance(7s);
  client.close();
  at_target.receive_to_end();
  at_target.close();
  next_end();
  const auto all = lines();
  ASSERT_EQ(all.size(), 1u);
  const auto& line = all.front();
  EXPECT_EQ(line[kType], GetParam() ? "wss" : "ws");
  EXPECT_EQ(line[kElbStatus], "101");
  EXPECT_EQ(line[kTargetStatus], "101");
  EXPECT_GT(std::stoi(line[kReceived]), 1000);
  EXPECT_LT(std::stoi(line[kReceived]), 1200);
  EXPECT_GT(std::stoi(line[kSent]), 2000);
  EXPECT_LT(std::stoi(line[kSent]), 2400);
}

TEST_P(AccessLogs, HealthChecksHaveALogOfTheirOwn) {
  model::Topology topology = alb_before({});
  topology.target_groups.front().health_check.enabled = true;
  topology.target_groups.front().health_check.matcher = "200";
  topology.services.front().address.clear();
  topology.services.front().stand_in.status_code = GetParam() ? 200 : 404;
  begin(topology);
  const auto all = lines("checks.log");
  ASSERT_GE(all.size(), 1u) << "those of the start";
  const auto& line = all.front();
  ASSERT_EQ(line.size(), 10u);
  EXPECT_EQ(line[0], "http");
  EXPECT_THAT(line[3], StartsWith("127.0.0.1:"));
  EXPECT_EQ(line[4], "group");
  EXPECT_EQ(line[5], GetParam() ? "PASS" : "FAIL");
  EXPECT_EQ(line[6], GetParam() ? "200" : "404");
  EXPECT_EQ(line[7], GetParam() ? "-" : "ResponseCodeMismatch");
  EXPECT_EQ(line[8], "app/alb/" + model::derived_load_balancer_id("alb"));
  EXPECT_THAT(line[9], StartsWith("127."));
}

}  // namespace
}  // namespace hoplab::testing
