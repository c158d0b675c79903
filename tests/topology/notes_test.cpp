// What cannot be as on AWS is said when the emulator starts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_emulator.h"
#include "scenario/format/reader.h"
#include "tls/key_exchange_groups.h"

namespace hoplab::testing {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

std::vector<std::string> notes_with(const std::string& policy) {
  auto read = scenario::read_scenario({scenario_file("same-account")});
  auto topology = std::move(read.scenario->topology);
  for (auto& balancer : topology.load_balancers.edit()) {
    for (auto& listener : balancer.listeners.edit()) listener.ssl_policy = policy;
  }
  return RunningEmulator(Emulator::from_topology(std::move(topology), {})).emulator.notes();
}

TEST(Notes, NameTheGroupsThatThisOpensslDoesNotHave) {
  const std::string policy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
  const auto missing = tls::missing_groups(*tls::find_security_policy(policy));
  if (missing.empty()) {
    EXPECT_THAT(notes_with(policy), IsEmpty());
  } else {
    EXPECT_THAT(notes_with(policy), ElementsAre(HasSubstr(missing.front())));
  }
  EXPECT_THAT(notes_with("ELBSecurityPolicy-TLS13-1-2-Res-2021-06"), IsEmpty());
}

TEST(Notes, NameCertificatesThatAStrictPolicyHasNoSignatureFor) {
  EXPECT_THAT(notes_with("ELBSecurityPolicy-TLS13-1-3-RFC9151-FIPS-2023-07"),
              ElementsAre(HasSubstr("'server'")));
  EXPECT_THAT(notes_with("ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07"), IsEmpty());
}

TEST(Notes, NameGroupsWithDnsFailoverBehindALoadBalancerThatIsATarget) {
  auto topology = scenario::read_scenario({scenario_file("private-api-mtls")}).scenario->topology;
  for (auto& group : topology.target_groups.edit()) {
    if (group.name == "api-group") group.attributes.dns_failover.count = 2;
  }
  const RunningEmulator lab(Emulator::from_topology(topology, {}));
  EXPECT_THAT(lab.emulator.notes(),
              ElementsAre(HasSubstr("'api-group': AWS says not to configure DNS failover")));
}

}  // namespace

}  // namespace hoplab::testing
