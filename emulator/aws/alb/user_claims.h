// The fields that tell a target who has logged in: x-amzn-oidc-accesstoken, -identity and -data
// (alb-features.md 6.3).
#pragma once

#include <string>

#include "aws/alb/user_session.h"
#include "aws/identity/signing_key.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// The client's fields of these names are dropped. `signer`: the load balancer's ARN; `now`, of the
/// calendar, and two minutes: until when the claims count.
void add_user_claims(http::Request& request, const UserSession& session,
                     const model::UserAuthentication& login, const SigningKey& key,
                     std::string_view signer, Time now);
void drop_user_claims(http::Request& request);

}  // namespace hoplab::aws
