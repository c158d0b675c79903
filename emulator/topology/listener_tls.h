// The TLS context of each HTTPS listener.
#pragma once

#include "tls/context.h"
#include "topology/materials.h"

namespace hoplab::topology {

/// By "<load balancer>:<port>".
Result<std::map<std::string, tls::Context>> listener_contexts(const model::Topology& topology,
                                                              const Materials& materials);

}  // namespace hoplab::topology
