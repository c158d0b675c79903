// Where actions that authenticate find the identity provider that they name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "model/topology.h"

namespace hoplab::model {

/// Whose URLs have that host; null: nobody's.
const IdentityProvider* provider_of(const Topology& topology, std::string_view host);
/// The one of that name, or the one that stands for the user pool of that ARN; null: there is none.
const IdentityProvider* provider_named(const Topology& topology, const std::string& name);
/// Null: it has no such client.
const IdentityProvider::Client* find_client(const IdentityProvider& provider,
                                            std::string_view client_id);
/// Where a provider that hoplab plays has its keys (OpenID Connect Discovery 1.0).
std::string jwks_path(const IdentityProvider& provider);

/// With all members of an authenticate-oidc, whose endpoints for a user pool are those of its
/// domain and whose client's secret is what the provider that stands for it has.
/// https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
UserAuthentication resolved(const UserAuthentication& users, const Topology& topology);
/// `listener`, or a copy in which each of its actions is resolved.
std::shared_ptr<const Listener> resolved(std::shared_ptr<const Listener> listener,
                                         const Topology& topology);

}  // namespace hoplab::model
