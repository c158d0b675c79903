// Changes while it runs: what they do to connections that they are about, and that nobody else
// feels them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <set>

#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"
#include "scenario/format/writer.h"

namespace hoplab::testing {

using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {

model::Topology blog() {
  return scenario::read_scenario({scenario_file("private-api-mtls")}).scenario->topology;
}

model::Action fixed_answer(int status, const std::string& body) {
  model::Action action;
  action.type = model::Action::Type::fixed_response;
  action.fixed_response = {status, "text/plain", body};
  return action;
}

model::Rule rule_for(const std::string& path, int priority, const model::Action& action) {
  model::Rule rule;
  rule.priority = priority;
  rule.conditions.resize(1);
  rule.conditions[0].field = model::RuleCondition::Field::path_pattern;
  rule.conditions[0].values = {path};
  rule.action = action;
  return rule;
}

/// One more application load balancer, which has nothing to do with the others.
model::LoadBalancer plain_balancer(const std::string& name, std::uint16_t port,
                                   const std::string& body) {
  model::Listener listener;
  listener.protocol = "HTTP";
  listener.port = port;
  listener.default_action = fixed_answer(200, body);
  model::LoadBalancer balancer;
  balancer.name = name;
  balancer.attributes.idle_timeout_s = 4000;
  balancer.attributes.client_keep_alive_s = 604800;
  balancer.listeners = {listener};
  return balancer;
}

EndpointAddress door_of(const Emulator& emulator, const std::string& name) {
  for (const EndpointAddress& one : emulator.endpoints()) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << "no way in " << name;
  return {};
}

TEST(Changes, ARuleCountsFromTheNextRequestOfAnOpenConnection) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  HttpsClient client(lab.emulator);
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(
      lab.emulator
          .apply(model::PutRule{"alb", 443, rule_for("/widgets", 5, fixed_answer(418, "tea"))})
          .ok());
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 418"));
  ASSERT_TRUE(lab.emulator.apply(model::DeleteRule{"alb", 443, 5}).ok());
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200"));
}

TEST(Changes, ATrustStoreCountsFromTheNextHandshake) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  HttpsClient before(lab.emulator);
  EXPECT_THAT(before.get("/widgets"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(lab.emulator.apply(model::RevokeCertificate{"my_client"}).ok());
  EXPECT_FALSE(HttpsClient(lab.emulator).connected());
  EXPECT_THAT(before.get("/widgets"), StartsWith("HTTP/1.1 200")) << "it was let in";
  ASSERT_TRUE(lab.emulator.apply(model::ReinstateCertificate{"my_client"}).ok());
  HttpsClient again(lab.emulator);
  EXPECT_THAT(again.get("/widgets"), StartsWith("HTTP/1.1 200"));
  const auto unknown = lab.emulator.apply(model::ReinstateCertificate{"nobody"});
  EXPECT_EQ(unknown.failure().code, ErrorCode::not_found);
}

TEST(Changes, ACertificateIsMintedWhileItRuns) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  model::Certificate more = *model::share(lab.emulator.topology()->pki.certificates, "my_client");
  more.name = "another";
  more.subject = "CN=another";
  ASSERT_TRUE(lab.emulator.apply(model::Put<model::Certificate>{more}).ok());
  ASSERT_TRUE(lab.emulator.certificates().contains("another"));
  HttpsClient client(lab.emulator, lab.emulator.endpoints().front(), "another");
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200"));
}

TEST(Changes, ADeletedListenerResetsItsConnectionsAndNoOthers) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  model::LoadBalancer extra = plain_balancer("extra", 80, "extra");
  extra.listeners.push_back(extra.listeners[0]);
  extra.listeners[1].port = 81;
  ASSERT_TRUE(lab.emulator.apply(model::Put<model::LoadBalancer>{extra}).ok());
  HttpsClient blog_client(lab.emulator);
  EXPECT_THAT(blog_client.get("/widgets"), StartsWith("HTTP/1.1 200"));
  std::vector<HttpsClient> clients;
  for (const EndpointAddress& door : lab.emulator.endpoints()) {
    if (door.name == "extra") clients.emplace_back(lab.emulator, door, "");
  }
  ASSERT_EQ(clients.size(), 2U);
  for (HttpsClient& client : clients) EXPECT_THAT(client.get("/"), HasSubstr("extra"));
  const auto applied = lab.emulator.apply(model::DeleteListener{"extra", 81});
  ASSERT_TRUE(applied.ok()) << applied.error();
  ASSERT_EQ(applied.value().steps.size(), 1U);
  EXPECT_EQ(applied.value().steps[0].name, "extra:81");
  EXPECT_EQ(clients[1].receive_to_end(), "");
  EXPECT_EQ(clients[1].end(), HttpsClient::End::rst);
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::listener_deleted);
  EXPECT_THAT(clients[0].get("/"), HasSubstr("extra"));
  EXPECT_THAT(blog_client.get("/widgets"), StartsWith("HTTP/1.1 200"));
}

TEST(Changes, ADeletedListenerOfANetworkLoadBalancerLeavesItsConnections) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  model::LoadBalancer nlb = *model::share(lab.emulator.topology()->load_balancers, "nlb");
  nlb.listeners.push_back(nlb.listeners[0]);
  nlb.listeners[1].port = 8443;
  ASSERT_TRUE(lab.emulator.apply(model::Put<model::LoadBalancer>{nlb}).ok());
  EndpointAddress door;
  for (const EndpointAddress& one : lab.emulator.endpoints()) {
    if (one.name == "nlb" && one.listener_port == 8443) door = one;
  }
  HttpsClient client(lab.emulator, door, "my_client");
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(lab.emulator.apply(model::DeleteListener{"nlb", 8443}).ok());
  EXPECT_FALSE(HttpsClient::answers(door));
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(
      lab.emulator
          .apply(model::PutRule{"alb", 443, rule_for("/widgets", 5, fixed_answer(418, "tea"))})
          .ok());
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 418")) << "the load balancer behind";
}

TEST(Changes, WhatIsInvalidChangesNothingAndSaysEverything) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  const auto before = lab.emulator.topology();
  model::Topology bad = *before;
  bad.load_balancers[0].listeners[0].default_action.target_groups[0].target_group = "nobody";
  bad.trust_stores[0].ca_certificates = {"nowhere"};
  const auto done = lab.emulator.apply(std::move(bad));
  ASSERT_FALSE(done.ok());
  EXPECT_THAT(done.error(), HasSubstr("there is no target group of that name"));
  EXPECT_THAT(done.error(), HasSubstr("there is no authority of that name"));
  EXPECT_EQ(lab.emulator.topology(), before);
  const auto used = lab.emulator.apply(model::Delete<model::TargetGroup>{"alb-group"});
  EXPECT_EQ(used.failure().code, ErrorCode::in_use);
  EXPECT_EQ(lab.emulator.apply(model::Delete<model::TargetGroup>{"no"}).failure().code,
            ErrorCode::not_found);
  EXPECT_EQ(lab.emulator.topology(), before);
}

TEST(Changes, ATakenPortOrAMissingFileFailsBeforeAnythingHasChanged) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  const auto before = lab.emulator.topology();
  model::Topology next = *before;
  model::LoadBalancer extra = plain_balancer("extra", 80, "extra");
  ASSERT_TRUE(lab.emulator.apply(model::Put<model::LoadBalancer>{extra}).ok());
  const EndpointAddress door = door_of(lab.emulator, "extra");
  ASSERT_TRUE(lab.emulator.apply(*before).ok());
  // Somebody else's socket on the address that the load balancer would have again.
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in raw = to_raw(door.address, door.port);
  ASSERT_EQ(::bind(taken, reinterpret_cast<const sockaddr*>(&raw), sizeof raw), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  extra.listeners[0].local_port = door.port;
  const auto refused = lab.emulator.apply(model::Put<model::LoadBalancer>{extra});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, ErrorCode::unavailable);
  EXPECT_EQ(*lab.emulator.topology(), *before);
  ::close(taken);
  model::TrustStore store = before->trust_stores.front();
  store.ca_files = {"/nowhere/ca.pem"};
  const auto unread = lab.emulator.apply(model::Put<model::TrustStore>{store});
  ASSERT_FALSE(unread.ok());
  EXPECT_THAT(unread.error(), HasSubstr("/nowhere/ca.pem"));
  EXPECT_EQ(*lab.emulator.topology(), *before);
}

TEST(Changes, WhatAnUnchangedDefinitionMadeStays) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  const auto certificates = lab.emulator.certificates();
  const auto read = [](const std::string& path) {
    std::FILE* file = std::fopen(path.c_str(), "r");
    std::string text(16384, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
  };
  const std::string key = read(certificates.at("my_client").key);
  const std::string other = read(certificates.at("expired").cert);
  const auto doors = lab.emulator.endpoints();
  const auto first = *lab.emulator.topology();
  model::Certificate another = *model::share(first.pki.certificates, "my_client");
  another.subject = "CN=somebody else,O=Example";
  ASSERT_TRUE(lab.emulator.apply(model::Put<model::Certificate>{another}).ok());
  ASSERT_TRUE(
      lab.emulator.apply(model::Put<model::LoadBalancer>{plain_balancer("extra", 80, "x")}).ok());
  EXPECT_NE(read(certificates.at("my_client").key), key);
  EXPECT_EQ(read(certificates.at("expired").cert), other);
  EXPECT_EQ(door_of(lab.emulator, "nlb").port, [&] {
    for (const auto& door : doors) {
      if (door.name == "nlb") return door.port;
    }
    return std::uint16_t{0};
  }());
  ASSERT_TRUE(lab.emulator.restore().ok());
  EXPECT_EQ(read(certificates.at("my_client").key), key);
  ASSERT_EQ(lab.emulator.endpoints().size(), doors.size());
  for (std::size_t i = 0; i < doors.size(); ++i) {
    EXPECT_EQ(lab.emulator.endpoints()[i].address, doors[i].address);
    EXPECT_EQ(lab.emulator.endpoints()[i].port, doors[i].port);
  }
  EXPECT_EQ(*lab.emulator.topology(), first);
}

TEST(Changes, RestoreGivesBackTheClockAndForgetsWhatWas) {
  EmulatorOptions options;
  options.clock.mode = Clock::Mode::stepped;
  options.clock.start = Clock().now();
  RunningEmulator lab("private-api-mtls", options);
  EXPECT_THAT(HttpsClient(lab.emulator).get("/widgets"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(lab.ends->next());
  HttpsClient open(lab.emulator);
  EXPECT_THAT(open.get("/widgets"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(lab.emulator.revoke("my_client").ok());
  ClockSettings later;
  later.mode = Clock::Mode::stepped;
  later.start = *options.clock.start + std::chrono::hours(24 * 4000);
  ASSERT_TRUE(lab.emulator.set_clock(later).ok());
  EXPECT_FALSE(HttpsClient(lab.emulator).connected()) << "expired by the calendar";
  ASSERT_TRUE(lab.ends->next());
  ASSERT_TRUE(lab.emulator.restore().ok());
  EXPECT_EQ(lab.emulator.now(), *options.clock.start);
  EXPECT_TRUE(lab.emulator.ends().empty());
  EXPECT_EQ(lab.emulator.counters().requests, 0U);
  EXPECT_EQ(lab.metric("alb", "RequestCount"), 0U);
  EXPECT_THAT(open.get("/widgets"), StartsWith("HTTP/1.1 200")) << "open connections stay";
  EXPECT_THAT(HttpsClient(lab.emulator).get("/widgets"), StartsWith("HTTP/1.1 200"));
}

TEST(Changes, SettingTheCalendarMovesNoTimer) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  HttpsClient client(lab.emulator);
  EXPECT_THAT(client.get("/widgets"), StartsWith("HTTP/1.1 200"));
  for (const int years : {-10, 10, 0}) {
    ClockSettings other;
    other.mode = Clock::Mode::stepped;
    other.start = lab.emulator.now() + std::chrono::hours(24 * 365 * years);
    ASSERT_TRUE(lab.emulator.set_clock(other).ok());
    lab.emulator.advance(1s);
    EXPECT_FALSE(client.peer_has_spoken());
  }
  lab.emulator.advance(60s);
  EXPECT_EQ(client.receive_to_end(), "");
  EXPECT_EQ(client.end(), HttpsClient::End::fin);
}

TEST(Changes, ARemovedTargetDrainsAndTheOthersGetTheRequests) {
  model::Topology topology = blog();
  for (const char* name : {"first", "second"}) {
    model::Service service;
    service.name = name;
    service.stand_in.body = name;
    topology.services.push_back(service);
  }
  model::TargetGroup group;
  group.name = "services";
  group.target_type = model::TargetType::ip;
  group.protocol = "HTTP";
  group.targets.resize(2);
  group.targets[0].service = "first";
  group.targets[1].service = "second";
  topology.target_groups.push_back(group);
  model::LoadBalancer balancer = plain_balancer("front", 80, "");
  balancer.listeners[0].default_action = {};
  balancer.listeners[0].default_action.target_groups = {{"services", 1}};
  topology.load_balancers.push_back(balancer);
  EmulatorOptions options;
  options.clock.mode = Clock::Mode::stepped;
  RunningEmulator lab(Emulator::from_topology(topology, options));
  HttpsClient client(lab.emulator, door_of(lab.emulator, "front"), "");
  const auto bodies = [&] {
    std::set<std::string> all;
    for (int i = 0; i < 6; ++i) {
      const std::string answer = client.get("/");
      all.insert(answer.substr(answer.rfind('\n') + 1));
    }
    return all;
  };
  EXPECT_EQ(bodies(), (std::set<std::string>{"first", "second"}));
  group.targets.resize(1);
  ASSERT_TRUE(lab.emulator.apply(model::Put<model::TargetGroup>{group}).ok());
  EXPECT_EQ(bodies(), (std::set<std::string>{"first"}));
  const auto draining = [&] {
    for (const TargetStatus& one : lab.emulator.target_health()) {
      if (one.target_group == "services" && one.state == "draining") return true;
    }
    return false;
  };
  EXPECT_TRUE(draining());
  lab.emulator.advance(301s);
  EXPECT_FALSE(draining());
  ASSERT_TRUE(lab.emulator.restore().ok());
  lab.emulator.advance(1s);
  EXPECT_EQ(bodies(), (std::set<std::string>{"first", "second"}));
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

std::size_t resident_pages() {
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  std::size_t all = 0, resident = 0;
  EXPECT_EQ(std::fscanf(file, "%zu %zu", &all, &resident), 2);
  std::fclose(file);
  return resident;
}

TEST(Changes, AHundredAppliesLeaveDescriptorsAndMemoryWhereTheyWere) {
  auto lab = RunningEmulator::stepped("private-api-mtls");
  const model::Topology first = *lab.emulator.topology();
  model::Topology other = first;
  other.load_balancers.push_back(plain_balancer("extra", 80, "extra"));
  other.rest_apis[0].methods[0].integration.body = "other";
  other.load_balancers[0].listeners[0].attributes.tcp_idle_timeout_s = 400;
  const auto both = [&](int times) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(lab.emulator.apply(other).ok());
      ASSERT_TRUE(lab.emulator.apply(first).ok());
      EXPECT_THAT(HttpsClient(lab.emulator).get("/widgets"), StartsWith("HTTP/1.1 200"));
      lab.ends->next();
    }
  };
  both(20);
  const std::size_t descriptors = open_descriptors(), pages = resident_pages();
  both(50);
  EXPECT_EQ(open_descriptors(), descriptors);
#ifdef HOPLAB_SANITIZED
  static_cast<void>(pages);  // sanitizers keep what is freed for a while
#else
  constexpr std::size_t kFourMebibytes = 4 * 256;
  EXPECT_LT(resident_pages(), pages + kFourMebibytes);
#endif
}

TEST(Changes, EveryScenarioReadsBackAsWhatItIs) {
  namespace fs = std::filesystem;
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(HOPLAB_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = entry.path().string();
    const auto read = scenario::read_scenario({name});
    if (!read.ok()) continue;  // one that needs a parameter
    ++count;
    const std::string text = scenario::scenario_text(read.scenario->topology, read.scenario->clock);
    const auto again = scenario::read_scenario_text(text, "again.json");
    ASSERT_TRUE(again.ok()) << name << "\n" << scenario::to_text(again.diagnostics) << text;
    EXPECT_TRUE(again.scenario->topology == read.scenario->topology) << name << "\n" << text;
  }
  EXPECT_GT(count, 80U);
}

}  // namespace

}  // namespace hoplab::testing
