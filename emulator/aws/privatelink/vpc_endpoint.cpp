#include "aws/privatelink/vpc_endpoint.h"

#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

/// "*", or arn:aws:iam::<account>:root and the users and roles of that account.
bool covers(const std::string& principal, const std::string& account) {
  return principal == "*" || principal.find("::" + account + ":") != std::string::npos;
}

}  // namespace

model::EndpointState state_of(const model::VpcEndpointService& service, const std::string& account) {
  bool allowed = false;
  for (const auto& principal : service.allowed_principals) allowed |= covers(principal, account);
  if (!allowed) return model::EndpointState::rejected;  // the default is that nobody may connect
  return service.acceptance_required ? model::EndpointState::pending_acceptance
                                     : model::EndpointState::available;
}

std::string_view to_text(model::EndpointState state) noexcept {
  switch (state) {
    case model::EndpointState::pending_acceptance: return "pendingAcceptance";
    case model::EndpointState::pending: return "pending";
    case model::EndpointState::available: return "available";
    case model::EndpointState::rejected: return "rejected";
    case model::EndpointState::expired: return "expired";
    case model::EndpointState::failed: return "failed";
    case model::EndpointState::deleting: return "deleting";
    case model::EndpointState::deleted: return "deleted";
  }
  return "";
}

void VpcEndpoint::serve(net::Connection connection) {
  net::pass_hop(connection, hop_, gate_);
  service_.serve(std::move(connection));
}

}  // namespace hoplab::aws
