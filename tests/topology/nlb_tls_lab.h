// A service behind a TLS listener of a network load balancer.
#pragma once

#include "operations_lab.h"

namespace hoplab::testing {

inline model::Topology tls_listener() {
  model::Topology topology = two_services();
  topology.services.pop_back();
  topology.target_groups[0].targets.pop_back();
  model::CertificateAuthority ca;
  ca.name = "ca";
  ca.subject = "CN=ca";
  model::Certificate server;
  server.name = "server";
  server.subject = "CN=api.example.com";
  server.issuer = "ca";
  server.dns_names = {"api.example.com"};
  server.extended_key_usage = {"serverAuth"};
  server.client = false;
  topology.pki = {{ca}, {server}};
  model::Listener& listener = topology.load_balancers[0].listeners[0];
  listener.protocol = "TLS";
  listener.certificates = {"server"};
  listener.ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
  return topology;
}

}  // namespace hoplab::testing
