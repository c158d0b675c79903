#include "awsapi/control_plane.h"

#include <gtest/gtest.h>

#include "awsapi/api.h"

namespace hoplab::awsapi {
namespace {

TEST(ControlPlane, WhatTrafficRefusesIsTakenBack) {
  bool refuse = false;
  ControlPlane plane([&](const ControlPlane&, const Change&) -> Refusal {
    if (refuse) return ApiError{"ValidationError", "there is no such key"};
    return std::nullopt;
  });
  const Caller caller{"111111111111", "eu-west-1", ""};
  Document document = plane.made("x", "T", caller);
  document.properties["a"] = 1;
  EXPECT_FALSE(plane.put(document));
  refuse = true;
  document.properties["a"] = 2;
  const auto error = plane.put(document);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "ValidationError");
  EXPECT_EQ(error->message, "there is no such key");
  EXPECT_EQ(plane.find("x", "T")->properties["a"], 1);
  EXPECT_TRUE(plane.remove("x"));
  EXPECT_NE(plane.find("x", "T"), nullptr);
  EXPECT_EQ(plane.find("x", "U"), nullptr);
}

TEST(ControlPlane, SeveralChangesAreOne) {
  int applied = 0;
  bool refuse = false;
  ControlPlane plane([&](const ControlPlane&, const Change& change) -> Refusal {
    applied += static_cast<int>(change.put.size());
    if (refuse) return ApiError{"ValidationError", "no"};
    return std::nullopt;
  });
  const Caller caller{"111111111111", "eu-west-1", ""};
  const auto two = [&]() -> Refusal {
    const std::string id = plane.new_id("x", 8);
    if (auto refused = plane.put(plane.made(id, "T", caller))) return refused;
    EXPECT_NE(plane.find(id, "T"), nullptr) << "what comes after it sees it";
    return plane.put(plane.made(id + "2", "T", caller));
  };
  refuse = true;
  EXPECT_TRUE(plane.together(two));
  EXPECT_TRUE(plane.documents().empty());
  EXPECT_EQ(applied, 2) << "in one change";
  refuse = false;
  EXPECT_FALSE(plane.together(two));
  EXPECT_EQ(plane.documents().size(), 2U);
  ControlPlane fresh;
  EXPECT_NE(plane.documents().find(fresh.new_id("x", 8)), plane.documents().end())
      << "a failed attempt uses up no id";
  EXPECT_TRUE(plane.together([&]() -> Refusal {
    plane.objects().buckets()["b"];
    return ApiError{"ValidationError", "no"};
  }));
  EXPECT_EQ(plane.objects().bucket("b"), nullptr);
}

TEST(ControlPlane, IdsAreTheSameAtEveryStart) {
  ControlPlane one, two;
  const std::string first = one.new_id("a", 17);
  EXPECT_EQ(first.size(), 17U);
  EXPECT_EQ(two.new_id("a", 17), first);
  EXPECT_NE(two.new_id("a", 17), first);
}

TEST(Api, EveryServiceIsReachedByItsScopeOrItsForm) {
  ControlPlane plane;
  Api api(plane, Accounts());
  ApiRequest request{"POST", "/", "127.0.0.1:1", {}, "Action=GetCallerIdentity&Version=2011-06-15"};
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(api.answer(request, 0).status, 200);
  request.body = "Action=DescribeLoadBalancers&Version=2012-06-01";  // classic
  EXPECT_EQ(api.answer(request, 0).status, 400);
  request.body = "";
  request.headers = {{"X-Amz-Target", "CertificateManager.ListCertificates"}};
  EXPECT_EQ(api.answer(request, 0).body, R"({"CertificateSummaryList":[]})");
}

}  // namespace
}  // namespace hoplab::awsapi
