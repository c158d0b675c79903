// What an operator does on AWS while connections are there, and what their clients meet: through real
// sockets, on a clock that is stepped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "https_client.h"
#include "running_emulator.h"
#include "scenario/reader.h"
#include "support/temporary_folder.h"

namespace hoplab::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using End = HttpsClient::End;

/// Two services behind a network load balancer with a node in each of two zones, and an endpoint.
model::Topology two_services() {
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
  topology.entry = "nlb";
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
    for (const MetricValue& one : lab_->emulator.metrics()) {
      if (one.resource == resource && one.metric == name) return one.value;
    }
    ADD_FAILURE() << "no metric " << name;
    return 0;
  }

  EndRecord next_end() { return lab_->ends->next().value_or(EndRecord()); }

  std::optional<RunningEmulator> lab_;
};

// ---- Targets -------------------------------------------------------------------------------------

TEST_F(Operations, ATargetThatBecomesUnhealthyLosesItsConnectionsAtTheirNextPacket) {
  Emulator& emulator = start(two_services());
  HttpsClient lost = client_of("first"), kept = client_of("second");
  ASSERT_TRUE(emulator.set_target_health("group", "first", "unhealthy").ok());
  EXPECT_FALSE(lost.peer_has_spoken()) << "nothing is sent at that moment";
  EXPECT_EQ(body(lost), "");
  EXPECT_EQ(lost.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::target_unhealthy);
  EXPECT_EQ(metric("nlb", "TCP_ELB_Reset_Count"), 1u);
  EXPECT_EQ(body(kept), "second");
  for (int i = 0; i < 8; ++i) {
    HttpsClient fresh = connect("nlb");
    EXPECT_EQ(body(fresh), "second");
  }
}

TEST_F(Operations, WithoutConnectionTerminationTheyGoOn) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.unhealthy_connection_termination = false;
  Emulator& emulator = start(topology);
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.set_target_health("group", "first", "unhealthy").ok());
  EXPECT_EQ(body(client), "first");
}

TEST_F(Operations, AnUnhealthyTargetThatDrainsSaysSo) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.unhealthy_connection_termination = false;
  topology.target_groups[0].attributes.unhealthy_draining_interval_s = 100;
  Emulator& emulator = start(topology);
  const std::string first = emulator.target_health().front().target;
  const auto state = [&] {
    for (const TargetStatus& one : emulator.target_health()) {
      if (one.target == first) return one.state;
    }
    return std::string("?");
  };
  ASSERT_TRUE(emulator.connect_service("first", "refuse").ok());
  emulator.advance(65s);  // two checks
  EXPECT_EQ(state(), "unhealthy.draining");
  emulator.advance(100s);
  EXPECT_EQ(state(), "unhealthy");
}

TEST_F(Operations, TheLastHealthyTargetLostIsFailOpen) {
  Emulator& emulator = start(two_services());
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.set_target_health("group", "first", "unhealthy").ok());
  ASSERT_TRUE(emulator.set_target_health("group", "second", "unhealthy").ok());
  HttpsClient fresh = connect("nlb");
  EXPECT_NE(body(fresh), "");
  EXPECT_GE(metric("nlb", "UnhealthyRoutingFlowCount"), 1u);
}

TEST_F(Operations, ADeregisteredTargetKeepsItsConnections) {
  Emulator& emulator = start(two_services());
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  EXPECT_EQ(emulator.target_health().front().state, "draining");
  for (int i = 0; i < 8; ++i) {
    HttpsClient fresh = connect("nlb");
    EXPECT_EQ(body(fresh), "second");
  }
  emulator.advance(300s);
  EXPECT_EQ(emulator.target_health().front().state, "unused");
  EXPECT_EQ(emulator.target_health().front().reason, "Target.NotRegistered");
  EXPECT_EQ(body(client), "first") << "even after unused, while the flow is not idle";
  ASSERT_TRUE(emulator.register_target("group", "first").ok());
  emulator.advance(1s);
  EXPECT_EQ(emulator.target_health().front().state, "healthy") << "one pass is enough";
}

TEST_F(Operations, WithConnectionTerminationTheDelayEndsThem) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.deregistration_connection_termination = true;
  topology.target_groups[0].attributes.deregistration_delay_s = 60;
  Emulator& emulator = start(topology);
  HttpsClient client = client_of("first");
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  emulator.advance(59s);
  EXPECT_EQ(body(client), "first");
  emulator.advance(1s);
  client.receive_to_end();
  EXPECT_EQ(client.end(), End::rst);
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::target_deregistered);
  EXPECT_EQ(end.hop, "nlb");
}

TEST_F(Operations, ForAWhileADeregisteredTargetStillGetsNewConnections) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.registration_propagation_s = 120;
  topology.target_groups[0].attributes.deregistration_delay_s = 0;
  Emulator& emulator = start(topology);
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  emulator.advance(119s);
  client_of("first").close();
  emulator.advance(1s);
  for (int i = 0; i < 8; ++i) {
    HttpsClient fresh = connect("nlb");
    EXPECT_EQ(body(fresh), "second");
  }
  EXPECT_EQ(emulator.target_health().front().state, "unused");
}

TEST_F(Operations, AWeightOfZeroEndsTheConnections) {
  model::Topology topology = two_services();
  topology.target_groups.push_back(topology.target_groups[0]);
  topology.target_groups[0].targets.pop_back();
  topology.target_groups[1].targets.erase(topology.target_groups[1].targets.begin());
  topology.target_groups[1].name = "other";
  topology.load_balancers[0].listeners[0].default_action.target_groups = {{"group", 1}, {"other", 1}};
  Emulator& emulator = start(topology);
  HttpsClient lost = client_of("first"), kept = client_of("second");
  ASSERT_TRUE(emulator.set_weight("nlb", 443, "group", 0).ok());
  lost.receive_to_end();
  EXPECT_EQ(lost.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::target_group_weight_zero);
  EXPECT_EQ(body(kept), "second");
  EXPECT_THAT(emulator.set_weight("nlb", 80, "group", 1).error(), HasSubstr("no network load"));
  ASSERT_TRUE(emulator.restore().ok());
  HttpsClient again = client_of("first");
}

TEST_F(Operations, AClosedPortBehindIsAClosedPortInFront) {
  model::Topology topology = two_services();
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  topology.services[0].connect = "refuse";
  Emulator& emulator = start(topology);
  EXPECT_FALSE(connect("nlb").connected());
  EXPECT_FALSE(connect("endpoint").connected());
  EXPECT_EQ(emulator.counters().flows, 0u) << "a refused SYN is no connection";
  ASSERT_TRUE(emulator.connect_service("first", "accept").ok());
  emulator.advance(1s);  // the load balancer notices
  EXPECT_TRUE(connect("nlb").connected());
  ASSERT_TRUE(emulator.connect_service("first", "refuse").ok());
  HttpsClient client = connect("nlb");
  EXPECT_EQ(body(client), "") << "the first one finds out";
  static_cast<void>(emulator.now());  // behind what it has found out
  EXPECT_FALSE(connect("nlb").connected());
}

TEST_F(Operations, AllTargetsGoneAndAGroupThatResets) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.reset_without_targets = true;
  Emulator& emulator = start(topology);
  ASSERT_TRUE(emulator.deregister_target("group", "first").ok());
  ASSERT_TRUE(emulator.deregister_target("group", "second").ok());
  HttpsClient client = connect("nlb");
  EXPECT_EQ(body(client), "");
  EXPECT_EQ(client.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::no_target);
}

TEST_F(Operations, TwoListenersShareATargetGroup) {
  model::Topology topology = two_services();
  topology.load_balancers[0].listeners.push_back(topology.load_balancers[0].listeners[0]);
  topology.load_balancers[0].listeners[1].port = 444;
  start(topology);
  for (std::size_t door = 0; door < 4; ++door) {  // two zones, two listeners
    HttpsClient client = connect("nlb", door);
    EXPECT_NE(body(client), "") << door;
  }
}

TEST_F(Operations, AStickyGroupGivesAClientTheSameTarget) {
  model::Topology topology = two_services();
  topology.target_groups[0].attributes.source_ip_stickiness = true;
  start(topology);
  HttpsClient first = connect("nlb");
  const std::string target = body(first);
  for (int i = 0; i < 12; ++i) {
    HttpsClient again = connect("nlb");
    EXPECT_EQ(body(again), target);
  }
}

TEST_F(Operations, ANodeUsesTheTargetsOfItsZone) {
  model::Topology topology = two_services();
  topology.services[0].availability_zone = "eu-west-1a";
  topology.services[1].availability_zone = "eu-west-1b";
  start(topology);
  for (int i = 0; i < 8; ++i) {
    HttpsClient a = connect("nlb", 0), b = connect("nlb", 1);
    EXPECT_EQ(body(a), "first");
    EXPECT_EQ(body(b), "second");
  }
}

TEST_F(Operations, ANodeWithoutATargetInItsZoneDropsUnlessItMayCrossZones) {
  model::Topology topology = two_services();
  for (auto& service : topology.services) service.availability_zone = "eu-west-1a";
  Emulator& emulator = start(topology);
  EXPECT_TRUE(HttpsClient::answers(emulator.endpoints()[0]));
  EXPECT_FALSE(HttpsClient::answers(emulator.endpoints()[1]));
  topology.load_balancers[0].attributes.cross_zone = true;
  start(topology);
  EXPECT_TRUE(HttpsClient::answers(lab_->emulator.endpoints()[1]));
  topology.target_groups[0].attributes.cross_zone = false;
  start(topology);
  EXPECT_FALSE(HttpsClient::answers(lab_->emulator.endpoints()[1])) << "the group's own setting counts";
}

// ---- Endpoints -----------------------------------------------------------------------------------

TEST_F(Operations, ARejectedEndpointLeavesItsConnectionsInSilence) {
  Emulator& emulator = start(two_services());
  HttpsClient client = connect("endpoint");
  EXPECT_NE(body(client), "");
  ASSERT_TRUE(emulator.set_endpoint_state("endpoint", model::EndpointState::rejected).ok());
  EXPECT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  emulator.advance(100s);
  EXPECT_FALSE(client.peer_has_spoken());
  ASSERT_EQ(emulator.flows().size(), 1u);
  EXPECT_EQ(emulator.flows().front().cause->how, EndKind::silence);
  client.close();
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::endpoint_not_available);
  EXPECT_EQ(end.how, EndKind::silence);
  for (const EndpointAddress& one : emulator.endpoints()) {
    if (one.name == "endpoint") {
      EXPECT_EQ(one.state, "rejected");
    }
  }
  ASSERT_TRUE(emulator.set_endpoint_state("endpoint", model::EndpointState::available).ok());
  HttpsClient again = connect("endpoint");
  EXPECT_NE(body(again), "");
  EXPECT_THAT(emulator.set_endpoint_state("nlb", model::EndpointState::failed).error(),
              HasSubstr("there is no interface endpoint 'nlb'"));
}

// ---- Addresses -----------------------------------------------------------------------------------

/// The source address that a service of the test's own sees, and the first bytes.
class RawService {
 public:
  RawService() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_addr.s_addr = INADDR_ANY;  // every address of this machine
    ::bind(fd_, reinterpret_cast<sockaddr*>(&raw), sizeof raw);
    ::listen(fd_, 16);
    socklen_t size = sizeof raw;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &size);
    port_ = ntohs(raw.sin_port);
  }
  ~RawService() { ::close(fd_); }
  RawService(const RawService&) = delete;
  RawService& operator=(const RawService&) = delete;

  [[nodiscard]] std::string address(const std::string& ip = "127.0.0.1") const {
    return ip + ":" + std::to_string(port_);
  }

  struct Visit {
    std::string from, bytes;
  };
  /// The next connection, and what it says until it ends its direction.
  [[nodiscard]] Visit next() const {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept(fd_, reinterpret_cast<sockaddr*>(&peer), &size);
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
    Visit visit{text, ""};
    char buffer[4096];
    for (ssize_t got = 1; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      visit.bytes.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    return visit;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

class Addresses : public Operations {
 protected:
  /// One target, the test's own service; without the second one.
  model::Topology topology() {
    model::Topology made = two_services();
    made.services.pop_back();
    made.services[0].address = service_.address();
    made.target_groups[0].targets.pop_back();
    return made;
  }
  /// What the service sees of a client that says "hello" through `name`.
  RawService::Visit visit(const std::string& name) {
    HttpsClient client = connect(name);
    client.send("hello");
    client.close();
    return service_.next();
  }
  void start_and_pass_health_check(const model::Topology& made) {
    start(made);
    health_check_ = service_.next();
  }
  std::string node() {
    for (const EndpointAddress& door : lab_->emulator.endpoints()) {
      if (door.name == "nlb") return door.address;
    }
    return "";
  }

  RawService service_;
  RawService::Visit health_check_;
};

TEST_F(Addresses, AnIpGroupSeesTheNode) {
  start_and_pass_health_check(topology());
  const auto seen = visit("nlb");
  EXPECT_EQ(seen.from, node());
  EXPECT_EQ(seen.bytes, "hello");
}

TEST_F(Addresses, APreservingGroupSeesTheClientButNotThroughPrivateLink) {
  auto made = topology();
  made.target_groups[0].attributes.preserve_client_ip = true;
  start_and_pass_health_check(made);
  EXPECT_EQ(visit("nlb").from, "127.0.0.1");
  EXPECT_EQ(visit("endpoint").from, node());
}

TEST_F(Addresses, ProxyProtocolNamesTheClientAndTheEndpoint) {
  auto made = topology();
  made.target_groups[0].attributes.proxy_protocol_v2 = true;
  start_and_pass_health_check(made);
  const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
  EXPECT_EQ(health_check_.bytes, signature + std::string("\x20\0\0\0", 4)) << "LOCAL";
  const std::string direct = visit("nlb").bytes;
  ASSERT_EQ(direct.size(), 100u + 5u);
  EXPECT_THAT(direct, StartsWith(signature + "\x21\x11"));
  EXPECT_EQ(direct.substr(16, 4), std::string("\x7f\0\0\x01", 4));
  EXPECT_EQ(direct.substr(100), "hello");
  const std::string through = visit("endpoint").bytes;
  EXPECT_EQ(through.substr(39, 22), lab_->emulator.topology().vpc_endpoints[0].id);
}

TEST_F(Addresses, AHairpinIsDropped) {
  auto made = topology();
  made.target_groups[0].attributes.preserve_client_ip = true;
  made.services[0].address = service_.address("127.0.0.77");
  start_and_pass_health_check(made);
  const EndpointAddress& door = lab_->emulator.endpoints().front();
  EXPECT_FALSE(HttpsClient::answers(door, "127.0.0.77"));
  EXPECT_TRUE(HttpsClient::answers(door, "127.0.0.78"));
}

// ---- Limits --------------------------------------------------------------------------------------

TEST_F(Operations, WithoutASourcePortTheNextConnectionIsDropped) {
  model::Topology topology = two_services();
  topology.load_balancers[0].source_ports = 1;
  topology.load_balancers[0].availability_zones = {"eu-west-1a"};
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  Emulator& emulator = start(topology);
  HttpsClient first = connect("endpoint");
  EXPECT_EQ(body(first), "first");
  EXPECT_FALSE(HttpsClient::answers(emulator.endpoints().back())) << "the SYN is dropped";
  EXPECT_GE(metric("nlb", "PortAllocationErrorCount"), 1u);
  first.close();
  next_end();
  HttpsClient second = connect("endpoint");
  EXPECT_EQ(body(second), "first");
}

TEST_F(Operations, AFullFlowTableRejects) {
  model::Topology topology = two_services();
  topology.load_balancers[0].flow_table = 2;
  Emulator& emulator = start(topology);
  HttpsClient one = connect("nlb"), two = connect("nlb");
  EXPECT_NE(body(one), "");
  EXPECT_NE(body(two), "");
  EXPECT_FALSE(HttpsClient::answers(emulator.endpoints().front()));
  EXPECT_GE(metric("nlb", "RejectedFlowCount"), 1u);
}

TEST_F(Operations, ASecurityGroupDropsTheClientsThatItDoesNotName) {
  model::Topology topology = two_services();
  model::SecurityGroup group;
  group.name = "sg";
  group.ingress.resize(1);
  group.ingress[0].cidr_ip = "127.0.0.2/32";
  topology.security_groups = {group};
  topology.load_balancers[0].security_groups = {"sg"};
  Emulator& emulator = start(topology);
  const EndpointAddress nlb = emulator.endpoints().front(), endpoint = emulator.endpoints().back();
  EXPECT_FALSE(HttpsClient::answers(nlb));
  EXPECT_FALSE(HttpsClient::answers(endpoint)) << "the client's own address is judged there too";
  EXPECT_TRUE(HttpsClient::answers(nlb, "127.0.0.2"));
  EXPECT_TRUE(HttpsClient::answers(endpoint, "127.0.0.2"));
  EXPECT_GE(metric("nlb", "SecurityGroupBlockedFlowCount_Inbound_TCP"), 2u);
  topology.load_balancers[0].security_groups_on_private_link = false;
  start(topology);
  EXPECT_TRUE(HttpsClient::answers(lab_->emulator.endpoints().back()));
}

TEST_F(Operations, TwoNodesAndOneClientPortCollideAtAPreservingTarget) {
  model::Topology topology = two_services();
  topology.load_balancers[0].attributes.cross_zone = true;
  topology.target_groups[0].attributes.preserve_client_ip = true;
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  Emulator& emulator = start(topology);
  const auto& doors = emulator.endpoints();
  ASSERT_EQ(doors[0].name, "nlb");
  ASSERT_EQ(doors[1].name, "nlb");
  HttpsClient older = HttpsClient::from(doors[0], "127.0.0.9", 0);
  EXPECT_EQ(body(older), "first");
  HttpsClient newer = HttpsClient::from(doors[1], "127.0.0.9", older.local_port());
  ASSERT_TRUE(newer.connected());
  ASSERT_TRUE(newer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_FALSE(newer.peer_has_spoken());
  emulator.advance(1s);  // the client's SYN, again
  EXPECT_THAT(newer.receive_answer(), HasSubstr("first"));
  EXPECT_EQ(body(older), "");
  EXPECT_EQ(older.end(), End::rst);
  EXPECT_EQ(next_end().reason, Reason::tuple_collision);
}

TEST_F(Operations, AServicesConnectionTrackingDropsWhatTheLoadBalancerStillKnows) {
  model::Topology topology = two_services();
  for (auto& service : topology.services) service.connection_tracking_s = 350;
  topology.load_balancers[0].listeners[0].attributes.tcp_idle_timeout_s = 6000;
  Emulator& emulator = start(topology);
  HttpsClient client = connect("nlb");
  EXPECT_NE(body(client), "");
  emulator.advance(351s);
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  emulator.advance(1h);
  EXPECT_FALSE(client.peer_has_spoken());
  client.close();
  EXPECT_EQ(next_end().reason, Reason::connection_tracking_expired);
}

// ---- TLS -----------------------------------------------------------------------------------------

model::Topology tls_listener() {
  model::Topology topology = two_services();
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  model::CertificateAuthority ca;
  ca.name = "ca";
  ca.subject = "CN=ca";
  model::Certificate server;
  server.name = "server";
  server.subject = "CN=api.example.com";
  server.issuer = "ca";
  server.dns_names = {"api.example.com"};
  server.extended_key_usage = {"serverAuth"};
  server.client = false;
  topology.pki = {{ca}, {server}};
  model::Listener& listener = topology.load_balancers[0].listeners[0];
  listener.protocol = "TLS";
  listener.certificates = {"server"};
  listener.ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
  return topology;
}

TEST_F(Operations, ATlsListenerEndsTlsAndLogsTheConnection) {
  const TemporaryFolder folder;
  const std::string log = folder.path() + "/access.log";
  Emulator& emulator = start(tls_listener(), log);
  {
    HttpsClient client(emulator, emulator.endpoints().front(), "none");
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(body(client), "first");
  }
  next_end();
  const std::string line = read_file(log).value();
  EXPECT_THAT(line, StartsWith("tls 2.0 "));
  EXPECT_THAT(line, HasSubstr(" net/nlb/"));
  EXPECT_THAT(line, HasSubstr(" TLS_AES_128_GCM_SHA256 tlsv13 "));
  EXPECT_THAT(line, HasSubstr(" " + emulator.endpoints().front().dns_name + " "));
  HttpsClient idle(emulator, emulator.endpoints().front(), "none");
  EXPECT_EQ(body(idle), "first");
  emulator.advance(350s);
  idle.receive_to_end();
  EXPECT_EQ(idle.end(), End::rst) << "both sockets are the load balancer's own";
}

TEST_F(Operations, ATlsListenersAlpnPolicyDecides) {
  const std::vector<std::pair<const char*, std::string>> rows = {
      {"None", ""}, {"HTTP1Only", "http/1.1"}, {"HTTP2Only", "h2"}, {"HTTP2Optional", "http/1.1"},
      {"HTTP2Preferred", "h2"}};
  for (const auto& [policy, agreed] : rows) {
    model::Topology topology = tls_listener();
    topology.load_balancers[0].listeners[0].alpn_policy = policy;
    Emulator& emulator = start(topology);
    EXPECT_EQ(HttpsClient::alpn_of(emulator, emulator.endpoints().front()), agreed) << policy;
  }
}

TEST_F(Operations, ATlsListenerRefusesWhatItsPolicyDoesNotHave) {
  Emulator& emulator = start(tls_listener());
  HttpsClient old(emulator, emulator.endpoints().front(), CertificatePaths(), TLS1_1_VERSION);
  EXPECT_FALSE(old.connected());
  const EndRecord end = next_end();
  EXPECT_EQ(end.reason, Reason::tls_negotiation_failed);
  EXPECT_EQ(end.hop, "nlb");
  EXPECT_EQ(metric("nlb", "ClientTLSNegotiationErrorCount"), 1u);
}

TEST_F(Operations, TlsToATargetThatSpeaksNoneFails) {
  model::Topology topology = tls_listener();
  topology.target_groups[0].protocol = "TLS";
  Emulator& emulator = start(topology);
  HttpsClient client(emulator, emulator.endpoints().front(), "none");
  ASSERT_TRUE(client.connected()) << "the client's own handshake is the load balancer's";
  EXPECT_EQ(body(client), "");
  EXPECT_EQ(next_end().reason, Reason::tls_target_failed);
  EXPECT_EQ(metric("nlb", "TargetTLSNegotiationErrorCount"), 1u);
}

}  // namespace
}  // namespace hoplab::testing
