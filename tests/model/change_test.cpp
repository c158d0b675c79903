// What a change makes of a topology, and what of it stays shared.
#include "model/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/complete.h"

namespace hoplab::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Topology small_topology() {
  Service service;
  service.name = "web";
  TargetGroup group;
  group.name = "group";
  group.targets.emplace_back().service = "web";
  Listener listener;
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups = {{"group", 1}};
  LoadBalancer alb;
  alb.name = "alb";
  alb.listeners = {listener};
  LoadBalancer other = alb;
  other.name = "other";
  Topology topology;
  topology.services = {service};
  topology.target_groups = {group};
  topology.load_balancers = {alb, other};
  complete(topology);
  return topology;
}

Topology with(const Topology& topology, const Change& change) {
  auto next = changed(topology, change);
  EXPECT_TRUE(next.ok()) << next.error();
  return next ? std::move(next).value() : topology;
}

Error failure_of(const Topology& topology, const Change& change) {
  auto next = changed(topology, change);
  EXPECT_FALSE(next.ok());
  return next ? Error{} : next.failure();
}

TEST(Change, TheTopologyItIsMadeFromStaysAsItIs) {
  const Topology before = small_topology();
  with(before, DeleteListener{"alb", 80});
  EXPECT_EQ(before, small_topology());
}

TEST(Change, WhatItIsNotAboutIsTheSameObject) {
  const Topology before = small_topology();
  Rule rule;
  rule.priority = 5;
  rule.action = before.load_balancers[0].listeners[0].default_action;
  const Topology after = with(before, PutRule{"alb", 80, rule});
  EXPECT_NE(after.load_balancers.share(0), before.load_balancers.share(0));
  EXPECT_EQ(after.load_balancers.share(1), before.load_balancers.share(1));
  EXPECT_EQ(after.target_groups.share(0), before.target_groups.share(0));
  EXPECT_EQ(after.services.share(0), before.services.share(0));
}

TEST(Change, PutCreatesAndReplaces) {
  Service service;
  service.name = "second";
  Topology topology = with(small_topology(), Put<Service>{service});
  ASSERT_EQ(topology.services.size(), 2u);
  service.banner = "220 hello";
  topology = with(topology, Put<Service>{service});
  ASSERT_EQ(topology.services.size(), 2u);
  EXPECT_EQ(std::as_const(topology).services[1].banner, "220 hello");
}

TEST(Change, WhatComesIsComplete) {
  LoadBalancer nlb;
  nlb.name = "nlb";
  nlb.type = LoadBalancerType::network;
  const Topology topology = with(small_topology(), Put<LoadBalancer>{nlb});
  EXPECT_THAT(topology.load_balancers[2].availability_zones, ElementsAre("eu-west-1a"));
}

TEST(Change, WhatDoesNotExistIsNamedWithWhatDoes) {
  const Error failure = failure_of(small_topology(), Delete<LoadBalancer>{"abl"});
  EXPECT_EQ(failure.code, ErrorCode::not_found);
  EXPECT_EQ(failure.message, "there is no load balancer 'abl'; there is alb, other");
  EXPECT_THAT(failure_of(small_topology(), DeleteListener{"alb", 443}).message,
              HasSubstr("port 443"));
}

TEST(Change, RulesStandByPriority) {
  Topology topology = small_topology();
  for (const int priority : {20, 5, 10, 5}) {
    Rule rule;
    rule.priority = priority;
    topology = with(topology, PutRule{"alb", 80, rule});
  }
  std::vector<int> priorities;
  for (const Rule& rule : std::as_const(topology).load_balancers[0].listeners[0].rules) {
    priorities.push_back(rule.priority);
  }
  EXPECT_THAT(priorities, ElementsAre(5, 10, 20));
  topology = with(topology, DeleteRule{"alb", 80, 10});
  EXPECT_EQ(std::as_const(topology).load_balancers[0].listeners[0].rules.size(), 2u);
}

TEST(Change, ATargetLeavesAndComesBack) {
  Topology topology = with(small_topology(), DeregisterTarget{{"group", "web", {}}});
  EXPECT_FALSE(std::as_const(topology).target_groups[0].targets[0].registered);
  topology = with(topology, RegisterTarget{{"group", "web", {}}});
  EXPECT_EQ(topology, small_topology());
}

TEST(Change, AnArmedFaultIsNotArmedAgain) {
  Fault fault;
  fault.name = "cut";
  fault.armed = true;
  const Topology topology = with(small_topology(), Put<Fault>{fault});
  EXPECT_EQ(failure_of(topology, ArmFault{"cut"}).code, ErrorCode::conflict);
  EXPECT_FALSE(with(topology, DisarmFault{"cut"}).faults[0].armed);
}

TEST(Change, RevocationsGetTheNextIds) {
  TrustStore store;
  store.name = "store";
  Topology topology = with(small_topology(), Put<TrustStore>{store});
  topology = with(topology, AddTrustStoreRevocations{"store", {SharedText("a"), SharedText("b")}});
  topology = with(topology, RemoveTrustStoreRevocations{"store", {1}});
  topology = with(topology, AddTrustStoreRevocations{"store", {SharedText("c")}});
  std::vector<std::int64_t> ids;
  for (const RevocationList& list : std::as_const(topology).trust_stores[0].revocations) {
    ids.push_back(list.revocation_id);
  }
  EXPECT_THAT(ids, ElementsAre(2, 3));
  EXPECT_THAT(failure_of(topology, RemoveTrustStoreRevocations{"store", {1}}).message,
              HasSubstr("RevocationIdNotFound"));
}

}  // namespace
}  // namespace hoplab::model
