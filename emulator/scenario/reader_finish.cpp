// Resolving and the checks' own rules; the topology's are model::validate()'s.
#include "scenario/reader_finish.h"

#include <algorithm>
#include <set>

#include "model/nearest.h"

namespace hoplab::scenario {
namespace {

using model::at;
using model::Findings;
using model::Topology;

void default_zones(std::vector<std::string>& zones, const std::string& region) {
  if (zones.empty()) zones.push_back(region + "a");
}

/// A certificate that a client can hold: it must exist and not be a listener's.
void check_certificate(const Topology& topology, const std::string& name, const std::string& path,
                       bool for_client, Findings& findings) {
  const auto& all = topology.pki.certificates;
  const model::Certificate* certificate = Topology::find(all, name);
  if (certificate == nullptr) {
    std::vector<std::string_view> names;
    for (const auto& one : all) names.push_back(one.name);
    findings.add(path, model::in_quotes(name), "there is no certificate of that name",
                 model::nearest(name, names));
  } else if (for_client && !certificate->client) {
    findings.add(path, model::in_quotes(name), "this certificate is a listener's, not a client's");
  }
}

std::string_view form_of(HeaderExpectation::Kind kind) {
  switch (kind) {
    case HeaderExpectation::Kind::chain_of: return "chainOf";
    case HeaderExpectation::Kind::leaf_of: return "leafOf";
    case HeaderExpectation::Kind::serial_of: return "serialOf";
    case HeaderExpectation::Kind::subject_of: return "subjectOf";
    case HeaderExpectation::Kind::issuer_of: return "issuerOf";
    case HeaderExpectation::Kind::validity_of: return "validityOf";
    default: return "";
  }
}

void check_headers(const Topology& topology, const std::vector<HeaderExpectation>& headers,
                   const std::string& path, Findings& findings) {
  for (const HeaderExpectation& one : headers) {
    if (!one.names_certificate()) continue;
    check_certificate(topology, one.value, at(at(path, one.name), form_of(one.kind)), false,
                      findings);
  }
}

/// True when some HTTPS listener of the topology judges or forwards client certificates.
bool has_verify(const Topology& topology) {
  for (const auto& one : topology.load_balancers) {
    for (const auto& listener : one.listeners) {
      if (listener.mutual_authentication.mode == model::MutualAuthenticationMode::verify) {
        return true;
      }
    }
  }
  return false;
}

void check_expectation(const Topology& topology, const Expectation& expect, const std::string& path,
                       Findings& findings) {
  check_headers(topology, expect.headers, at(path, "headers"), findings);
  if (expect.api_saw) {
    check_headers(topology, expect.api_saw->headers, at(at(path, "apiSaw"), "headers"), findings);
  }
  const bool about_api = expect.api_requests || expect.api_saw;
  if (about_api && topology.rest_apis.empty()) {
    findings.add(at(path, expect.api_requests ? "apiRequests" : "apiSaw"), {},
                 "the scenario has no private API that could receive a request");
  }
  if (expect.api_saw && expect.api_requests.value_or(1) == 0) {
    findings.add(at(path, "apiSaw"), {}, "apiRequests is 0, so the API saw nothing");
  }
  if (expect.verify_status && !has_verify(topology)) {
    findings.add(at(path, "verifyStatus"), {},
                 "no listener verifies certificates, so no verdict is given");
  }
  if (!expect.status && (expect.body || expect.body_like || !expect.headers.empty()) &&
      expect.end) {
    findings.add(at(path, "end"), {},
                 "end without status says that no answer came, so none can be expected");
  }
}

void check_step(const Scenario& scenario, const CheckStep& step, const std::string& path,
                Findings& findings) {
  const auto known = [&](const std::vector<std::string>& faults, std::string_view member) {
    for (const std::string& name : faults) {
      if (Topology::find(scenario.topology.faults, name) != nullptr) continue;
      findings.add(at(path, member), model::in_quotes(name), "there is no fault of that name");
    }
  };
  known(step.arm, "arm");
  known(step.disarm, "disarm");
  if (step.revoke) {
    check_certificate(scenario.topology, *step.revoke, at(path, "revoke"), true, findings);
  }
  if (step.advance_s && scenario.clock.mode != Clock::Mode::stepped) {
    findings.add(at(path, "advance"), {}, "only a stepped clock is moved on: \"clock\"");
  }
  if (step.advance_s && *step.advance_s < 0) {
    findings.add(at(path, "advance"), {}, "time goes forward only");
  }
  check_expectation(scenario.topology, step.expect, at(path, "expect"), findings);
}

}  // namespace

void resolve(Topology& topology) {
  for (auto& one : topology.vpc_endpoints) {
    if (one.service_name == "com.amazonaws." + topology.region + ".execute-api") {
      one.service_name = "execute-api";
    }
    default_zones(one.availability_zones, topology.region);
  }
  for (auto& one : topology.load_balancers) default_zones(one.availability_zones, topology.region);
  for (auto& group : topology.target_groups) {
    for (auto& target : group.targets) {
      if (Topology::find(topology.load_balancers, target.service) != nullptr) {
        std::swap(target.load_balancer, target.service);
      } else if (Topology::find(topology.vpc_endpoints, target.service) != nullptr) {
        std::swap(target.vpc_endpoint, target.service);
      }
    }
  }
}

void validate_checks(const Scenario& scenario, Findings& findings) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < scenario.checks.size(); ++i) {
    const Check& check = scenario.checks[i];
    const std::string path = at("/checks", i);
    if (!check.name.empty() && !seen.insert(check.name).second) {
      findings.add(at(path, "name"), model::in_quotes(check.name), "another check has this name");
    }
    if (check.certificate) {
      check_certificate(scenario.topology, *check.certificate, at(path, "certificate"), true,
                        findings);
    }
    check_expectation(scenario.topology, check.expect, at(path, "expect"), findings);
    for (std::size_t k = 0; k < check.then.size(); ++k) {
      check_step(scenario, check.then[k], at(at(path, "then"), k), findings);
    }
  }
}

}  // namespace hoplab::scenario
