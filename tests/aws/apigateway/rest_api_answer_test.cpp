// The execute-api endpoint: what it answers, what it records, and what it refuses to be built from.
#include <gtest/gtest.h>

#include "aws/apigateway/execute_api.h"
#include "aws/stub/generated_body.h"
#include "support.h"

namespace hoplab::aws {
namespace {

using testing::Ask;
using testing::Gateway;
using testing::method;
using testing::sample_topology;

// ---- Answers ------------------------------------------------------------------------------------

TEST(ExecuteApiAnswer, FieldsComeInTheObservedOrder) {
  Gateway gateway(sample_topology());
  const auto good = gateway.send({});
  EXPECT_EQ(good.names(), (std::vector<std::string>{"Date", "Content-Type", "x-amzn-RequestId",
                                                    "x-amz-apigw-id"}));
  EXPECT_EQ(good.header("Date"), "Sat, 25 Apr 2026 16:45:16 GMT");
  EXPECT_EQ(good.header("Content-Type"), "application/json");
  Ask ask;
  ask.target = "/unknown";
  EXPECT_EQ(gateway.send(ask).names(),
            (std::vector<std::string>{"Date", "Content-Type", "x-amzn-RequestId",
                                      "x-amzn-ErrorType", "x-amz-apigw-id"}));
  ExecuteApiOptions options;
  options.server_header = true;
  Gateway older(sample_topology(), options);
  EXPECT_EQ(older.send({}).names().front(), "Server");
}

TEST(ExecuteApiAnswer, IdsAreFreshAndWellFormed) {
  Gateway gateway(sample_topology());
  const auto first = gateway.send({});
  const auto second = gateway.send({});
  EXPECT_TRUE(is_uuid(*first.header("x-amzn-RequestId")));
  EXPECT_EQ(first.header("x-amzn-RequestId")->at(14), '4');
  EXPECT_NE(first.header("x-amzn-RequestId"), second.header("x-amzn-RequestId"));
  EXPECT_EQ(first.header("x-amz-apigw-id")->size(), 16U);
  EXPECT_EQ(first.header("x-amz-apigw-id")->back(), '=');
  EXPECT_NE(first.header("x-amz-apigw-id"), second.header("x-amz-apigw-id"));
}

TEST(ExecuteApiAnswer, AClientsUuidIsKeptAndAnythingElseReplaced) {
  Gateway gateway(sample_topology());
  Ask ask;
  ask.headers = {{"X-Amzn-RequestId", "6F9619FF-8B86-D011-B42D-00C04FC964FF"}};
  EXPECT_EQ(gateway.send(ask).header("x-amzn-RequestId"), "6F9619FF-8B86-D011-B42D-00C04FC964FF");
  ask.headers = {{"X-Amzn-RequestId", "6F9619FF-8B86-D011-B42D-00C04FC964F"}};
  const auto replaced = gateway.send(ask);
  EXPECT_NE(replaced.header("x-amzn-RequestId"), "6F9619FF-8B86-D011-B42D-00C04FC964F");
  EXPECT_TRUE(is_uuid(*replaced.header("x-amzn-RequestId")));
}

TEST(ExecuteApiAnswer, TheDateFollowsTheClock) {
  Gateway gateway(sample_topology());
  gateway.now += 999ms;
  EXPECT_EQ(gateway.send({}).header("Date"), "Sat, 25 Apr 2026 16:45:16 GMT");
  gateway.now += 1ms;
  EXPECT_EQ(gateway.send({}).header("Date"), "Sat, 25 Apr 2026 16:45:17 GMT");
  gateway.now -= 1s;
  EXPECT_EQ(gateway.send({}).header("Date"), "Sat, 25 Apr 2026 16:45:16 GMT");
}

TEST(ExecuteApiAnswer, AMockSendsItsStatusHeadersAndBody) {
  auto topology = sample_topology();
  auto& integration = topology.rest_apis[0].methods[0].integration;
  integration.status_code = 201;
  integration.headers = {{"content-type", "text/html"}, {"X-One", "1"}, {"X-One", "2"}};
  integration.body = "<p>";
  Gateway gateway(topology);
  const auto answer = gateway.send({});
  EXPECT_EQ(answer.status(), 201);
  EXPECT_EQ(answer.header("Content-Type"), "text/html");
  EXPECT_EQ(answer.names(), (std::vector<std::string>{"Date", "Content-Type", "x-amzn-RequestId",
                                                      "X-One", "X-One", "x-amz-apigw-id"}));
  EXPECT_EQ(answer.text(), "<p>");
}

TEST(ExecuteApiAnswer, TheAnswerOutlivesTheApi) {
  Gateway gateway(sample_topology());
  const auto answer = gateway.send({});
  gateway.api.reset();
  EXPECT_EQ(answer.text(), testing::kWidget);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
}

TEST(ExecuteApiAnswer, HeadHasTheLengthAndNoBody) {
  auto topology = sample_topology();
  topology.rest_apis[0].methods.push_back(method("HEAD", "/widgets", "12345"));
  model::Method big = method("ANY", "/big", "");
  big.integration.body_bytes = 1000;
  topology.rest_apis[0].methods.push_back(big);
  Gateway gateway(topology);
  Ask ask;
  ask.method = "HEAD";
  for (const auto& [target, length] : {std::pair("/widgets", 5U), std::pair("/big", 1000U),
                                       std::pair("/unknown", 42U), std::pair("/ping", 7U)}) {
    ask.target = target;
    const auto answer = gateway.send(ask);
    EXPECT_TRUE(answer.response.head_only) << target;
    EXPECT_EQ(answer.response.content_length, length) << target;
    EXPECT_EQ(answer.text(), "");
    EXPECT_EQ(answer.response.body, nullptr);
  }
}

TEST(ExecuteApiAnswer, GeneratedBodiesAreExactInSizeAndContent) {
  auto topology = sample_topology();
  model::Method bulk = method("GET", "/bulk", "");
  bulk.integration.body_bytes = 40'000;
  topology.rest_apis[0].methods = {bulk};
  bulk.path = "/limit";
  bulk.integration.body_bytes = kMaxPayloadBytes;
  topology.rest_apis[0].methods.push_back(bulk);
  bulk.path = "/beyond";
  bulk.integration.body_bytes = kMaxPayloadBytes + 1;
  topology.rest_apis[0].methods.push_back(bulk);
  Gateway gateway(topology);
  Ask ask;
  ask.target = "/bulk";
  auto answer = gateway.send(ask);
  ASSERT_NE(answer.response.body, nullptr);
  EXPECT_EQ(answer.header("Content-Type"), "application/octet-stream");
  std::uint64_t position = 0;
  char piece[7001];
  for (;;) {
    EXPECT_EQ(answer.response.body->remaining(), 40'000 - position);
    const auto read = answer.response.body->try_read(piece);
    if (!read.ok()) {
      EXPECT_EQ(read.status, net::IoStatus::closed);
      break;
    }
    for (std::size_t i = 0; i < read.size; ++i) {
      ASSERT_EQ(piece[i], GeneratedBody::byte_at(position + i));
    }
    position += read.size;
  }
  EXPECT_EQ(position, 40'000U);
  ask.target = "/limit";
  EXPECT_EQ(gateway.send(ask).status(), 200);
  ask.target = "/beyond";
  answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 500);
  EXPECT_EQ(answer.text(), R"({"message":"Internal server error"})");
}

TEST(ExecuteApiAnswer, AnEchoShowsTheRequestAndATraceId) {
  auto topology = sample_topology();
  model::Method echo = method("ANY", "/echo/{id}", "");
  echo.integration.echo_request = true;
  topology.rest_apis[0].methods = {echo};
  Gateway gateway(topology);
  Ask ask;
  ask.method = "POST";
  ask.target = "/echo/a%20b?x=1&y=%41+b&x=2&flag";
  ask.headers = {{"X-Amzn-Trace-Id", "Self=1-2-3;Root=1-67891233-abcdef012345678912345678"},
                 {"Accept", "a"},
                 {"accept", "b\"\xe9"},
                 {"Content-Length", "12"}};
  const auto answer = gateway.send(ask);
  EXPECT_EQ(answer.text(),
            R"({"method":"POST","path":"/echo/a%20b","queryString":"x=1&y=%41+b&x=2&flag",)"
            R"("query":{"x":"2","y":"A b","flag":""},"headers":{"Host":"api.example.com",)"
            R"("X-Amzn-Trace-Id":"Self=1-2-3;Root=1-67891233-abcdef012345678912345678",)"
            R"("Accept":"a, b\"\u00e9","Content-Length":"12"},"bodyBytes":12,)"
            R"("resourcePath":"/echo/{id}","stage":"prod","sourceIp":"10.0.1.25",)"
            R"("vpcId":"vpc-0aaaabbbbccccdddd","vpceId":"vpce-0123456789abcdef0"})");
  EXPECT_EQ(answer.names().back(), "X-Amzn-Trace-Id");
  EXPECT_EQ(answer.header("X-Amzn-Trace-Id"), "Root=1-67891233-abcdef012345678912345678");
  ask.headers.clear();
  const auto fresh = *gateway.send(ask).header("X-Amzn-Trace-Id");
  EXPECT_EQ(fresh.substr(0, 16), "Root=1-69ecef9c-");  // the clock's seconds in hexadecimal
  EXPECT_EQ(fresh.size(), 40U);
}

// ---- Records ------------------------------------------------------------------------------------

TEST(ExecuteApiRecord, KeepsTheRequestsOfTheApiWhileSomebodyLooks) {
  Gateway gateway(sample_topology());
  gateway.send({});
  http::RequestLog log;
  gateway.log = &log;
  gateway.send({});
  EXPECT_TRUE(log.all().empty());
  log.keep(16);
  Ask ask;
  for (int i = 0; i < 20; ++i) {
    ask.target = "/widgets?n=" + std::to_string(i);
    ask.headers = {{"X-Amzn-Mtls-Clientcert-Leaf", "leaf"}};
    gateway.send(ask);
  }
  ask.target = "/ping";
  gateway.send(ask);
  const auto last = log.all();
  ASSERT_EQ(last.size(), 16u);
  EXPECT_EQ(last.front().target, "/widgets?n=4");
  EXPECT_EQ(last.back().target, "/widgets?n=19");
  EXPECT_EQ(last.back().method, "GET");
  EXPECT_EQ(last.back().source_ip, "10.0.1.25");
  EXPECT_EQ(last.back().headers.back(),
            std::pair(std::string("X-Amzn-Mtls-Clientcert-Leaf"), std::string("leaf")));
  EXPECT_EQ(log.dropped(), 4u);
  EXPECT_EQ(gateway.requests(), 22U);
  EXPECT_EQ(gateway.api->outcomes().total(), 23U);
}

TEST(ExecuteApiRecord, CountersSurviveANewModel) {
  Gateway gateway(sample_topology());
  gateway.send({});
  auto changed = sample_topology();
  changed.rest_apis[0].methods[0].integration.body = "new";
  gateway.api = std::move(ExecuteApi::build(changed, {}, gateway.api.get())).value();
  EXPECT_EQ(gateway.requests(), 1U);
  EXPECT_EQ(gateway.send({}).text(), "new");
  EXPECT_EQ(gateway.requests(), 2U);
  EXPECT_EQ(gateway.api->outcomes().of(Outcome::answered), 2U);
  EXPECT_EQ(gateway.api->traffic("nobody"), nullptr);
}

// ---- What is refused when building --------------------------------------------------------------

TEST(ExecuteApiBuild, RefusesWhatCannotWork) {
  using Change = void (*)(model::Topology&);
  const std::pair<Change, const char*> rows[] = {
      {[](auto& t) { t.rest_apis[0].policy.clear(); },
       "REST API widgets: Private REST API doesn't have a resource policy attached to it"},
      {[](auto& t) { t.rest_apis[0].policy = "{}"; }, "REST API widgets: policy: has no Statement"},
      {[](auto& t) { t.rest_apis[0].id.clear(); }, "has no id"},
      {[](auto& t) { t.rest_apis[0].stages[0].name = "a b"; }, "\"a b\" is not a stage name"},
      {[](auto& t) { t.rest_apis.push_back(t.rest_apis[0]); }, "id abcde12345 is taken"},
      {[](auto& t) { t.rest_apis[0].methods.push_back(t.rest_apis[0].methods[0]); },
       "declared twice"},
      {[](auto& t) { t.rest_apis[0].methods[0].integration.status_code = 199; },
       "GET /widgets: status code 199"},
      {[](auto& t) { t.rest_apis[0].methods[0].integration.status_code = 204; }, "has no body"},
      {[](auto& t) { t.rest_apis[0].methods[0].integration.echo_request = true; }, "one of body"},
      {[](auto& t) {
         t.rest_apis[0].methods[0].integration.headers = {{"Content-Length", "1"}};
       },
       "Content-Length is written by API Gateway"},
      {[](auto& t) {
         t.rest_apis[0].methods[0].integration.headers = {{"X", "a\r\nY: b"}};
       },
       "control character"},
      {[](auto& t) {
         t.rest_apis[0].methods[0].integration.headers = {{"a b", "c"}};
       },
       "not a header name"},
      {[](auto& t) { t.domain_names[0].endpoint_type = "EDGE"; },
       "domain name api.example.com: endpoint type EDGE"},
      {[](auto& t) { t.domain_names[0].base_path_mappings[0].rest_api = "x"; },
       "there is no REST API x"},
      {[](auto& t) { t.domain_names[0].base_path_mappings[0].stage = "dev"; }, "has no stage dev"},
      {[](auto& t) {
         t.domain_names[0].base_path_mappings.push_back({"/", "widgets", "prod"});
       },
       "is there twice"},
      {[](auto& t) { t.domain_names.push_back(t.domain_names[0]); }, "is there twice"},
  };
  for (const auto& [change, part] : rows) {
    auto topology = sample_topology();
    change(topology);
    const auto built = ExecuteApi::build(topology);
    EXPECT_FALSE(built) << part;
    EXPECT_NE(built.error().find(part), std::string::npos) << built.error();
  }
}

}  // namespace
}  // namespace hoplab::aws
