// Load balancers and listeners: AWS "Listeners for your Application Load Balancers", "Listeners for
// your Network Load Balancers", and the quotas of both.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/ascii.h"
#include "model/ssl_policies.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

void validate_protocol(const LoadBalancer& balancer, const Listener& listener,
                       const std::string& path, Findings& findings) {
  const bool application = balancer.type == LoadBalancerType::application;
  const std::vector<std::string_view> allowed = application
                                                    ? std::vector<std::string_view>{"HTTP", "HTTPS"}
                                                    : std::vector<std::string_view>{"TCP", "TLS"};
  for (const std::string_view one : allowed) {
    if (listener.protocol == one) return;
  }
  if (listener.protocol.empty()) return;
  findings.add(at(path, "Protocol"), in_quotes(listener.protocol),
               application ? "an application load balancer's listener takes HTTP or HTTPS"
                           : "a network load balancer's listener takes TCP or TLS here; hoplab "
                             "does not emulate UDP, TCP_UDP, QUIC or TCP_QUIC",
               nearest(listener.protocol, allowed));
}

void validate_certificates(const Topology& topology, const Listener& listener,
                           const std::string& path, Findings& findings) {
  if (!listener.ends_tls()) return;
  if (listener.certificates.empty()) {
    findings.add(path, {},
                 (listener.protocol == "TLS" ? "a " : "an ") + listener.protocol +
                     " listener needs Certificates: at least the default one");
  }
  for (std::size_t i = 0; i < listener.certificates.size(); ++i) {
    const std::string here = at(at(path, "Certificates"), i);
    const auto* certificate = refer(topology.pki.certificates, listener.certificates[i],
                                    "certificate", "/pki/certificates", here, findings);
    if (certificate == nullptr) continue;
    const std::string other = at("/pki/certificates", certificate->name);
    const std::string& key = certificate->key_algorithm;
    if (key == "Ed25519" || key == "RSA_1024") {
      findings.add({here,
                    in_quotes(certificate->name),
                    "its key is " + key +
                        "; a listener's certificate has RSA of 2048 bits or more "
                        "or an EC key",
                    {},
                    other});
    }
  }
}

void validate_ssl_policy(const Listener& listener, const std::string& path, Findings& findings) {
  if (!listener.ends_tls() || is_ssl_policy(listener.ssl_policy)) return;
  const auto names = ssl_policy_names();
  findings.add(at(path, "SslPolicy"), in_quotes(listener.ssl_policy),
               "it takes the name of an AWS security policy",
               nearest(listener.ssl_policy, {names.begin(), names.end()}));
}

/// Headers that the load balancer or HTTP itself decides about: no other header takes their names.
bool is_reserved_header(std::string_view name) {
  constexpr std::array<std::string_view, 13> kReserved{"connection",
                                                       "content-length",
                                                       "expect",
                                                       "host",
                                                       "keep-alive",
                                                       "proxy-connection",
                                                       "te",
                                                       "transfer-encoding",
                                                       "upgrade",
                                                       "x-forwarded-for",
                                                       "x-forwarded-port",
                                                       "x-forwarded-proto",
                                                       "x-amzn-trace-id"};
  return std::ranges::find(kReserved, name) != kReserved.end();
}

void validate_header_names(const Listener& listener, const std::string& path, Findings& findings) {
  const RequestHeaderNames& names = listener.attributes.request_header_names;
  if (names == kAwsRequestHeaderNames) return;
  const std::string here = at(path, "ListenerAttributes");
  if (listener.protocol != "HTTPS") {
    findings.add(here, {}, "only an HTTPS listener has request headers to rename");
    return;
  }
  std::set<std::string> taken;
  for (const std::string& name :
       {names.clientcert_serial_number, names.clientcert_issuer, names.clientcert_subject,
        names.clientcert_validity, names.clientcert_leaf, names.clientcert, names.tls_version,
        names.tls_cipher_suite}) {
    if (is_reserved_header(lower_case(name))) {
      findings.add(here, in_quotes(name), "the load balancer or HTTP itself sets this header");
    }
    if (!taken.insert(lower_case(name)).second) {
      findings.add(here, in_quotes(name), "two of the load balancer's headers have this name");
    }
  }
}

void validate_network_listener(const Listener& listener, const std::string& path,
                               Findings& findings) {
  const ListenerAttributes& attributes = listener.attributes;
  if (attributes.request_header_names != kAwsRequestHeaderNames ||
      !attributes.response_headers.empty() || !attributes.server_header) {
    findings.add(at(path, "ListenerAttributes"), {},
                 "only an application load balancer's listener has these attributes");
  }
  if (!listener.rules.empty()) {
    findings.add(at(path, "Rules"), {},
                 "a network load balancer's listener has rules with IpAddressType dualstack only, "
                 "and load balancers are IPv4 here");
  }
  if (listener.default_action.type != Action::Type::forward) {
    findings.add(at(at(path, "DefaultActions"), 0) + "/Type", {},
                 "a network load balancer's listener can only forward");
  }
  if (listener.protocol == "TLS" &&
      attributes.tcp_idle_timeout_s != ListenerAttributes().tcp_idle_timeout_s) {
    findings.add(at(path, "ListenerAttributes"), {},
                 "the idle timeout of a TLS listener is always 350 s");
  }
}

void validate_listener(const Topology& topology, const LoadBalancer& balancer,
                       const Listener& listener, const std::string& path, Findings& findings) {
  validate_protocol(balancer, listener, path, findings);
  validate_actions(topology, balancer, listener, listener.default_action,
                   at(path, "DefaultActions"), findings);
  validate_certificates(topology, listener, path, findings);
  validate_ssl_policy(listener, path, findings);
  validate_mutual_authentication(topology, balancer, listener, path, findings);
  if (balancer.type == LoadBalancerType::network) {
    validate_network_listener(listener, path, findings);
    return;
  }
  validate_header_names(listener, path, findings);
  if (listener.attributes.tcp_idle_timeout_s != ListenerAttributes().tcp_idle_timeout_s) {
    findings.add(at(path, "ListenerAttributes"), {},
                 "tcp.idle_timeout.seconds is a network load balancer's; an application load "
                 "balancer has idle_timeout.timeout_seconds");
  }
  validate_rules(listener, path, findings);
  for (std::size_t i = 0; i < listener.rules.size(); ++i) {
    validate_actions(topology, balancer, listener, listener.rules[i].action,
                     at(at(at(path, "Rules"), i), "Actions"), findings);
  }
}

/// Limits over all listeners of an Application Load Balancer.
void validate_together(const LoadBalancer& balancer, const std::string& path, Findings& findings) {
  constexpr std::size_t kMostVerify = 2;   // "verify-mode listeners per ALB", fixed
  constexpr std::size_t kMostRules = 100;  // without the defaults
  std::size_t verify = 0, rules = 0;
  bool plain = false, hardened = false;
  for (const Listener& listener : balancer.listeners) {
    rules += listener.rules.size();
    verify += listener.mutual_authentication.mode == MutualAuthenticationMode::verify ? 1 : 0;
    if (listener.protocol != "HTTPS") continue;
    (ssl_policy_family(listener.ssl_policy) == SslPolicyFamily::plain ? plain : hardened) = true;
  }
  const std::string here = at(path, "Listeners");
  if (verify > kMostVerify) {
    findings.add(here, std::to_string(verify) + " listeners with Mode verify",
                 "an application load balancer has at most 2");
  }
  if (rules > kMostRules) {
    findings.add(here, std::to_string(rules) + " rules",
                 "an application load balancer has at most 100");
  }
  if (plain && hardened) {
    findings.add(here, {},
                 "HTTPS listeners of one load balancer need compatible security policies: all of "
                 "them FIPS or PQ, or none");
  }
}

void validate_load_balancer(const Topology& topology, const LoadBalancer& one, Findings& findings) {
  const std::string path = at(kLoadBalancers, one.name);
  if (one.name.starts_with("internal-")) {
    findings.add(path, in_quotes(one.name), "a load balancer's name cannot begin with internal-");
  }
  std::map<int, std::string> ports;
  for (std::size_t i = 0; i < one.listeners.size(); ++i) {
    const Listener& listener = one.listeners[i];
    const std::string here = at(at(path, "Listeners"), i);
    const auto [it, fresh] = ports.emplace(listener.port, here);
    if (!fresh) {
      findings.add(at(here, "Port"), std::to_string(listener.port),
                   it->second + " has this port already");
    }
    validate_listener(topology, one, listener, here, findings);
  }
  for (std::size_t i = 0; i < one.ports_without_listener.size(); ++i) {
    const int port = one.ports_without_listener[i];
    const std::string here = at(at(path, "portsWithoutListener"), i);
    const auto [it, fresh] = ports.emplace(port, here);
    if (!fresh) findings.add(here, std::to_string(port), it->second + " has this port already");
  }
  if (one.type == LoadBalancerType::application) validate_together(one, path, findings);
}

}  // namespace

void validate_load_balancers(const Topology& topology, Findings& findings) {
  for (const auto& one : topology.load_balancers) validate_load_balancer(topology, one, findings);
}

}  // namespace hoplab::model
