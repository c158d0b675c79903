// In which state an interface endpoint begins (nlb-privatelink.md 4.1, 4.2).
#include "aws/privatelink/vpc_endpoint.h"

#include <gtest/gtest.h>

#include "model/complete.h"

namespace hoplab::aws {
namespace {

using enum model::EndpointState;
using model::first_state;

model::VpcEndpointService service(std::vector<std::string> principals, bool acceptance) {
  model::VpcEndpointService out;
  out.allowed_principals = std::move(principals);
  out.acceptance_required = acceptance;
  return out;
}

TEST(EndpointState, NobodyMayConnectWhomTheServiceDoesNotAllow) {
  EXPECT_EQ(first_state(service({}, false), "222222222222"), rejected);
  EXPECT_EQ(first_state(service({"arn:aws:iam::333333333333:root"}, false), "222222222222"),
            rejected);
}

TEST(EndpointState, WhoIsAllowedIsAcceptedAtOnceOrWaits) {
  for (const char* principal :
       {"*", "arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:role/builder",
        "arn:aws:iam::222222222222:user/somebody"}) {
    EXPECT_EQ(first_state(service({principal}, false), "222222222222"), available) << principal;
    EXPECT_EQ(first_state(service({principal}, true), "222222222222"), pending_acceptance)
        << principal;
  }
}

TEST(EndpointState, WhatTheTopologySaysGoesFirst) {
  model::Topology topology;
  topology.vpc_endpoint_services.push_back(service({"*"}, false));
  topology.vpc_endpoint_services[0].name = "service";
  for (const char* name : {"says", "leaves"}) {
    model::VpcEndpoint& endpoint = topology.vpc_endpoints.emplace_back();
    endpoint.name = name;
    endpoint.service_name = "service";
  }
  topology.vpc_endpoints[0].state = failed;
  model::complete(topology);
  EXPECT_EQ(topology.vpc_endpoints[0].state, failed);
  EXPECT_EQ(topology.vpc_endpoints[1].state, available);
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
