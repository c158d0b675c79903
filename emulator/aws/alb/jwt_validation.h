// The action jwt-validation: a request has a token of the issuer (alb-features.md 7).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
#pragma once

#include <optional>

#include "aws/alb/auth_refusal.h"
#include "aws/identity/key_sets.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Whether the request's token is good at `now`, of the calendar; nothing: it is. `wanted` lives
/// until then.
Task<std::optional<AuthRefusal>> judge_token(const model::JwtValidation& wanted,
                                             const http::Headers& headers, Time now,
                                             KeySets& key_sets);

}  // namespace hoplab::aws
