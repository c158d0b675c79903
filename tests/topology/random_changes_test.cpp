// Random changes of every kind while connections live: after each, what runs answers like what was
// freshly started with the same topology, and connections that no change is about see nothing.
//
// HOPLAB_CHANGES says how many (default 40); HOPLAB_CHANGES_SEED repeats a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <random>
#include <set>

#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/reader.h"
#include "scenario/format/writer.h"

namespace hoplab::testing {

using ::testing::HasSubstr;

namespace {

unsigned setting(const char* name, unsigned otherwise) {
  const char* const value = std::getenv(name);
  return value ? static_cast<unsigned>(std::strtoul(value, nullptr, 10)) : otherwise;
}

model::Action answer(int status, const std::string& body) {
  model::Action action;
  action.type = model::Action::Type::fixed_response;
  action.fixed_response = {status, "text/plain", body};
  return action;
}

model::Action to_group(const std::string& group) {
  model::Action action;
  action.target_groups = {{group, 1}};
  return action;
}

/// The blog's topology, a load balancer in front of two services, and a bystander that no change is
/// about.
model::Topology base() {
  model::Topology topology =
      scenario::read_scenario({scenario_file("private-api-mtls")}).scenario->topology;
  for (const char* name : {"first", "second", "third"}) {
    model::Service service;
    service.name = name;
    service.stand_in.body = "a service";
    topology.services.push_back(service);
  }
  model::TargetGroup group;
  group.name = "services";
  group.protocol = "HTTP";
  group.health_check.interval_s = 10;
  group.targets.resize(2);
  group.targets[0].service = "first";
  group.targets[1].service = "second";
  topology.target_groups.push_back(group);
  for (const char* name : {"front", "bystander"}) {
    model::Listener listener;
    listener.protocol = "HTTP";
    listener.port = 80;
    listener.default_action =
        std::string(name) == "front" ? to_group("services") : answer(200, "undisturbed");
    model::LoadBalancer balancer;
    balancer.name = name;
    balancer.attributes.idle_timeout_s = 4000;
    balancer.attributes.client_keep_alive_s = 604800;
    balancer.listeners = {listener};
    topology.load_balancers.push_back(balancer);
  }
  topology.entries.push_back("front");
  return topology;
}

class ChangeMaker {
 public:
  explicit ChangeMaker(unsigned seed) : rng_(seed) {}

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(rng_() % count); }
  bool coin() { return below(2) == 0; }

  model::Change next(const model::Topology& now) {
    switch (below(28)) {
      case 0: return model::PutRule{"front", 80, rule()};
      case 1: return model::DeleteRule{"front", 80, static_cast<int>(1 + below(4))};
      case 2: return model::PutListener{"front", listener(81 + below(2))};
      case 3: return model::DeleteListener{"front", static_cast<std::uint16_t>(81 + below(2))};
      case 4: return mutual(now);
      case 5: return attributes(now);
      case 6: return model::Put<model::LoadBalancer>{extra()};
      case 7: return model::Delete<model::LoadBalancer>{"extra"};
      case 8: return health_check(now);
      case 9: return targets(now);
      case 10: return model::DeregisterTarget{{"services", "first", {}}};
      case 11: return model::RegisterTarget{{"services", coin() ? "first" : "third", {}}};
      case 12: {
        model::SetTargetHealth change{{"services", "second", {}}, {}};
        if (coin()) change.healthy = coin();
        return change;
      }
      case 13: {
        const std::string name = coin() ? "my_client" : "wrong_purpose";
        if (coin()) return model::ReinstateCertificate{name};
        return model::RevokeCertificate{name};
      }
      case 14: return trust_store(now);
      case 15: return security_group();
      case 16: return guarded(now);
      case 17:
        return model::SetEndpointState{"consumer-endpoint", coin()
                                                                ? model::EndpointState::available
                                                                : model::EndpointState::rejected};
      case 18: return api(now);
      case 19: return service(now);
      case 20: return fault();
      case 21: return model::DisarmFault{"f"};
      case 22: return model::Delete<model::Fault>{"f"};
      case 23:
        return model::SetSynAnswer{"second",
                                   coin() ? model::SynAnswer::accept : model::SynAnswer::refuse};
      case 24: {
        model::DomainName domain;
        domain.name = "other.example.com";
        domain.base_path_mappings = {{"", "widgets-api", "prod"}};
        if (coin()) return model::Delete<model::DomainName>{domain.name};
        return model::Put<model::DomainName>{domain};
      }
      case 25: return subnet();
      case 26: return identity_provider();
      default: {
        model::Certificate server = *model::share(now.pki.certificates, "server");
        server.not_after_s += static_cast<std::int64_t>(below(3));
        return model::Put<model::Certificate>{server};
      }
    }
  }

 private:
  model::Change identity_provider() {
    model::IdentityProvider provider;
    provider.name = "login.example.com";
    provider.clients.resize(1);
    provider.clients[0].client_id = coin() ? "app" : "other";
    if (coin()) provider.address = "127.0.0.1:9";
    if (!provider.played()) provider.clients.clear();
    provider.encrypted = coin();
    if (coin()) return model::Delete<model::IdentityProvider>{provider.name};
    return model::Put<model::IdentityProvider>{provider};
  }

  model::Rule rule() {
    model::Rule rule;
    rule.priority = static_cast<int>(1 + below(4));
    rule.conditions.resize(1);
    rule.conditions[0].field = model::RuleCondition::Field::path_pattern;
    rule.conditions[0].values = {coin() ? "/widgets" : "/other"};
    rule.action =
        coin() ? answer(static_cast<int>(400 + below(20)), "a rule") : to_group("services");
    return rule;
  }
  model::Listener listener(std::size_t port) {
    model::Listener listener;
    listener.protocol = "HTTP";
    listener.port = static_cast<std::uint16_t>(port);
    listener.default_action = answer(200, "port " + std::to_string(below(3)));
    return listener;
  }
  model::Change mutual(const model::Topology& now) {
    model::Listener listener = model::share(now.load_balancers, "alb")->listeners.front();
    auto& mutual = listener.mutual_authentication;
    using enum model::MutualAuthenticationMode;
    mutual.mode = std::array{off, passthrough, verify}[below(3)];
    mutual.trust_store = mutual.mode == verify ? "trust-store" : "";
    mutual.ignore_client_certificate_expiry = mutual.mode == verify && coin();
    listener.ssl_policy =
        coin() ? "ELBSecurityPolicy-2016-08" : "ELBSecurityPolicy-TLS13-1-2-2021-06";
    return model::PutListener{"alb", listener};
  }
  model::Change attributes(const model::Topology& now) {
    model::ListenerAttributes other =
        model::share(now.load_balancers, "front")->listeners.front().attributes;
    other.server_header = coin();
    other.response_headers.clear();
    if (coin()) other.response_headers = {{"X-Frame-Options", "DENY"}};
    const auto modify = [other](model::ListenerAttributes& attributes) { attributes = other; };
    return model::ModifyListenerAttributes{"front", 80, modify};
  }
  model::LoadBalancer extra() {
    model::LoadBalancer balancer;
    balancer.name = "extra";
    balancer.listeners.push_back(listener(80));
    return balancer;
  }
  model::Change health_check(const model::Topology& now) {
    model::TargetGroup group = *model::share(now.target_groups, "services");
    group.health_check.matcher = coin() ? "200" : "404";
    group.attributes.deregistration_delay_s = static_cast<int>(below(20));
    return model::Put<model::TargetGroup>{group};
  }
  model::Change targets(const model::Topology& now) {
    model::TargetGroup group = *model::share(now.target_groups, "services");
    group.targets.clear();
    for (const char* name : {"first", "second", "third"}) {
      if (coin()) group.targets.emplace_back().service = name;
    }
    return model::Put<model::TargetGroup>{group};
  }
  model::Change trust_store(const model::Topology& now) {
    model::TrustStore store = *model::share(now.trust_stores, "trust-store");
    store.ca_certificates = {"private-ca"};
    if (coin()) store.ca_certificates.push_back("another-ca");
    return model::Put<model::TrustStore>{store};
  }
  model::Change security_group() {
    model::SecurityGroup group;
    group.name = "group";
    if (coin()) group.ingress.push_back({"tcp", 0, 65535, "127.0.0.0/8", ""});
    return model::Put<model::SecurityGroup>{group};
  }
  model::Change subnet() {
    model::Subnet subnet{"spare", "eu-west-1c", "10.9." + std::to_string(below(4)) + ".0/24"};
    if (coin()) return model::Delete<model::Subnet>{subnet.name};
    return model::Put<model::Subnet>{subnet};
  }
  model::Change guarded(const model::Topology& now) {
    model::LoadBalancer front = *model::share(now.load_balancers, "front");
    front.security_groups.clear();
    if (coin()) front.security_groups = {"group"};
    front.attributes.xff_client_port = coin();
    front.attributes.desync_mitigation_mode = coin() ? "monitor" : "strictest";
    return model::Put<model::LoadBalancer>{front};
  }
  model::Change api(const model::Topology& now) {
    model::RestApi api = now.rest_apis.front();
    api.methods.front().integration.body = "widget " + std::to_string(below(5));
    return model::Put<model::RestApi>{api};
  }
  model::Change service(const model::Topology& now) {
    model::Service service = *model::share(now.services, coin() ? "first" : "second");
    service.stand_in.status_code = coin() ? 200 : 404;
    return model::Put<model::Service>{service};
  }
  model::Change fault() {
    model::Fault fault;
    fault.name = "f";
    fault.hop = coin() ? "front" : "nlb";
    fault.stage = fault.hop == "front" ? Stage::request_headers : Stage::client_hello;
    return model::Put<model::Fault>{fault};
  }

  std::mt19937 rng_;
};

/// The head's names and the status, and the body; not what differs from answer to answer.
std::string shape_of(const std::string& text) {
  std::string shape = text.substr(0, text.find('\r'));
  const auto end = text.find("\r\n\r\n");
  std::set<std::string> names;
  for (auto at = text.find("\r\n"); at < end; at = text.find("\r\n", at + 2)) {
    names.insert(text.substr(at + 2, text.find(':', at) - at - 2));
  }
  for (const std::string& name : names) shape += " " + name;
  return shape + " | " + (end == std::string::npos ? "" : text.substr(end + 4));
}

std::string ask(const Emulator& emulator, const EndpointAddress& door,
                const std::string& certificate) {
  HttpsClient client(emulator, door, certificate);
  if (!client.connected()) return "not connected";
  return shape_of(client.get("/widgets"));
}

/// What clients meet at each way in, with each certificate.
std::vector<std::string> seen(const Emulator& emulator) {
  std::vector<std::string> all;
  std::set<std::string> doors;
  const auto topology = emulator.topology();
  bool refusing = false;
  for (const model::Service& service : topology->services)
    refusing |= service.syn_answer != model::SynAnswer::accept;
  for (const EndpointAddress& door : emulator.endpoints()) {
    const std::string where = door.name + ":" + std::to_string(door.listener_port);
    if (!doors.insert(where).second) continue;  // one zone of each
    if (!HttpsClient::answers(door)) {
      all.push_back(where + " does not answer");
    } else if (!door.tls) {
      // So often that some loop has gone round all of a group's targets, which may differ.
      std::set<std::string> answers;
      for (int i = 0; i < (door.name == "front" ? 9 : 1); ++i)
        answers.insert(ask(emulator, door, ""));
      // A service that refuses still answers on the connections that it has; what is fresh has
      // none.
      if (door.name == "front" && refusing) continue;
      for (const std::string& one : answers) all.push_back(where + " " + one);
    } else {
      for (const char* certificate : {"my_client", "none", "untrusted", "expired"}) {
        all.push_back(where + " " + certificate + " " + ask(emulator, door, certificate));
      }
    }
  }
  return all;
}

void run(unsigned threads) {
  const unsigned count = setting("HOPLAB_CHANGES", 40);
  const unsigned seed = setting("HOPLAB_CHANGES_SEED", std::random_device{}());
  std::cout << "HOPLAB_CHANGES_SEED=" << seed << '\n';
  SCOPED_TRACE("seed " + std::to_string(seed));
  EmulatorOptions options;
  options.threads = threads;
  options.clock.mode = threads == 1 ? Clock::Mode::stepped : Clock::Mode::scaled;
  options.clock.scale = 50;
  auto begun = Emulator::from_topology(base(), options);
  ASSERT_TRUE(begun.ok()) << begun.error();
  RunningEmulator lab(std::move(begun));
  Emulator& emulator = lab.emulator;
  const model::Topology first = *emulator.topology();
  const std::string first_text = scenario::scenario_text(first, {});
  const auto door = [&] {
    for (const EndpointAddress& one : emulator.endpoints()) {
      if (one.name == "bystander") return one;
    }
    return EndpointAddress{};
  }();
  HttpsClient bystander(emulator, door, "");
  std::optional<HttpsClient> idle;
  std::optional<Time> idle_since;
  const std::uint16_t port = bystander.local_port();
  ChangeMaker changes(seed);
  unsigned made = 0;
  for (unsigned i = 0; i < count; ++i) {
    // Nothing is idle for longer than the load balancer lets it: 4000 s.
    if (!idle_since || emulator.now() - *idle_since > 1000s) {
      ASSERT_FALSE(idle && idle->peer_has_spoken()) << "after " << i << " changes";
      idle.emplace(emulator, door, "");
      idle_since = emulator.now();
    }
    const auto before = emulator.topology();
    const auto applied = emulator.apply(changes.next(*before));
    if (!applied) {
      ASSERT_EQ(emulator.topology(), before) << applied.error();
      continue;
    }
    ++made;
    ASSERT_THAT(bystander.get("/"), HasSubstr("undisturbed")) << "after " << i << " changes";
    ASSERT_EQ(bystander.local_port(), port);
    ASSERT_FALSE(idle->peer_has_spoken()) << "after " << i << " changes";
    RunningEmulator fresh(Emulator::from_topology(*emulator.topology(), options));
    std::vector<std::string> expected, now = {"nothing yet"};
    for (int round = 0; round < 40 && now != expected; ++round) {
      if (threads == 1 && round > 0) emulator.advance(10s);  // until health has settled
      // Again, too: on a fast clock and a busy machine a handshake may take its ten seconds.
      if (round == 0 || threads > 1) expected = seen(fresh.emulator);
      now = seen(emulator);
    }
    ASSERT_EQ(now, expected) << "after " << i << " changes\n"
                             << scenario::scenario_text(*emulator.topology(), {});
  }
  EXPECT_GT(made, count / 3);
  ASSERT_TRUE(emulator.restore().ok());
  EXPECT_TRUE(*emulator.topology() == first);
  EXPECT_EQ(scenario::scenario_text(*emulator.topology(), {}), first_text);
  EXPECT_THAT(bystander.get("/"), HasSubstr("undisturbed"));
  EXPECT_FALSE(idle && idle->peer_has_spoken());
}

TEST(RandomChanges, AnswerLikeWhatIsFreshlyStartedOnOneLoop) {
  run(1);
}

TEST(RandomChanges, AnswerLikeWhatIsFreshlyStartedOnFourLoops) {
  run(4);
}

}  // namespace

}  // namespace hoplab::testing
