// Resource matching (the cases of apigateway.md 7) and the rules for declaring resources.
#include "aws/apigateway/router.h"

#include <gtest/gtest.h>

#include "model/text_rule.h"

namespace hoplab::aws {
namespace {

const std::vector<Route> kRoutes = {
    {"GET", "/"},                    // 0
    {"GET", "/test"},                // 1
    {"PUT", "/test/{param}"},        // 2
    {"DELETE", "/{proxy+}"},         // 3
    {"GET", "/pets/{id}"},           // 4
    {"GET", "/pets/special"},        // 5
    {"ANY", "/pets/{id}/toys"},      // 6
    {"POST", "/pets/{id}/toys"},     // 7
    {"POST", "/pets/special/food"},  // 8
    {"ANY", "/files/{path+}"},       // 9
    {"GET", "/files/fixed/x"},       // 10
};

struct RouteRow {
  const char* method;
  const char* path;
  int route;  // -1: none
};

TEST(Router, MatchesStaticThenVariableThenGreedyWithBacktracking) {
  const auto router = Router::compile(kRoutes);
  ASSERT_TRUE(router) << router.error();
  const RouteRow rows[] = {
      {"GET", "/", 0},
      {"GET", "", 0},
      {"GET", "/test", 1},
      {"GET", "/test/", 1},
      {"GET", "//test", 1},
      {"PUT", "/test/random-value", 2},
      {"PUT", "/test/random/", 2},
      {"DELETE", "/this/is/a/proxy/request", 3},
      {"DELETE", "/", -1},  // greedy needs a segment
      {"GET", "/wrong-test", -1},
      {"GET", "/Test", -1},      // case counts
      {"DELETE", "/test", 3},    // static lacks the method: the greedy sibling
      {"DELETE", "/test/x", 3},  // the variable lacks it, two levels up has it
      {"GET", "/pets/1", 4},
      {"GET", "/pets/special", 5},
      {"GET", "/pets/special/toys", 6},   // static lacks the deeper segment
      {"POST", "/pets/special/toys", 7},  // a specific method before ANY
      {"PATCH", "/pets/9/toys", 6},
      {"POST", "/pets/special/food", 8},
      {"GET", "/pets/special/food", -1},
      {"GET", "/pets", -1},
      {"GET", "/files/a/b/c", 9},
      {"HEAD", "/files/a", 9},
      {"GET", "/files", -1},
      {"GET", "/files/fixed/x", 10},
      {"GET", "/files/fixed/y", 9},
      {"POST", "/files/fixed/x", 9},
      {"TRACE", "/files/a", -1},  // not in ANY
      {"get", "/test", -1},
      {"PUT", "/test/a%2Fb", 2},  // not decoded
  };
  for (const RouteRow& row : rows) {
    const auto found = router.value().match(row.method, row.path);
    EXPECT_EQ(found ? static_cast<int>(*found) : -1, row.route) << row.method << " " << row.path;
  }
}

TEST(Router, AnyMayBeDeclaredBeforeOrAfterASpecificMethod) {
  for (const bool any_first : {true, false}) {
    std::vector<Route> routes{{"ANY", "/a"}, {"GET", "/a"}};
    if (!any_first) std::swap(routes[0], routes[1]);
    const auto router = Router::compile(routes);
    ASSERT_TRUE(router);
    EXPECT_EQ(router.value().match("GET", "/a"), any_first ? 1U : 0U);
    EXPECT_EQ(router.value().match("PUT", "/a"), any_first ? 0U : 1U);
  }
}

TEST(Router, RefusesWhatApiGatewayRefuses) {
  const std::pair<std::vector<Route>, const char*> rows[] = {
      {{{"GET", "/a/{id}"}, {"GET", "/a/{proxy+}"}},
       "A sibling ({id}) of this resource already has a variable path part -- only one is allowed"},
      {{{"GET", "/{proxy+}/x"}}, "resource \"/{proxy+}/x\": it takes a resource's path such as"},
      {{{"TRACE", "/a"}}, "the method must be"},
      {{{"GET", "/a"}, {"GET", "/a"}}, "declared twice"},
      {{{"ANY", "/a"}, {"ANY", "/a"}}, "declared twice"},
  };
  for (const auto& [routes, part] : rows) {
    const auto router = Router::compile(routes);
    EXPECT_FALSE(router) << part;
    EXPECT_NE(router.error().find(part), std::string::npos) << router.error();
  }
}

TEST(Router, TakesThePathsThatAScenarioMayHold) {
  for (const char* const path :
       {"/", "/a", "/a-b_c.d,e:f", "/{a:b}", "/{a,b+}", "/a/{b}/{c+}", "/{a}/b", "", "a", "/a/",
        "/a//b", "/a~b", "/a b", "/{}", "/{+}", "/{a", "/a{b}", "/{a}{b}", "/{proxy+}/x"}) {
    EXPECT_EQ(Router::compile(std::vector<Route>{{"GET", path}}).ok(),
              model::rules::kResourcePath.matches(path))
        << path;
  }
}

}  // namespace
}  // namespace hoplab::aws
