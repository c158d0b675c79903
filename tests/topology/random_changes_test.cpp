// Random changes of every kind while connections live: after each, what runs answers like what was
// freshly started with the same topology, and connections that no change is about see nothing.
//
// HOPLAB_CHANGES says how many (default 40); HOPLAB_CHANGES_SEED repeats a run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "change_maker.h"
#include "https_client.h"
#include "running_emulator.h"
#include "scenario/format/writer.h"

namespace hoplab::testing {

using ::testing::HasSubstr;

namespace {

unsigned setting(const char* name, unsigned otherwise) {
  const char* const value = std::getenv(name);
  return value ? static_cast<unsigned>(std::strtoul(value, nullptr, 10)) : otherwise;
}

/// What an echo says of the request that a target got; else the body.
std::string shape_of_body(const std::string& body) {
  if (!body.starts_with("{\"method\"")) return body;
  const auto echo = nlohmann::json::parse(body);
  return "echo of " + echo["path"].get<std::string>() + " at " +
         echo["headers"]["Host"].get<std::string>();
}

/// The head's names and the status, and the body; not what differs from answer to answer.
std::string shape_of(const std::string& text) {
  std::string shape = text.substr(0, text.find('\r'));
  const auto end = text.find("\r\n\r\n");
  std::set<std::string> names;
  for (auto at = text.find("\r\n"); at < end; at = text.find("\r\n", at + 2)) {
    const bool cookie = text.compare(at + 2, 11, "Set-Cookie:") == 0;
    names.insert(text.substr(at + 2, text.find(cookie ? '=' : ':', at) - at - 2));
  }
  for (const std::string& name : names) shape += " " + name;
  return shape + " | " + (end == std::string::npos ? "" : shape_of_body(text.substr(end + 4)));
}

/// Whether time alone ended the handshake of the client at that port.
bool ended_by_time(const Emulator& emulator, std::uint16_t port) {
  const std::string client = "127.0.0.1:" + std::to_string(port);
  for (const EndRecord& end : emulator.ends()) {
    if (end.client != client) continue;
    switch (end.reason) {
      case Reason::handshake_timeout:
      case Reason::target_connect_timeout:
      case Reason::tls_target_timeout: return true;
      default: break;
    }
  }
  return false;
}

std::string ask(const Emulator& emulator, const EndpointAddress& door,
                const std::string& certificate) {
  std::optional<HttpsClient> client;
  // On a fast clock and a busy machine the ten seconds of a handshake are short.
  for (int attempt = 0; attempt < 20; ++attempt) {
    client.emplace(emulator, door, certificate);
    if (client->connected() || !ended_by_time(emulator, client->local_port())) break;
  }
  if (!client->connected()) return "not connected";
  return shape_of(client->get(door.kind == "execute-api" ? "/prod/widgets" : "/widgets"));
}

/// How many requests "front" is asked: so many that each of its targets has had one, where they
/// take turns on some loop, or where chance decides.
int requests_to_front(const model::Topology& topology) {
  constexpr int kTurns = 9, kChance = 40;
  const auto& attributes = model::share(topology.target_groups, "services")->attributes;
  bool chance = attributes.algorithm != model::RoutingAlgorithm::round_robin;
  for (const model::Rule& rule :
       model::share(topology.load_balancers, "front")->listeners.front().rules) {
    chance |= rule.action.target_groups.size() > 1;
  }
  return chance ? kChance : kTurns;
}

/// How many requests anything else is asked: chance decides whether a canary gets one.
int requests_elsewhere(const model::Topology& topology) {
  const auto& stages = topology.rest_apis.front().stages;
  return std::ranges::any_of(stages, [](const auto& stage) { return stage.canary.has_value(); })
             ? 8
             : 1;
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
      continue;
    }
    const bool front = door.name == "front";
    const int requests = front ? requests_to_front(*topology) : requests_elsewhere(*topology);
    std::vector<std::string> certificates = {""};
    if (door.tls) certificates = {"my_client", "none", "untrusted", "expired"};
    for (const std::string& certificate : certificates) {
      std::set<std::string> answers;
      for (int i = 0; i < requests; ++i) answers.insert(ask(emulator, door, certificate));
      // A service that refuses still answers on the connections that it has; what is fresh has
      // none.
      if (front && refusing) break;
      for (const std::string& one : answers) all.push_back(where + " " + certificate + " " + one);
    }
  }
  return all;
}

void run(unsigned threads) {
  const unsigned count = setting("HOPLAB_CHANGES", 40);
  const unsigned seed = setting("HOPLAB_CHANGES_SEED", std::random_device{}());
  std::cout << "HOPLAB_CHANGES_SEED=" << seed << std::endl;
  SCOPED_TRACE("seed " + std::to_string(seed));
  EmulatorOptions options;
  options.threads = threads;
  options.clock.mode = threads == 1 ? Clock::Mode::stepped : Clock::Mode::scaled;
  options.clock.scale = 20;
  RunningEmulator modern(Emulator::from_topology(modern_target(), {}));
  auto begun =
      Emulator::from_topology(changing_topology(modern.emulator.endpoints().front().port), options);
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
    // Nothing is idle for longer than the load balancer lets it: 4000 s, 200 of a fast clock.
    if (!idle_since || emulator.now() - *idle_since > 1000s) {
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
    RunningEmulator fresh(Emulator::from_topology(*emulator.topology(), options));
    std::vector<std::string> expected, now = {"nothing yet"};
    for (int round = 0; round < 40 && now != expected; ++round) {
      if (threads == 1 && round > 0) {  // until health has settled, and slow starts are over
        emulator.advance(10s);
        fresh.emulator.advance(10s);
      }
      expected = seen(fresh.emulator);
      ASSERT_THAT(bystander.get("/"), HasSubstr("undisturbed")) << "after " << i << " changes";
      now = seen(emulator);
      ASSERT_THAT(bystander.get("/"), HasSubstr("undisturbed")) << "after " << i << " changes";
    }
    if (emulator.now() - *idle_since < 4000s) {
      ASSERT_FALSE(idle->peer_has_spoken()) << "after " << i << " changes";
    }
    ASSERT_EQ(now, expected) << "after " << i << " changes\n"
                             << scenario::scenario_text(*emulator.topology(), {});
  }
  EXPECT_GT(made, count / 3);
  ASSERT_TRUE(emulator.restore().ok());
  EXPECT_TRUE(*emulator.topology() == first);
  EXPECT_EQ(scenario::scenario_text(*emulator.topology(), {}), first_text);
  EXPECT_THAT(bystander.get("/"), HasSubstr("undisturbed"));
}

TEST(RandomChanges, AnswerLikeWhatIsFreshlyStartedOnOneLoop) {
  run(1);
}

TEST(RandomChanges, AnswerLikeWhatIsFreshlyStartedOnFourLoops) {
  run(4);
}

}  // namespace

}  // namespace hoplab::testing
