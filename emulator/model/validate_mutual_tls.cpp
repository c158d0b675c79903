// Mutual TLS of listeners: AWS "Configuring mutual TLS" and, for network load balancers,
// "Authenticate clients using mutual TLS" and "Client certificate identity filters"
// (nlb-privatelink.md 1.11).
#include <algorithm>

#include "model/text_rule.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

bool forwards_to_alb(const Topology& topology, const Listener& listener) {
  return std::ranges::any_of(listener.default_action.target_groups, [&](const auto& weighted) {
    const auto* group = Topology::find(topology.target_groups, weighted.target_group);
    return group != nullptr && group->target_type == TargetType::alb;
  });
}

std::string why_not_without_tls(const Topology& topology, const Listener& listener) {
  if (listener.protocol == "HTTP") return "mutual TLS goes with Protocol HTTPS only";
  if (forwards_to_alb(topology, listener)) {
    return "a target group of type alb needs a TCP listener, which ends no TLS; mutual TLS is for "
           "the HTTPS listener of the application load balancer behind it";
  }
  return "a TCP listener ends no TLS; mutual TLS goes with Protocol TLS";
}

void validate_trust_store(const Topology& topology, const MutualAuthentication& mutual,
                          const std::string& path, Findings& findings) {
  if (mutual.mode == MutualAuthenticationMode::verify) {
    if (mutual.trust_store.empty()) {
      findings.add(path, {}, "Mode verify needs a TrustStore");
    }
    refer(topology.trust_stores, mutual.trust_store, "trust store", "/TrustStores",
          at(path, "TrustStore"), findings);
    return;
  }
  if (mutual.trust_store.empty()) return;
  findings.add(at(path, "TrustStore"), in_quotes(mutual.trust_store),
               mutual.mode == MutualAuthenticationMode::off
                   ? "Mode off checks nothing, so it has no TrustStore"
                   : "Mode passthrough checks nothing, so it has no TrustStore");
}

void validate_of_network(const MutualAuthentication& mutual, const std::string& path,
                         Findings& findings) {
  if (mutual.mode == MutualAuthenticationMode::passthrough) {
    findings.add(at(path, "Mode"), "\"passthrough\"",
                 "a network load balancer has Mode verify only, beside off");
  }
  if (!mutual.rejected_subjects.empty()) {
    findings.add(at(path, "rejectedSubjects"), {},
                 "only an application load balancer's listener has them; "
                 "ClientCertificateIdentityFilters say whom a network load balancer accepts");
  }
  if (mutual.encode_equals_sign || mutual.client_header_copies != ClientHeaderCopies::replace) {
    findings.add(path, {},
                 "encodeEqualsSign and clientHeaderCopies are about headers, and a network load "
                 "balancer sets none");
  }
  for (std::size_t i = 0; i < mutual.identity_filters.size(); ++i) {
    const IdentityFilter& filter = mutual.identity_filters[i];
    if (filter.field != IdentityFilter::Field::san_uri || filter.value.empty()) continue;
    if (rules::kUriFilterValue.matches(filter.value)) continue;
    findings.add(at(at(at(path, "ClientCertificateIdentityFilters"), i), "Value"),
                 in_quotes(filter.value), "it takes " + std::string(rules::kUriFilterValue.says));
  }
}

}  // namespace

void validate_mutual_authentication(const Topology& topology, const LoadBalancer& balancer,
                                    const Listener& listener, const std::string& listener_path,
                                    Findings& findings) {
  const MutualAuthentication& mutual = listener.mutual_authentication;
  const std::string path = at(listener_path, "MutualAuthentication");
  const bool network = balancer.type == LoadBalancerType::network;
  const bool off = mutual.mode == MutualAuthenticationMode::off;
  validate_trust_store(topology, mutual, path, findings);
  if (!mutual.identity_filters.empty() && (off || !network)) {
    findings.add(at(path, "ClientCertificateIdentityFilters"), {},
                 network ? "they are valid only with Mode verify"
                         : "only a network load balancer's TLS listener has identity filters; an "
                           "application load balancer tells its targets who the client is");
  }
  if (off) return;
  if (listener.protocol == "HTTP" || listener.protocol == "TCP") {
    findings.add(path, {}, why_not_without_tls(topology, listener));
  } else if (network) {
    validate_of_network(mutual, path, findings);
  }
}

}  // namespace hoplab::model
