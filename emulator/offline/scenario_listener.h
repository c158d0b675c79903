// A verify-mode listener of a scenario, without bringing the scenario up.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/topology.h"
#include "pki/verdict.h"

namespace hoplab::offline {

struct ScenarioListener {
  std::shared_ptr<const pki::TrustStore> trust_store;
  pki::JudgeOptions options;
  std::string chain_pem;  // of the certificate that was asked for; empty: of none
};

/// The listener `name` ("alb", or "alb:443" when the load balancer has several that end TLS), and
/// `certificate` as its client sends it. Only what the two need is minted, with `now` as the start.
Result<ScenarioListener> scenario_listener(const model::Topology& topology, const std::string& name,
                                           const std::string& certificate, Time now);

}  // namespace hoplab::offline
