#include "cli/names.h"

#include <algorithm>
#include <optional>

#include "cli/admin_call.h"
#include "cli/commands.h"
#include "pki/key.h"
#include "scenario/format/reader.h"

namespace hoplab::cli {

namespace {

using Names = std::vector<std::string>;

Names key_algorithms() {
  Names names;
  const std::string all = pki::key_algorithm_names();
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t comma = std::min(all.find(", ", at), all.size());
    names.push_back(all.substr(at, comma - at));
    at = comma + 2;
  }
  return names;
}

/// Of the file or of what runs. Nothing where that cannot be had quickly: somebody waits.
std::optional<scenario::Scenario> scenario_of(const NameSources& sources) {
  if (!sources.scenario.empty()) return scenario::read_scenario({sources.scenario}).scenario;
  constexpr Duration kPatience = 1s;
  const auto admin = admin_address(sources.admin);
  if (!admin) return {};
  const auto answer = ask_admin(admin.value(), {"GET", "/v1/topology", {}}, kPatience);
  if (!answer || answer.value().status != 200) return {};
  return scenario::read_scenario_text(answer.value().body, "what runs").scenario;
}

template <class T>
Names names_in(const T& objects) {
  Names names;
  for (const auto& one : objects) names.push_back(one.name);
  return names;
}

Names targets_of(const model::Topology& topology, const std::string& group) {
  Names names;
  const auto* const found = model::Topology::find(topology.target_groups, group);
  if (!found) return names;
  for (const model::Target& target : found->targets) {
    // An endpoint has one target for each zone.
    if (std::ranges::find(names, target.name()) == names.end()) names.push_back(target.name());
  }
  return names;
}

Names names_in(const scenario::Scenario& scenario, std::string_view placeholder,
               const std::string& before) {
  const model::Topology& topology = scenario.topology;
  if (placeholder == "CERTIFICATE") return names_in(topology.pki.certificates);
  if (placeholder == "ENDPOINT") return names_in(topology.vpc_endpoints);
  if (placeholder == "FAULT") return names_in(topology.faults);
  if (placeholder == "LOAD-BALANCER") return names_in(topology.load_balancers);
  if (placeholder == "SERVICE") return names_in(topology.services);
  if (placeholder == "TARGET") return targets_of(topology, before);
  if (placeholder == "TARGET-GROUP") return names_in(topology.target_groups);
  Names settings;
  for (const scenario::Parameter& one : scenario.parameters) settings.push_back(one.name + "=");
  return settings;
}

}  // namespace

Names names_of(std::string_view placeholder, const NameSources& sources) {
  if (placeholder == "KIND") return scenario_kinds();
  if (placeholder == "KEY-ALGORITHM") return key_algorithms();
  constexpr std::string_view kInScenarios[] = {"CERTIFICATE", "ENDPOINT", "FAULT",  "LOAD-BALANCER",
                                               "NAME=VALUE",  "SERVICE",  "TARGET", "TARGET-GROUP"};
  if (std::ranges::find(kInScenarios, placeholder) == std::ranges::end(kInScenarios)) return {};
  const auto scenario = scenario_of(sources);
  return scenario ? names_in(*scenario, placeholder, sources.before) : Names{};
}

}  // namespace hoplab::cli
