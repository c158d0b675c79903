#include "aws/privatelink/vpc_endpoint.h"

#include "net/hop_stream.h"

namespace hoplab::aws {

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
  if (settings_.state != model::EndpointState::available) {  // the kernel had accepted it before
    connection.journal->pass(parts_.hop);
    abandoned_.keep(std::move(connection.stream), connection.journal,
                    Reason::endpoint_not_available, net::AbandonedClients::Answer::silence);
    return;
  }
  net::pass_hop(connection, parts_.hop, parts_.gate);
  auto passed = std::make_shared<net::EndpointPassed>();
  passed->vpc_endpoint_id = settings_.id;
  passed->client = connection.source;
  passed->network_interface = connection.destination;
  connection.endpoint = std::move(passed);
  settings_.service->serve(std::move(connection));
}

net::Admission VpcEndpoint::admission() const {
  if (settings_.state != model::EndpointState::available)
    return net::Admission::dropped({&parts_.hop, Reason::endpoint_not_available});
  net::Admission answer;
  if (settings_.security_group)
    answer.only(*settings_.security_group, {&parts_.hop, Reason::security_group});
  return answer;
}

void VpcEndpoint::update(VpcEndpointSettings settings) {
  const bool gone = settings.state != model::EndpointState::available;
  const bool was_there = settings_.state == model::EndpointState::available;
  settings_ = std::move(settings);
  if (gone && was_there) {
    parts_.gate.silence_all(Reason::endpoint_not_available, abandoned_);
  }
}

void VpcEndpoint::vanish() {
  VpcEndpointSettings deleted = settings_;
  deleted.state = model::EndpointState::deleted;
  update(std::move(deleted));
}

}  // namespace hoplab::aws
