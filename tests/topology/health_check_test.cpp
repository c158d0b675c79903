// Health checks as their targets see them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "operations_lab.h"
#include "support/raw_client.h"

namespace hoplab::testing {
namespace {

using ::testing::HasSubstr;

/// A target that answers one check with 200.
class CheckedOnce {
 public:
  [[nodiscard]] std::string address() const { return server_.address(); }
  [[nodiscard]] std::uint16_t port() const { return server_.port(); }
  /// The check's head; waits for it.
  const std::string& head() {
    if (answering_.joinable()) answering_.join();
    return head_;
  }
  ~CheckedOnce() { head(); }

 private:
  RawServer server_;
  std::string head_;
  std::thread answering_{[this] {
    RawClient check = server_.accept();
    head_ = check.receive_until("\r\n\r\n");
    check.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    check.receive_to_end();
  }};
};

class HealthChecks : public Operations {
 protected:
  /// Of the load balancer's first node.
  [[nodiscard]] std::string node(const std::string& balancer) const {
    for (const EndpointAddress& door : lab_->emulator.endpoints()) {
      if (door.name == balancer) return door.address;
    }
    ADD_FAILURE() << "no " << balancer;
    return {};
  }
};

TEST_F(HealthChecks, OfANetworkLoadBalancerNameItsNodeAndListener) {
  CheckedOnce target;
  model::Topology topology = two_services();
  topology.services.pop_back();
  topology.services[0].address = target.address();
  topology.target_groups[0].targets.pop_back();
  topology.target_groups[0].health_check.protocol = "HTTP";
  start(topology);
  EXPECT_THAT(target.head(), HasSubstr("\r\nHost: " + node("nlb") + ":443\r\n"));
}

TEST_F(HealthChecks, OfANetworkLoadBalancerSayWhatFailed) {
  model::Topology topology = two_services();
  topology.target_groups[0].health_check.protocol = "HTTP";
  topology.target_groups[0].health_check.matcher = "200-399";
  topology.services[0].stand_in.status_code = 404;
  start(topology);
  std::vector<std::string> reasons;
  for (const TargetStatus& one : lab_->emulator.target_health()) reasons.push_back(one.reason);
  EXPECT_THAT(reasons, ::testing::UnorderedElementsAre("Target.ResponseCodeMismatch", ""));
}

TEST_F(HealthChecks, OfAnApplicationLoadBalancerNameTheTarget) {
  CheckedOnce target;
  model::Topology topology = two_services();
  topology.vpc_endpoints.clear();
  topology.vpc_endpoint_services.clear();
  topology.services.pop_back();
  topology.services[0].address = target.address();
  topology.target_groups[0].targets.pop_back();
  topology.target_groups[0].protocol = "HTTP";
  topology.target_groups[0].health_check.protocol = "HTTP";
  topology.load_balancers[0].type = model::LoadBalancerType::application;
  topology.load_balancers[0].listeners[0].protocol = "HTTP";
  start(topology);
  EXPECT_THAT(target.head(), HasSubstr("\r\nHost: " + target.address() + "\r\n"));
}

/// A service at `address` behind an application load balancer, checked at `port`.
model::Topology checked_at(const std::string& address, std::uint16_t port) {
  model::Topology topology = two_services();
  topology.vpc_endpoints.clear();
  topology.vpc_endpoint_services.clear();
  topology.services.pop_back();
  topology.services[0].address = address;
  topology.target_groups[0].targets.pop_back();
  topology.target_groups[0].protocol = "HTTP";
  topology.target_groups[0].health_check.protocol = "HTTP";
  topology.target_groups[0].health_check.port = port;
  topology.load_balancers[0].type = model::LoadBalancerType::application;
  topology.load_balancers[0].listeners[0].protocol = "HTTP";
  return topology;
}

TEST_F(HealthChecks, GoToTheirOwnPort) {
  CheckedOnce target;
  start(checked_at("127.0.0.1:" + std::to_string(closed_port()), target.port()));
  EXPECT_THAT(target.head(), HasSubstr("\r\nHost: " + target.address() + "\r\n"));
  EXPECT_EQ(lab_->emulator.target_health().front().state, "healthy");
}

TEST_F(HealthChecks, OfAStandInAreAnsweredAtEveryPort) {
  start(checked_at("", 9999));
  EXPECT_EQ(lab_->emulator.target_health().front().state, "healthy");
}

TEST_F(HealthChecks, AtTheGroupsPortGoWhereTheTrafficGoes) {
  CheckedOnce target;
  model::Topology topology = checked_at(target.address(), 8080);
  topology.target_groups[0].port = 8080;
  start(topology);
  EXPECT_THAT(target.head(), HasSubstr("GET / "));
}

TEST_F(HealthChecks, SayNothingOfTheTrafficsPortWhenTheyHaveTheirOwn) {
  const RawServer checked;
  model::Topology topology = two_services();
  topology.services.pop_back();
  topology.services[0].address = "127.0.0.1:" + std::to_string(closed_port());
  topology.target_groups[0].targets.pop_back();
  topology.target_groups[0].health_check.port = checked.port();
  start(topology);
  EXPECT_EQ(lab_->emulator.target_health().front().state, "healthy");
  EXPECT_FALSE(connect("nlb").connected()) << "the client meets the traffic's port";
}

}  // namespace
}  // namespace hoplab::testing
