// The TLS context of each HTTPS and TLS listener, and of each execute-api endpoint that ends the
// TLS of clients.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tls/context.h"
#include "topology/materials.h"
#include "topology/trust_stores.h"

namespace hoplab::topology {

/// A context, and what it was made of: equal definitions, equal contexts. One that stays lets
/// clients resume their sessions.
struct ListenerContext {
  std::string definition;
  tls::Context context;
};
using ListenerContexts = std::map<std::string, ListenerContext>;  // by listener_key(), or endpoint

/// Those of `topology`; a listener whose definition `previous` has keeps its context.
Result<ListenerContexts> listener_contexts(const model::Topology& topology,
                                           const Materials& materials,
                                           const TrustStores& trust_stores,
                                           const ListenerContexts& previous = {},
                                           const std::shared_ptr<tls::KeyLog>& key_log = nullptr);
/// What the security policies promise and the OpenSSL in use cannot keep, a sentence each.
std::vector<std::string> security_policy_notes(const model::Topology& topology);

}  // namespace hoplab::topology
