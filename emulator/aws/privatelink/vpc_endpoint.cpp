#include "aws/privatelink/vpc_endpoint.h"

#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

/// "*", or arn:aws:iam::<account>:root and the users and roles of that account.
bool covers(const std::string& principal, const std::string& account) {
  return principal == "*" || principal.find("::" + account + ":") != std::string::npos;
}

}  // namespace

model::EndpointState state_of(const model::VpcEndpointService& service,
                              const std::string& account) {
  bool allowed = false;
  for (const auto& principal : service.allowed_principals) allowed |= covers(principal, account);
  if (!allowed) return model::EndpointState::rejected;  // the default is that nobody may connect
  return service.acceptance_required ? model::EndpointState::pending_acceptance
                                     : model::EndpointState::available;
}

model::EndpointState first_state_of(const model::VpcEndpoint& endpoint,
                                    const model::VpcEndpointService& service) {
  return endpoint.state ? *endpoint.state : state_of(service, endpoint.account);
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
  if (state_ != model::EndpointState::available) {  // the kernel had accepted it before
    connection.journal->pass(parts_.hop);
    abandoned_.keep(std::move(connection.stream), connection.journal,
                    Reason::endpoint_not_available, net::AbandonedClients::Answer::silence);
    return;
  }
  net::pass_hop(connection, parts_.hop, parts_.gate);
  auto passed = std::make_shared<net::EndpointPassed>();
  passed->vpc_endpoint_id = parts_.id;
  passed->client = connection.source;
  passed->network_interface = connection.destination;
  connection.endpoint = std::move(passed);
  parts_.service.serve(std::move(connection));
}

net::Admission VpcEndpoint::admission() const {
  if (state_ != model::EndpointState::available) return net::Admission::dropped();
  net::Admission answer;
  if (parts_.security_group) answer.allowed.push_back(*parts_.security_group);
  return answer;
}

void VpcEndpoint::become(model::EndpointState state) {
  const bool gone = state != model::EndpointState::available;
  if (gone && state_ == model::EndpointState::available) {
    parts_.gate.silence_all(Reason::endpoint_not_available, abandoned_);
  }
  state_ = state;
}

}  // namespace hoplab::aws
