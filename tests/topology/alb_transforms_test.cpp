// Regex conditions and transforms of rules, through an application load balancer: what the target
// receives, what the client gets when one fails, and what is on record (alb-features.md 5).
#include <gmock/gmock.h>

#include <mutex>
#include <vector>

#include "alb_exchange_lab.h"

namespace hoplab::testing {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

namespace {

model::Rule product_rule() {
  model::Rule rule;
  model::RuleCondition& condition = rule.conditions.emplace_back();
  condition.field = model::RuleCondition::Field::path_pattern;
  condition.regex_values = {"^/dp/[A-Za-z0-9]+/?$"};
  rule.action.target_groups = {{"group", 1}};
  rule.transforms = {
      {model::Transform::Type::url_rewrite, "/dp/([A-Za-z0-9]+)/?$", "/product.php?id=$1"},
      {model::Transform::Type::host_header_rewrite, "^mywebsite-(.+).com$",
       "internal.dev.$1.myweb.com"}};
  return rule;
}

class AlbTransforms : public AlbExchanges {
 protected:
  model::Topology with(const model::Rule& rule) {
    model::Topology topology = alb_before(target_.address());
    model::LoadBalancer& alb = topology.load_balancers.front();
    for (std::size_t i = 0; i < alb.listeners.size(); ++i) alb.listeners[i].rules = {rule};
    return topology;
  }

  /// The head that the target receives of a request, which it answers.
  std::string head_of(const std::string& path, const std::string& host) {
    HttpsClient client = connect();
    RawClient at_target =
        ask(client, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(at_target.send(kOk));
    EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200 "));
    client.close();
    next_end();
    return head_;
  }

  /// The head of the answer to a request that reaches no target.
  std::string refusal_of(const std::string& path, const std::string& host) {
    HttpsClient client = connect();
    EXPECT_TRUE(client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
    std::string answer = client.receive_until("</html>\r\n");
    client.close();
    return answer;
  }
};
INSTANTIATE_TEST_SUITE_P(Clients, AlbTransforms, ::testing::Bool(), client_kind);

TEST_P(AlbTransforms, TheTargetReceivesWhatTheyMake) {
  start(with(product_rule()));
  const std::string head = head_of("/dp/B09G3HRMW", "mywebsite-example.com");
  EXPECT_THAT(head, StartsWith("GET /product.php?id=B09G3HRMW HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nHost: internal.dev.example.myweb.com\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("mywebsite")));
}

TEST_P(AlbTransforms, ARequestOfAnotherRuleOrWithoutAMatchGoesOnAsItCame) {
  start(with(product_rule()));
  const std::string other = head_of("/about?dp=1", "mywebsite-example.com");
  EXPECT_THAT(other, StartsWith("GET /about?dp=1 HTTP/1.1\r\n"));
  EXPECT_THAT(other, HasSubstr("\r\nHost: mywebsite-example.com\r\n"));
  const std::string half = head_of("/dp/1", "shop.example.com");
  EXPECT_THAT(half, StartsWith("GET /product.php?id=1 HTTP/1.1\r\n"));
  EXPECT_THAT(half, HasSubstr("\r\nHost: shop.example.com\r\n"));
}

TEST_P(AlbTransforms, ARewrittenHostWinsOverAPreservedOne) {
  model::Topology topology = with(product_rule());
  topology.load_balancers.front().attributes.preserve_host_header = true;
  start(topology);
  EXPECT_THAT(head_of("/dp/1", "mywebsite-example.com"),
              HasSubstr("\r\nHost: internal.dev.example.myweb.com\r\n"));
  EXPECT_THAT(head_of("/dp/1", "Shop.Example.com"), HasSubstr("\r\nHost: Shop.Example.com\r\n"));
}

struct Failing {
  model::Transform transform;
  Reason reason;
};

TEST_P(AlbTransforms, OneThatFailsIs500WithItsReason) {
  using Kind = model::Transform::Type;
  const Failing cases[] = {
      {{Kind::host_header_rewrite, ".*", ""}, Reason::transform_invalid_host},
      {{Kind::url_rewrite, "^/dp/", "product.php?id="}, Reason::transform_invalid_path},
      {{Kind::url_rewrite, "^/(dp)/", "/$2/"}, Reason::transform_replace_error},
      {{Kind::url_rewrite, "^(.*)$", "$1$1$1"}, Reason::transform_buffer_too_small}};
  Emulator& emulator = start(with(product_rule()));
  const std::string path = "/dp/" + std::string(6 * 1024, '1');
  for (const Failing& one : cases) {
    model::Rule rule = product_rule();
    rule.transforms = {one.transform};
    ASSERT_TRUE(emulator.apply(with(rule)).ok());
    const std::string answer = refusal_of(path, "a.com");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 Internal Server Error\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nServer: awselb/2.0\r\n"));
    const FailedRequests failure = failure_of(next_end());
    EXPECT_EQ(failure.status, 500);
    EXPECT_EQ(failure.reason, one.reason);
    EXPECT_EQ(failure.hop, "alb");
    EXPECT_EQ(failure.target, "");
  }
  EXPECT_EQ(lab_->metric("alb", "HTTPCode_ELB_5XX_Count"), std::size(cases));
}

TEST_P(AlbTransforms, TheRecordHasThePathThatTheClientAskedFor) {
  std::mutex mutex;
  std::vector<std::string> paths;
  Result<Emulator> made = Emulator::from_topology(with(product_rule()), {});
  ASSERT_TRUE(made.ok());
  made.value().on_request([&](const RequestRecord& record) {
    const std::lock_guard lock(mutex);
    paths.push_back(record.path);
  });
  lab_.emplace(std::move(made));
  EXPECT_THAT(head_of("/dp/1", "a.com"), StartsWith("GET /product.php?id=1 "));
  EXPECT_THAT(head_of("/about", "a.com"), StartsWith("GET /about "));
  lab_.reset();
  const std::lock_guard lock(mutex);
  EXPECT_THAT(paths, ElementsAre("/dp/1", "/about"));
}

}  // namespace

}  // namespace hoplab::testing
