// The admin API: its routes, its errors, and that docs/openapi.json has the same routes.
#include "admin/admin_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "admin/admin_server.h"
#include "base/file.h"
#include "scenario/format/change_table.h"
#include "topology/running_emulator.h"
#include "web/page_api.h"

namespace hoplab::testing {

using ::testing::HasSubstr;

namespace {

using Json = nlohmann::json;

class AdminApiTest : public ::testing::Test {
 protected:
  Json get(const std::string& path) {
    const auto answer = api_.handle("GET", path, "");
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    return Json::parse(answer.body);
  }
  int status(const std::string& method, const std::string& path, const std::string& body = {}) {
    last_ = api_.handle(method, path, body);
    return last_.status;
  }
  std::string error() { return Json::parse(last_.body).at("error"); }

  RunningEmulator lab_ = RunningEmulator::stepped("private-api-mtls");
  Emulator& emulator_ = lab_.emulator;
  admin::AdminApi api_{emulator_};
  admin::AdminAnswer last_;
};

TEST_F(AdminApiTest, TellsWhatThereIs) {
  const Json topology = get("/v1/status");
  EXPECT_EQ(topology.at("url"), emulator_.url());
  EXPECT_EQ(topology.at("endpoints").at(0).at("name"), "consumer-endpoint");
  EXPECT_EQ(get("/v1/target-health").at(0).at("targetGroup"), "alb-group");
  EXPECT_EQ(get("/v1/trust-stores").at(0).at("numberOfCaCertificates"), 1);
  EXPECT_EQ(get("/v1/metrics").at("flows"), 0);
  EXPECT_EQ(get("/v1/ends"), Json::array());
  EXPECT_EQ(status("GET", "/metrics"), 200);
  EXPECT_THAT(last_.body, HasSubstr("hoplab_flows_total 0\n"));
}

TEST_F(AdminApiTest, MovesTheClock) {
  const std::string before = get("/v1/clock").at("now");
  EXPECT_EQ(status("POST", "/v1/clock/step", R"({"by": "351s"})"), 200);
  EXPECT_NE(get("/v1/clock").at("now"), before);
  EXPECT_EQ(status("POST", "/v1/clock/step", R"({"by": "soon"})"), 400);
  EXPECT_EQ(status("POST", "/v1/clock/step", "351"), 400);
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"mode": "scaled", "scale": 60})"), 200);
  EXPECT_EQ(get("/v1/clock").at("scale"), 60);
  EXPECT_EQ(status("POST", "/v1/clock/step", R"({"by": "1s"})"), 409);
  EXPECT_THAT(error(), HasSubstr("only a stepped clock"));
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"mode": "fast"})"), 400);
}

TEST_F(AdminApiTest, SetsTheCalendarAndLetsTheClockBeAsItIs) {
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"now": "2039-01-01T00:00:00Z"})"), 200);
  EXPECT_EQ(get("/v1/clock").at("now"), "2039-01-01T00:00:00.000000Z");
  EXPECT_EQ(get("/v1/clock").at("mode"), "stepped");
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"now": "1999-12-31T23:59:59Z"})"), 200);
  EXPECT_EQ(status("POST", "/v1/clock/step", R"({"by": "1s"})"), 200);
  EXPECT_EQ(get("/v1/clock").at("now"), "2000-01-01T00:00:00.000000Z");
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"mode": "scaled", "scale": 60})"), 200);
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"now": "2039-01-01T00:00:00Z"})"), 200);
  EXPECT_EQ(get("/v1/clock").at("scale"), 60);
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"now": "tomorrow"})"), 400);
  EXPECT_THAT(error(), HasSubstr("a time like 2026-11-24T10:00:00Z"));
  EXPECT_EQ(status("PUT", "/v1/clock", R"({"now": 7})"), 400);
}

TEST_F(AdminApiTest, ArmsAndDisarmsFaults) {
  EXPECT_EQ(status("PUT", "/v1/faults/f",
                   R"({"hop": "nlb", "action": "reset", "stage": "client-hello", )"
                   R"("connections": {"every": 2}})"),
            204);
  const Json fault = get("/v1/faults").at(0);
  EXPECT_EQ(fault.at("name"), "f");
  EXPECT_EQ(fault.at("connections").at("every"), 2);
  EXPECT_EQ(fault.at("armed"), true);
  EXPECT_EQ(status("PUT", "/v1/faults/f", R"({"hop": "nlb", "action": "reset"})"), 409);
  EXPECT_EQ(status("DELETE", "/v1/faults/f"), 204);
  EXPECT_EQ(status("POST", "/v1/faults/f/arm"), 204);
  EXPECT_EQ(status("POST", "/v1/restore"), 204);
  EXPECT_TRUE(get("/v1/faults").empty()) << "the scenario has none";
  EXPECT_EQ(status("PUT", "/v1/faults/g", R"({"hop": "nlb", "action": "explode"})"), 400);
  EXPECT_THAT(error(), HasSubstr("it takes reset, fin, truncate"));
  EXPECT_EQ(status("PUT", "/v1/faults/g", "{"), 400);
  EXPECT_EQ(status("POST", "/v1/faults/h/arm"), 404);
}

TEST_F(AdminApiTest, AMemberOfAQueryThatARouteDoesNotHaveIsRefused) {
  EXPECT_EQ(status("DELETE", "/v1/faults/none?after=1"), 400);
  EXPECT_EQ(status("PUT", "/v1/endpoints/consumer-endpoint/state?after=rejected",
                   R"({"state":"available"})"),
            400);
  EXPECT_EQ(status("GET", "/v1/ends?afer=1"), 400);
  EXPECT_EQ(get("/v1/status").at("endpoints").at(0).at("state"), "available");
}

TEST_F(AdminApiTest, NamesAreDecoded) {
  EXPECT_EQ(
      status("PUT", "/v1/faults/%72eset",
             R"({"hop":"nlb","stage":"client-hello","action":"reset","connections":{"every":1}})"),
      204);
  EXPECT_EQ(get("/v1/faults").at(0).at("name"), "reset");
}

TEST_F(AdminApiTest, ChangesTrustStoresAndHealth) {
  const std::string store = get("/v1/trust-stores").at(0).at("name");
  EXPECT_EQ(status("POST", "/v1/certificates/my_client/revoke"), 204);
  EXPECT_EQ(get("/v1/trust-stores").at(0).at("totalRevokedEntries"), 2);
  EXPECT_EQ(status("POST", "/v1/certificates/nobody/revoke"), 404);
  EXPECT_EQ(status("DELETE", "/v1/trust-stores/" + store + "/revocations/2"), 204);
  EXPECT_EQ(status("DELETE", "/v1/trust-stores/" + store + "/revocations/2"), 404);
  EXPECT_EQ(status("DELETE", "/v1/trust-stores/" + store + "/revocations/two"), 404);
  EXPECT_EQ(status("PUT", "/v1/trust-stores/" + store + "/ca-certificates-bundle", "x"), 400);
  EXPECT_EQ(status("POST", "/v1/trust-stores/nowhere/revocations", "x"), 404);
  const std::string target = get("/v1/target-health").at(0).at("target");
  EXPECT_EQ(status("PUT", "/v1/target-health/alb-group/" + target, R"({"state": "healthy"})"), 204);
  EXPECT_EQ(get("/v1/target-health").at(0).at("state"), "healthy");
  EXPECT_EQ(status("PUT", "/v1/target-health/alb-group/x", R"({"state": null})"), 404);
  EXPECT_EQ(status("PUT", "/v1/target-health/alb-group/x", "{}"), 400);
}

TEST_F(AdminApiTest, SaysWhatABodyLacks) {
  EXPECT_EQ(status("PUT", "/v1/endpoints/consumer-endpoint/state", "{}"), 400);
  EXPECT_EQ(error(), R"(the body is { "state": ... }: AWS's word for it)");
  EXPECT_EQ(status("PUT", "/v1/endpoints/consumer-endpoint/state", R"({"state": "gone"})"), 400);
  EXPECT_THAT(error(), HasSubstr("/state: found \"gone\"; it takes pendingAcceptance, pending"));
  EXPECT_EQ(
      status("PUT", "/v1/load-balancers/nlb/listeners/https/weights/alb-group", R"({"weight": 1})"),
      404);
  EXPECT_THAT(error(), HasSubstr("/Port: found \"https\"; it takes a whole number"));
}

TEST_F(AdminApiTest, OtherPathsAndMethodsAreRefused) {
  EXPECT_EQ(status("GET", "/v2/topology"), 404);
  EXPECT_EQ(status("GET", "/"), 404);
  EXPECT_EQ(status("GET", "/v1/faults/f/arm/x"), 404);
  EXPECT_EQ(status("DELETE", "/v1/topology"), 405);
  EXPECT_EQ(error(), "/v1/topology takes GET, PUT; docs/openapi.json lists what there is");
}

TEST_F(AdminApiTest, IsServedOnAPortOfItsOwn) {
  const auto server = admin::AdminServer::start(emulator_, {});
  ASSERT_TRUE(server.ok()) << server.error();
  EXPECT_THAT(server.value()->address(), ::testing::StartsWith("127.0.0.1:"));
}

TEST(OpenApi, HasTheRoutesOfTheApi) {
  const Json document = Json::parse(read_file(HOPLAB_SOURCE_DIR "/docs/openapi.json").value());
  std::vector<std::string> described, served;
  for (const auto& [path, methods] : document.at("paths").items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (method == "parameters") continue;
      std::string upper = method;
      for (char& c : upper) c = static_cast<char>(c - 0x20);
      described.push_back(upper + " " + path);
      EXPECT_TRUE(operation.contains("summary")) << path;
    }
  }
  std::vector<admin::Route> routes = admin::AdminApi::routes();
  for (const admin::Entry& one : web::page_api("")) {
    if (one.route.path.starts_with("/v1/")) routes.push_back(one.route);
  }
  for (const auto& route : routes) {
    served.push_back(std::string(route.method) + " " + std::string(route.path));
  }
  EXPECT_THAT(described, ::testing::UnorderedElementsAreArray(served));
}

TEST(OpenApi, HasTheStagesOfAConnection) {
  const Json document = Json::parse(read_file(HOPLAB_SOURCE_DIR "/docs/openapi.json").value());
  std::vector<std::string> stages;
  for (std::size_t i = 0; i < kStages; ++i) {
    stages.emplace_back(to_text(static_cast<Stage>(i)));
  }
  const Json described = document.at("components").at("schemas").at("Stage").at("enum");
  EXPECT_EQ(described.get<std::vector<std::string>>(), stages);
}

/// How the document says a row of the table of changes.
Json told(const scenario::ChangeRow& row) {
  const scenario::ByHand& by_hand = row.by_hand;
  Json json{{"change", row.name}, {"members", by_hand.members}};
  if (!by_hand.verb.empty()) json["verb"] = by_hand.verb;
  if (!by_hand.null.empty()) json["null"] = by_hand.null;
  if (!by_hand.step.empty()) json["step"] = by_hand.step;
  return json;
}

/// What its last member is as a body.
Json body_of(const scenario::ChangeRow& row) {
  const scenario::ByHand& by_hand = row.by_hand;
  const std::string member(by_hand.members.back());
  const scenario::Type& type = row.type_of(member);
  const std::string schema = "scenario.schema.json#/$defs/";
  if (type.kind == scenario::Type::Kind::object) return {{"$ref", schema + (*type.object).name}};
  if (by_hand.key.empty()) return {{"type", "string"}};
  const Json value{{"$ref", schema + row.whole->name + "/properties/" + member}};
  return {{"type", "object"},
          {"required", {by_hand.key}},
          {"properties", {{std::string(by_hand.key), value}}}};
}

TEST(OpenApi, SaysTheChangesAsTheirTableDoes) {
  const Json document = Json::parse(read_file(HOPLAB_SOURCE_DIR "/docs/openapi.json").value());
  const Json& change = document.at("components").at("schemas").at("Change");
  Json all = Json::array(), by_name = Json::object();
  std::size_t routes = 0;
  for (const scenario::ChangeRow& row : scenario::change_rows()) {
    const std::string schema = "scenario.schema.json#/$defs/" + row.whole->name;
    all.push_back({{"$ref", schema}});
    by_name[std::string(row.name)] = schema;
    if (row.by_hand.path.empty()) continue;
    ++routes;
    std::string method(row.by_hand.method);
    for (char& c : method) c = static_cast<char>(c + 0x20);
    const Json& operation = document.at("paths").at(std::string(row.by_hand.path)).at(method);
    EXPECT_EQ(operation.at("x-change"), told(row));
    const auto in_path = std::ranges::count(row.by_hand.path, '{');
    const bool has_body = std::ssize(row.by_hand.members) > in_path;
    ASSERT_EQ(operation.contains("requestBody"), has_body) << row.name;
    if (!has_body) continue;
    const Json& content = operation.at("requestBody").at("content");
    EXPECT_EQ(content.front().at("schema"), body_of(row)) << row.name;
  }
  EXPECT_EQ(change.at("oneOf"), all);
  EXPECT_EQ(change.at("discriminator").at("mapping"), by_name);
  std::size_t told_of = 0;
  for (const Json& methods : document.at("paths")) {
    for (const Json& operation : methods) told_of += operation.contains("x-change") ? 1 : 0;
  }
  EXPECT_EQ(told_of, routes);
}

}  // namespace

}  // namespace hoplab::testing
