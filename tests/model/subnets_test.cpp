// Subnets: which a zone has, and which addresses network interfaces get of them.
#include "model/subnets.h"

#include <gmock/gmock.h>

#include "model/complete.h"
#include "topology/address_plan.h"

namespace hoplab::testing {

using ::testing::ElementsAre;

namespace {

model::Topology two_balancers() {
  model::Topology topology;
  for (const char* name : {"first", "second"}) {
    model::LoadBalancer& one = topology.load_balancers.emplace_back();
    one.name = name;
    one.availability_zones = {"eu-west-1a", "eu-west-1c"};
  }
  return topology;
}

std::vector<std::string> blocks(const model::Topology& topology) {
  std::vector<std::string> all;
  for (const auto& one : topology.subnets)
    all.push_back(one.availability_zone + " " + one.cidr_block);
  return all;
}

}  // namespace

TEST(Subnets, AZoneWithoutOneGetsTheOneOfItsNumber) {
  model::Topology topology = two_balancers();
  model::complete(topology);
  EXPECT_THAT(blocks(topology), ElementsAre("eu-west-1a 10.0.1.0/24", "eu-west-1c 10.0.3.0/24"));
  const model::Topology once = topology;
  model::complete(topology);
  EXPECT_EQ(topology, once);
}

TEST(Subnets, OneThatIsTakenIsPassedOver) {
  model::Topology topology = two_balancers();
  topology.subnets = {{"mine", "eu-west-1a", "10.0.2.0/23"}};
  model::complete(topology);
  EXPECT_THAT(blocks(topology), ElementsAre("eu-west-1a 10.0.2.0/23", "eu-west-1c 10.0.4.0/24"));
}

TEST(Subnets, TheZonesOfAResourceAreThoseOfItsSubnets) {
  model::Topology topology = two_balancers();
  topology.subnets = {{"b", "eu-west-1b", "10.4.0.0/16"}};
  topology.load_balancers[0].availability_zones.clear();
  topology.load_balancers[0].subnets = {"b"};
  model::complete(topology);
  EXPECT_THAT(topology.load_balancers[0].availability_zones, ElementsAre("eu-west-1b"));
}

TEST(Subnets, InterfacesGetTheirAddressesInOrderAndKeepThem) {
  model::Topology topology = two_balancers();
  model::complete(topology);
  const auto plan = topology::AddressPlan::of_subnets(topology, "10.0.1.5", "203.0.113.0/24");
  EXPECT_THAT(plan.enis("first"), ElementsAre("10.0.1.4", "10.0.3.4"));
  EXPECT_THAT(plan.enis("second"), ElementsAre("10.0.1.6", "10.0.3.5"));
  topology.load_balancers.erase(0);
  topology.load_balancers.emplace_back().name = "third";
  model::complete(topology);
  const auto next = plan.extended_to(topology);
  EXPECT_THAT(next.enis("second"), ElementsAre("10.0.1.6", "10.0.3.5"));
  EXPECT_THAT(next.enis("third"), ElementsAre("10.0.1.7"));
}

TEST(Subnets, BesideOthersThoseThatNobodyHasChosenAreOthers) {
  model::Topology first = two_balancers(), second = two_balancers(), third = two_balancers();
  for (model::Topology* one : {&first, &second, &third}) model::complete(*one);
  ASSERT_TRUE(model::separate_subnets(first, {}));
  ASSERT_TRUE(model::separate_subnets(second, {&first}));
  ASSERT_TRUE(model::separate_subnets(third, {&first, &second}));
  EXPECT_THAT(blocks(first), ElementsAre("eu-west-1a 10.0.1.0/24", "eu-west-1c 10.0.3.0/24"));
  EXPECT_THAT(blocks(second), ElementsAre("eu-west-1a 10.1.1.0/24", "eu-west-1c 10.1.3.0/24"));
  EXPECT_THAT(blocks(third), ElementsAre("eu-west-1a 10.2.1.0/24", "eu-west-1c 10.2.3.0/24"));
}

TEST(Subnets, BesideOthersThoseThatSomebodyHasChosenStay) {
  model::Topology first = two_balancers(), second = two_balancers();
  first.subnets = {{"mine", "eu-west-1a", "10.1.0.0/16"}};
  second.subnets = {{"theirs", "eu-west-1a", "10.1.9.0/24"}};
  model::complete(first);
  model::complete(second);
  const auto refused = model::separate_subnets(second, {&first});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(),
            "subnet 'theirs' (10.1.9.0/24) and subnet 'mine' (10.1.0.0/16) of the other have "
            "addresses in common");
  // Nor does one of ours move to where somebody else's is.
  second.subnets.clear();
  first.subnets.emplace_back(model::Subnet{"c", "eu-west-1c", "10.0.3.0/24"});
  model::complete(second);
  ASSERT_TRUE(model::separate_subnets(second, {&first}));
  EXPECT_THAT(blocks(second), ElementsAre("eu-west-1a 10.0.1.0/24", "eu-west-1c 10.2.3.0/24"));
}

TEST(Subnets, AFullOneIsFollowedByLoopback) {
  model::Topology topology = two_balancers();
  topology.subnets = {{"small", "eu-west-1a", "10.5.0.0/28"}};
  for (int i = 0; i < 10; ++i) {
    model::LoadBalancer& one = topology.load_balancers.emplace_back();
    one.name = "more-" + std::to_string(i);
    one.availability_zones = {"eu-west-1a"};
  }
  model::complete(topology);
  const auto plan = topology::AddressPlan::of_subnets(topology, "", "203.0.113.0/24");
  EXPECT_EQ(plan.enis("more-8").front(), "10.5.0.14");
  EXPECT_TRUE(plan.enis("more-9").front().starts_with("127."));
}

TEST(Subnets, WebSitesAreInNone) {
  model::Topology topology = two_balancers();
  topology.identity_providers.emplace_back().name = "login.example.com";
  model::complete(topology);
  const auto inside = topology::AddressPlan::of_subnets(topology, "", "203.0.113.16/28");
  EXPECT_THAT(inside.enis("login.example.com"), ElementsAre("203.0.113.20"));
  EXPECT_THAT(inside.enis("public-keys.auth.elb.eu-west-1.amazonaws.com"),
              ElementsAre("203.0.113.21"));
  const auto here = topology::AddressPlan::of_loopback(topology, 0);
  EXPECT_TRUE(here.enis("login.example.com").front().starts_with("127."));
}

}  // namespace hoplab::testing
