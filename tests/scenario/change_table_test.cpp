// Changes as JSON, by the table: what each member does, and what it leaves alone.
#include "scenario/format/change_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_scenario.h"

namespace hoplab::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

model::Topology with_changes(model::Topology topology, std::string_view json) {
  const auto changes = read_changes(json);
  EXPECT_TRUE(changes.ok()) << changes.error();
  for (const model::Change& change : changes.value()) {
    auto next = model::changed(topology, change);
    EXPECT_TRUE(next.ok()) << next.error();
    topology = std::move(next).value();
  }
  return topology;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyListenerAttributes.html
TEST(ChangeTable, ModifyListenerAttributesLeavesThoseThatAreNotGiven) {
  const model::Topology before = read_good(small_with("\"Port\": 80,", R"("Port": 80,
      "ListenerAttributes": {
        "routing.http.response.server.enabled": false,
        "routing.http.response.x_frame_options.header_value": "DENY",
        "routing.http.response.access_control_max_age.header_value": "60",
        "routing.http.response.x_content_type_options.header_value": "nosniff" },)"))
                                     .topology;
  const model::Topology after = with_changes(before, R"({
      "change": "ModifyListenerAttributes", "LoadBalancer": "alb", "Port": 80,
      "ListenerAttributes": {
        "routing.http.response.x_frame_options.header_value": "SAMEORIGIN",
        "routing.http.response.access_control_max_age.header_value": "" } })");
  const auto& now = after.load_balancers.front().listeners.front().attributes;
  EXPECT_FALSE(now.server_header);
  EXPECT_THAT(now.response_headers, ElementsAre(Pair("X-Content-Type-Options", "nosniff"),
                                                Pair("X-Frame-Options", "SAMEORIGIN")));
}

/// A scenario with a mistake in a step is judged to its end.
TEST(ChangeTable, AChangeWithoutItsAttributesIsAMistake) {
  const std::string_view check = R"("checks": [{ "name": "one", "request": { "path": "/" },
      "expect": { "status": 200 }, "then": [{ "changes": [{
        "change": "ModifyListenerAttributes", "LoadBalancer": "alb", "Port": 80 }] }] }],
  "entry": "alb")";
  EXPECT_THAT(report(small_with("\"entry\": \"alb\"", check)), HasSubstr("ListenerAttributes"));
}

}  // namespace
}  // namespace hoplab::scenario
