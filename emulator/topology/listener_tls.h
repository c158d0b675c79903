// The TLS context of each HTTPS listener.
#pragma once

#include "tls/context.h"
#include "topology/materials.h"
#include "topology/trust_stores.h"

namespace hoplab::topology {

Result<tls::Context> listener_context(const model::LoadBalancer& balancer,
                                      const model::Listener& listener, const Materials& materials,
                                      const TrustStores& trust_stores);
/// By "<load balancer>:<port>".
Result<std::map<std::string, tls::Context>> listener_contexts(const model::Topology& topology,
                                                              const Materials& materials,
                                                              const TrustStores& trust_stores);
/// What the security policies promise and the OpenSSL in use cannot keep, a sentence each.
std::vector<std::string> security_policy_notes(const model::Topology& topology);

}  // namespace hoplab::topology
