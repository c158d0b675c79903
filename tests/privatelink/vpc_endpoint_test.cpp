// In which state an interface endpoint begins (nlb-privatelink.md 4.1, 4.2).
#include "aws/privatelink/vpc_endpoint.h"

#include <gtest/gtest.h>

namespace hoplab::aws {
namespace {

using enum model::EndpointState;

model::VpcEndpointService service(std::vector<std::string> principals, bool acceptance) {
  model::VpcEndpointService out;
  out.allowed_principals = std::move(principals);
  out.acceptance_required = acceptance;
  return out;
}

TEST(EndpointState, NobodyMayConnectWhomTheServiceDoesNotAllow) {
  EXPECT_EQ(state_of(service({}, false), "222222222222"), rejected);
  EXPECT_EQ(state_of(service({"arn:aws:iam::333333333333:root"}, false), "222222222222"), rejected);
}

TEST(EndpointState, WhoIsAllowedIsAcceptedAtOnceOrWaits) {
  for (const char* principal :
       {"*", "arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:role/builder",
        "arn:aws:iam::222222222222:user/somebody"}) {
    EXPECT_EQ(state_of(service({principal}, false), "222222222222"), available) << principal;
    EXPECT_EQ(state_of(service({principal}, true), "222222222222"), pending_acceptance)
        << principal;
  }
}

TEST(EndpointState, WhatTheTopologySaysGoesFirst) {
  model::VpcEndpoint endpoint;
  endpoint.account = "222222222222";
  endpoint.state = failed;
  EXPECT_EQ(first_state_of(endpoint, service({"*"}, false)), failed);
  endpoint.state.reset();
  EXPECT_EQ(first_state_of(endpoint, service({"*"}, false)), available);
}

TEST(EndpointState, IsSpelledAsOnTheWire) {
  const std::pair<model::EndpointState, std::string_view> rows[] = {
      {pending_acceptance, "pendingAcceptance"},
      {pending, "pending"},
      {available, "available"},
      {rejected, "rejected"},
      {expired, "expired"},
      {failed, "failed"},
      {deleting, "deleting"},
      {deleted, "deleted"},
  };
  for (const auto& [state, text] : rows) EXPECT_EQ(to_text(state), text);
}

}  // namespace
}  // namespace hoplab::aws
