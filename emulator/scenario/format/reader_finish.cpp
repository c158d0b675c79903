// The checks' own rules; the topology's are model::validate()'s.
#include "scenario/format/reader_finish.h"

#include <algorithm>
#include <set>

#include "base/address_range.h"
#include "model/nearest.h"
#include "model/text_rule.h"
#include "topology/web_site_plan.h"

namespace hoplab::scenario {
namespace {

using model::at;
using model::Findings;
using model::Topology;

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

/// Of a step that asks nothing.
void check_without_answer(const Expectation& expect, const std::string& path, Findings& findings) {
  constexpr const char* kWhy = "a step without a request gets no answer; give it a request";
  if (expect.status) findings.add(at(path, "status"), {}, kWhy);
  if (expect.body) findings.add(at(path, "body"), {}, kWhy);
  if (expect.body_like) findings.add(at(path, "bodyLike"), {}, kWhy);
  if (!expect.headers.empty()) findings.add(at(path, "headers"), {}, kWhy);
  if (expect.silence && (expect.end || expect.cause)) {
    findings.add(at(path, "silence"), {}, "silence means that the connection has not ended");
  }
}

/// Where the client connects: it must exist.
void check_way_in(const Topology& topology, const WayIn& way, const std::string& path,
                  Findings& findings) {
  if (!way.from.empty()) {
    const auto colon = way.from.find(':');
    const auto ip = parse_ip(way.from.substr(0, colon));
    const auto port = colon == std::string::npos ? std::optional<int>(1)
                                                 : model::parse_number(way.from.substr(colon + 1));
    if (!ip || !way.from.starts_with("127.") || !port || *port < 1 || *port > 65535) {
      findings.add(at(path, "from"), model::in_quotes(way.from),
                   "it takes an address of this machine such as 127.0.0.2 or 127.0.0.2:40000");
    }
  }
  const std::string name = !way.through.empty()       ? way.through
                           : topology.entries.empty() ? std::string()
                                                      : topology.entries.front();
  std::vector<std::string> zones;
  std::vector<std::uint16_t> ports;
  const auto add_ports = [&](const model::LoadBalancer& balancer) {
    for (const auto& listener : balancer.listeners) ports.push_back(listener.port);
    for (const auto port : balancer.ports_without_listener) ports.push_back(port);
  };
  if (const auto* balancer = Topology::find(topology.load_balancers, name)) {
    zones = balancer->availability_zones;
    add_ports(*balancer);
  } else if (const auto* endpoint = Topology::find(topology.vpc_endpoints, name)) {
    zones = endpoint->availability_zones;
    const auto* service = Topology::find(topology.vpc_endpoint_services, endpoint->service_name);
    const auto* behind =
        service ? Topology::find(topology.load_balancers, service->network_load_balancer) : nullptr;
    if (behind) add_ports(*behind);
    if (endpoint->execute_api()) ports.push_back(model::kExecuteApiPort);
    if (!topology.is_way_in(*endpoint)) {
      findings.add({at(path, "through"),
                    model::in_quotes(name),
                    "clients connect to this execute-api endpoint where entry names it",
                    {},
                    "/entry"});
    }
  } else if (Topology::find(topology.identity_providers, name)) {
    ports.push_back(topology::kWebSitePort);
  } else if (!way.through.empty()) {
    findings.add(at(path, "through"), model::in_quotes(name),
                 "there is no endpoint, load balancer or identity provider of that name");
    return;
  }
  if (!way.zone.empty() && std::ranges::find(zones, way.zone) == zones.end()) {
    findings.add(at(path, "zone"), model::in_quotes(way.zone),
                 "'" + name + "' has no network interface there");
  }
  if (way.port && !ports.empty() && std::ranges::find(ports, *way.port) == ports.end()) {
    findings.add(at(path, "port"), std::to_string(*way.port),
                 "'" + name +
                     "' has no listener there; portsWithoutListener says where somebody "
                     "may try");
  }
}

void check_request(const Topology& topology, const CheckRequest& request, const std::string& path,
                   Findings& findings) {
  const std::string& name = request.signed_with;
  if (name.empty() || Topology::find(topology.access_keys, name)) return;
  std::vector<std::string_view> names;
  for (const auto& one : topology.access_keys) names.push_back(one.name);
  findings.add(at(path, "signedWith"), model::in_quotes(name),
               "there is no access key of that name", model::nearest(name, names));
}

/// What a change of a step names: it must exist. The rest is met when the check runs.
template <class Change>
void check_names(const Topology& topology, const Change& change, const std::string& path,
                 Findings& findings) {
  const auto must_be_in = [&](const auto& all, const std::string& name, const char* what) {
    if (Topology::find(all, name)) return;
    findings.add(path, model::in_quotes(name),
                 std::string("there is no ") + what + " of that name");
  };
  if constexpr (requires { change.certificate; }) {
    check_certificate(topology, change.certificate, path, true, findings);
  }
  if constexpr (requires { change.endpoint; }) {
    must_be_in(topology.vpc_endpoints, change.endpoint, "endpoint");
  }
  if constexpr (requires { change.fault; }) must_be_in(topology.faults, change.fault, "fault");
  if constexpr (requires { change.load_balancer; }) {
    must_be_in(topology.load_balancers, change.load_balancer, "load balancer");
  }
  if constexpr (requires { change.service; }) {
    must_be_in(topology.services, change.service, "service");
  }
  if constexpr (requires { change.target_group; }) {
    must_be_in(topology.target_groups, change.target_group, "target group");
  }
  if constexpr (requires { change.trust_store; }) {
    must_be_in(topology.trust_stores, change.trust_store, "trust store");
  }
}

/// `topology` becomes what it is behind the step, as far as that can be said.
void check_step(const CheckStep& step, Clock::Mode clock, const std::string& path,
                Topology& topology, Findings& findings) {
  for (const CheckStep::Made& made : step.changes) {
    const std::string place = at(path, made.member);
    std::visit([&](const auto& one) { check_names(topology, one, place, findings); }, made.change);
    if (auto next = model::changed(topology, made.change)) topology = std::move(next).value();
  }
  check_way_in(topology, step.way_in, path, findings);
  if (step.advance_s && clock != Clock::Mode::stepped) {
    findings.add(at(path, "advance"), {},
                 "only a stepped clock is moved on: \"clock\": { \"mode\": \"stepped\" }");
  }
  if (step.advance_s && *step.advance_s < 0) {
    findings.add(at(path, "advance"), {}, "time goes forward only");
  }
  if (step.request) check_request(topology, *step.request, at(path, "request"), findings);
  if (!step.request) check_without_answer(step.expect, at(path, "expect"), findings);
  check_expectation(topology, step.expect, at(path, "expect"), findings);
}

}  // namespace

void validate_checks(const Scenario& scenario, Findings& findings) {
  std::set<std::string> seen;
  Topology topology = scenario.topology;  // what runs at each check and step
  for (std::size_t i = 0; i < scenario.checks.size(); ++i) {
    const Check& check = scenario.checks[i];
    const std::string path = at("/checks", i);
    if (!check.name.empty() && !seen.insert(check.name).second) {
      findings.add(at(path, "name"), model::in_quotes(check.name), "another check has this name");
    }
    if (check.certificate) {
      check_certificate(topology, *check.certificate, at(path, "certificate"), true, findings);
    }
    check_way_in(topology, check.way_in, path, findings);
    check_request(topology, check.request, at(path, "request"), findings);
    check_expectation(topology, check.expect, at(path, "expect"), findings);
    for (std::size_t k = 0; k < check.then.size(); ++k) {
      check_step(check.then[k], scenario.clock.mode, at(at(path, "then"), k), topology, findings);
    }
  }
}

}  // namespace hoplab::scenario
