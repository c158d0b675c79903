// Two services behind a network load balancer, on a clock that is stepped: for tests of what an
// operator does while connections are there, and of what their clients meet.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {
/// Two services behind a network load balancer with a node in each of two zones, and an endpoint.
inline model::Topology two_services() {
  model::Topology topology;
  model::TargetGroup group;
  group.name = "group";
  group.target_type = model::TargetType::ip;
  group.protocol = "TCP";
  group.health_check.protocol = "TCP";
  for (const char* name : {"first", "second"}) {
    model::Service service;
    service.name = name;
    service.stand_in.body = name;
    topology.services.push_back(service);
    group.targets.emplace_back().service = name;
  }
  topology.target_groups = {group};
  model::Listener listener;
  listener.protocol = "TCP";
  listener.default_action.target_groups = {{"group", 1}};
  model::LoadBalancer nlb;
  nlb.name = "nlb";
  nlb.type = model::LoadBalancerType::network;
  nlb.availability_zones = {"eu-west-1a", "eu-west-1b"};
  nlb.listeners = {listener};
  topology.load_balancers = {nlb};
  model::VpcEndpointService service;
  service.name = "endpoint-service";
  service.network_load_balancer = "nlb";
  service.allowed_principals = {"*"};
  topology.vpc_endpoint_services = {service};
  model::VpcEndpoint endpoint;
  endpoint.name = "endpoint";
  endpoint.account = "222222222222";
  endpoint.service_name = "endpoint-service";
  topology.vpc_endpoints = {endpoint};
  topology.entries = {"nlb"};
  return topology;
}

class Operations : public ::testing::Test {
 protected:
  /// Starts it, on a clock that stands still.
  Emulator& start(const model::Topology& topology, const std::string& access_log = {}) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    options.access_log = access_log;
    lab_.emplace(Emulator::from_topology(topology, options));
    return lab_->emulator;
  }

  HttpsClient connect(const std::string& name, std::size_t zone = 0) {
    for (const EndpointAddress& door : lab_->emulator.endpoints()) {
      if (door.name == name && zone-- == 0) return HttpsClient(lab_->emulator, door, "");
    }
    ADD_FAILURE() << "no way in " << name;
    return HttpsClient::plain(lab_->emulator);
  }

  /// The body of an answer; empty: none came.
  static std::string body(HttpsClient& client) {
    const std::string answer = client.get("/");
    const auto head_end = answer.find("\r\n\r\n");
    return head_end == std::string::npos ? "" : answer.substr(head_end + 4);
  }

  /// A client whose connection goes to `service`.
  HttpsClient client_of(const std::string& service) {
    for (int i = 0; i < 100; ++i) {
      HttpsClient client = connect("nlb");
      if (body(client) == service) return client;
      client.close();
      lab_->ends->next();
    }
    ADD_FAILURE() << "nobody got " << service;
    return connect("nlb");
  }

  std::uint64_t metric(const std::string& resource, const std::string& name) {
    return lab_->metric(resource, name);
  }

  EndRecord next_end() { return lab_->ends->next().value_or(EndRecord()); }

  std::optional<RunningEmulator> lab_;
};

}  // namespace hoplab::testing
