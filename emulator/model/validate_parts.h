// The parts of validate(), a function for each kind of resource. Internal to the model.
#pragma once

#include <string>
#include <vector>

#include "model/nearest.h"
#include "model/problem.h"
#include "model/stage_variables.h"
#include "model/topology.h"

namespace hoplab::model {

/// Where things are defined that others refer to.
inline constexpr std::string_view kAuthorities = "/pki/authorities";
inline constexpr std::string_view kLoadBalancers = "/LoadBalancers";
inline constexpr std::string_view kIdentityProviders = "/IdentityProviders";

void validate_pki(const Topology& topology, Findings& findings);
void validate_subnets(const Topology& topology, Findings& findings);
void validate_security_groups(const Topology& topology, Findings& findings);
void validate_privatelink(const Topology& topology, Findings& findings);
void validate_load_balancers(const Topology& topology, Findings& findings);
void validate_mutual_authentication(const Topology& topology, const LoadBalancer& load_balancer,
                                    const Listener& listener, const std::string& listener_path,
                                    Findings& findings);
void validate_rules(const Listener& listener, const std::string& path, Findings& findings);
void validate_transforms(const Rule& rule, const std::string& path, Findings& findings);
/// `path`: of the list that `action` and what authenticates before it are read from.
void validate_actions(const Topology& topology, const LoadBalancer& load_balancer,
                      const Listener& listener, const Action& action, const std::string& path,
                      Findings& findings);
void validate_authentications(const Topology& topology, const LoadBalancer& load_balancer,
                              const Listener& listener, const Action& action,
                              const std::string& path, Findings& findings);
void validate_target_groups(const Topology& topology, Findings& findings);
void validate_functions(const Topology& topology, Findings& findings);
void validate_identity_providers(const Topology& topology, Findings& findings);
void validate_trust_stores(const Topology& topology, Findings& findings);
void validate_api(const Topology& topology, Findings& findings);
/// Of what an API is now, or was when it was deployed: `path` is that place, `stages` who serve it.
void validate_authorizers(const Topology& topology, const ApiDefinition& api,
                          const std::vector<const Served*>& stages, const std::string& path,
                          Findings& findings);
/// Reports a text with a stage variable that no stage has. A stage that lacks one that another has
/// is fine: there the API fails, as on AWS.
void known_in_some_stage(const std::string& text, const std::vector<const Served*>& stages,
                         const std::string& path, Findings& findings);
void validate_requests_of_api(const ApiDefinition& api, const std::string& path,
                              Findings& findings);
void validate_stages(const RestApi& api, Findings& findings);
/// What leads to a stage of an API: reports one that is not there. An empty stage is none's.
void refer_to_stage(const RestApi& api, const std::string& stage, const std::string& path,
                    Findings& findings);
void validate_usage_plans(const Topology& topology, Findings& findings);
void validate_domain_names(const Topology& topology, Findings& findings);
void validate_record_sets(const Topology& topology, Findings& findings);
void validate_faults(const Topology& topology, Findings& findings);
void validate_fault(const Topology& topology, const Fault& fault, Findings& findings);

template <class T>
std::vector<std::string_view> names_of(const List<T>& all) {
  std::vector<std::string_view> names;
  for (const T& one : all) names.push_back(one.name);
  return names;
}

/// What `name` refers to. Reports a name that leads nowhere ("there is no " + `what`) and passes
/// over an empty one; `section` is where such things are defined.
template <class T>
const T* refer(const List<T>& all, const std::string& name, std::string_view what,
               std::string_view section, const std::string& path, Findings& findings) {
  if (name.empty()) return nullptr;
  const T* one = Topology::find(all, name);
  if (one == nullptr) {
    const auto names = names_of(all);
    std::string rule = "there is no " + std::string(what) + " of that name";
    if (!names.empty() && names.size() <= 8) rule += "; there is " + one_of(names);
    findings.add(
        {path, in_quotes(name), std::move(rule), nearest(name, names), std::string(section)});
  }
  return one;
}

}  // namespace hoplab::model
