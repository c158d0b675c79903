// What operations on listeners and rules share.
#pragma once

#include <string>
#include <vector>

#include "awsapi/elbv2/resources.h"

namespace hoplab::awsapi::elbv2 {

std::vector<const Document*> listeners_of(const Call& call, const std::string& load_balancer);
/// Of a listener, without its default one.
std::vector<const Document*> rules_of(const Call& call, const std::string& listener);

/// The listener, its rules and its further certificates go with `change`.
void remove_with_parts(const Call& call, const Document& listener, Change& change);

/// The target groups that actions forward to.
std::vector<std::string> groups_of(const Json& actions);

/// Whether `actions`, of a rule or a listener of `balancer`, can be.
Refusal check_actions(const Call& call, const Document& balancer, const Json& actions);

/// As answers have them: a forward to one group in both of its forms, a redirect with its defaults,
/// no secrets.
Json described_actions(const Json& actions);

Json describe_listener(const Call& call, const Document& listener);

}  // namespace hoplab::awsapi::elbv2
