// An application load balancer between a client and a target that the test itself plays, both by
// plain sockets, on a clock that is stepped.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "https_client.h"
#include "running_emulator.h"
#include "support/raw_client.h"

namespace hoplab::testing {

inline constexpr char kGet[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr char kChunkedUpload[] =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
inline constexpr char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
inline constexpr char kChunkedOk[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/// An ALB with an HTTP and an HTTPS listener in front of the service at `address`, which nobody
/// checks.
inline model::Topology alb_before(const std::string& address) {
  model::Topology topology;
  topology.pki.authorities.emplace_back().name = "ca";
  topology.pki.authorities.back().subject = "CN=Test CA";
  model::Certificate& certificate = topology.pki.certificates.emplace_back();
  certificate.name = "server";
  certificate.subject = "CN=api.example.com";
  certificate.issuer = "ca";
  certificate.dns_names = {"api.example.com"};
  certificate.extended_key_usage = {"serverAuth"};
  certificate.client = false;
  model::Service& service = topology.services.emplace_back();
  service.name = "my-service";
  service.address = address;
  model::TargetGroup& group = topology.target_groups.emplace_back();
  group.name = "group";
  group.targets.emplace_back().service = "my-service";
  group.health_check.enabled = false;
  model::LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a"};
  for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{443}}) {
    model::Listener& listener = alb.listeners.emplace_back();
    listener.port = port;
    listener.protocol = port == 80 ? "HTTP" : "HTTPS";
    if (port == 443) listener.certificates = {"server"};
    listener.default_action.target_groups = {{"group", 1}};
  }
  topology.entries = {"alb"};
  return topology;
}

/// The parameter: whether clients speak TLS.
class AlbExchanges : public ::testing::TestWithParam<bool> {
 protected:
  Emulator& start() { return start(alb_before(target_.address())); }
  Emulator& start(const model::Topology& topology) {
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    lab_.emplace(Emulator::from_topology(topology, options));
    return lab_->emulator;
  }

  /// The group expects TLS of its target, which the test may fail to speak.
  void start_before_tls_target() {
    model::Topology topology = alb_before(target_.address());
    topology.target_groups.front().protocol = "HTTPS";
    start(topology);
  }

  HttpsClient connect() {
    const std::uint16_t port = GetParam() ? 443 : 80;
    for (const EndpointAddress& door : lab_->emulator.endpoints()) {
      if (door.listener_port == port) {
        return HttpsClient(lab_->emulator, door, GetParam() ? "none" : "");
      }
    }
    ADD_FAILURE() << "no listener on " << port;
    return HttpsClient::plain(lab_->emulator);
  }

  /// Sends `request` and takes the connection to the target that comes of it, its head received.
  RawClient ask(HttpsClient& client, const std::string& request) {
    EXPECT_TRUE(client.send(request));
    RawClient at_target = target_.accept();
    head_ = at_target.receive_until("\r\n\r\n");
    return at_target;
  }

  /// The target answers with kOk, and the client gets it whole.
  static void answer(HttpsClient& client, RawClient& at_target) {
    ASSERT_TRUE(at_target.send(kOk));
    EXPECT_THAT(client.receive_answer(), ::testing::EndsWith("ok"));
  }

  void advance(Duration time) { lab_->emulator.advance(time); }
  EndRecord next_end() { return lab_->ends->next().value_or(EndRecord()); }
  /// What the record of `end` says of the last request that went wrong.
  static FailedRequests failure_of(const EndRecord& end) {
    return end.failures.empty() ? FailedRequests() : end.failures.back();
  }
  /// That the one failure of `end` is this, about the target.
  void expect_failure(const EndRecord& end, int status, Reason reason) {
    const FailedRequests failure = failure_of(end);
    EXPECT_EQ(end.failures.size(), 1u);
    EXPECT_EQ(failure.status, status);
    EXPECT_EQ(failure.reason, reason);
    EXPECT_EQ(failure.hop, "alb");
    EXPECT_EQ(failure.target, target_.address());
  }

  RawServer target_;
  std::optional<RunningEmulator> lab_;
  std::string head_;  // that the target received last
};

/// Names of the parameter.
inline std::string client_kind(const ::testing::TestParamInfo<bool>& info) {
  return info.param ? "Tls" : "Plain";
}

}  // namespace hoplab::testing
