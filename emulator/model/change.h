// Changes of a topology: a closed set of values, and what each makes of a topology.
//
// An operator, a check's step and the admin API change a topology by these only.
// AWS's API has most of them under the same names; Put creates what does not exist and replaces
// what does. What a change does to live traffic: docs/fidelity.md.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "model/topology.h"

namespace hoplab::model {

// ---- Any object ---------------------------------------------------------------------------------

/// Creates `value`, or puts it in the place of the one of its name.
template <class T>
struct Put {
  T value;
};

template <class T>
struct Delete {
  std::string name;
};

/// In the place of the listener with its port, when there is one.
struct PutListener {
  std::string load_balancer;
  Listener listener;
};
struct DeleteListener {
  std::string load_balancer;
  std::uint16_t port = 443;
};

/// In the place of the rule with its priority, when there is one.
struct PutRule {
  std::string load_balancer;
  std::uint16_t port = 443;
  Rule rule;
};
struct DeleteRule {
  std::string load_balancer;
  std::uint16_t port = 443;
  int priority = 1;
};

/// ModifyListenerAttributes: of an application or a network load balancer's listener. What `modify`
/// leaves alone stays.
struct ModifyListenerAttributes {
  std::string load_balancer;
  std::uint16_t port = 443;
  std::function<void(ListenerAttributes& attributes)> modify;
};

/// CreateDeployment: keeps what the API is now, and gives it to a stage, which there need not be
/// yet, or to its canary.
struct CreateDeployment {
  std::string rest_api;
  std::string deployment;               // its id; empty: a derived one
  std::string stage;                    // empty: none gets it
  std::optional<CanarySetting> canary;  // not null: that stage's canary gets it, and is this
};
struct DeleteDeployment {
  std::string rest_api;
  std::string deployment;
};
/// In the place of the stage of its name, when there is one.
struct PutStage {
  std::string rest_api;
  RestApiStage stage;
};
struct DeleteStage {
  std::string rest_api;
  std::string stage;
};
/// In the place of the same method of the same path, when there is one. Stages that serve a
/// deployment do not see it before the next one.
struct PutMethod {
  std::string rest_api;
  Method method;
};
struct DeleteMethod {
  std::string rest_api;
  std::string path;
  std::string http_method;
};

/// Other ways in.
struct SetEntries {
  std::vector<std::string> entries;
};

// ---- What an operator does ----------------------------------------------------------------------

/// Arms a fault by its name.
struct ArmFault {
  std::string fault;
};
/// Ends its effect: held connections go on.
struct DisarmFault {
  std::string fault;
};

/// Accept, reject, delete and what follows from them: the state of an interface endpoint.
struct SetEndpointState {
  std::string endpoint;
  EndpointState state = EndpointState::available;
};

/// A target of a group: by its name, or by the address of one of an endpoint's network interfaces.
struct TargetName {
  std::string target_group;
  std::string target;
  std::string availability_zone;  // of an endpoint's network interface; empty: of any
};
/// DeregisterTargets: it drains and is then unused; the others get the new connections.
struct DeregisterTarget : TargetName {};
/// RegisterTargets: of one that was deregistered, or of a new one.
struct RegisterTarget : TargetName {};
/// Ours: its health is what somebody says; none: what its health checks say, from the next one on.
struct SetTargetHealth : TargetName {
  std::optional<bool> healthy;
};

/// ModifyListener of a network load balancer: another weight, 0 to 999, for one of its groups.
struct SetWeight {
  std::string load_balancer;
  std::uint16_t port = 443;
  std::string target_group;
  int weight = 0;
};

/// ModifyTrustStore: another CA bundle, in PEM. Its lists stay, so they must still fit it.
struct ModifyTrustStore {
  std::string trust_store;
  SharedText ca_bundle;
};
/// AddTrustStoreRevocations: lists in PEM. They get the next revocation ids, in their order.
struct AddTrustStoreRevocations {
  std::string trust_store;
  std::vector<SharedText> lists;
};
/// RemoveTrustStoreRevocations.
struct RemoveTrustStoreRevocations {
  std::string trust_store;
  std::vector<std::int64_t> revocation_ids;
};
/// Ours: revokes one of the PKI's certificates. Its authority's new list takes the place of the
/// last one in every trust store that has the authority.
struct RevokeCertificate {
  std::string certificate;
};
/// Ours: takes a revocation back, likewise (RFC 5280 5.3.1: removeFromCRL).
struct ReinstateCertificate {
  std::string certificate;
};

/// Ours: what the stand-in of a service answers a SYN with.
struct SetSynAnswer {
  std::string service;
  SynAnswer answer = SynAnswer::accept;
};

using Change = std::variant<
    Put<CertificateAuthority>, Put<Certificate>, Put<Subnet>, Put<SecurityGroup>, Put<VpcEndpoint>,
    Put<VpcEndpointService>, Put<LoadBalancer>, Put<TargetGroup>, Put<TrustStore>, Put<RestApi>,
    Put<DomainName>, Put<ApiKey>, Put<UsagePlan>, Put<VpcLink>, Put<AccessKey>, Put<Function>,
    Put<IdentityProvider>, Put<Service>, Put<Proxy>, Put<Fault>, Delete<CertificateAuthority>,
    Delete<Certificate>, Delete<Subnet>, Delete<SecurityGroup>, Delete<VpcEndpoint>,
    Delete<VpcEndpointService>, Delete<LoadBalancer>, Delete<TargetGroup>, Delete<TrustStore>,
    Delete<RestApi>, Delete<DomainName>, Delete<ApiKey>, Delete<UsagePlan>, Delete<VpcLink>,
    Delete<AccessKey>, Delete<Function>, Delete<IdentityProvider>, Delete<Service>, Delete<Proxy>,
    Delete<Fault>, PutListener, DeleteListener, PutRule, DeleteRule, ModifyListenerAttributes,
    CreateDeployment, DeleteDeployment, PutStage, DeleteStage, PutMethod, DeleteMethod, SetEntries,
    ArmFault, DisarmFault, SetEndpointState, DeregisterTarget, RegisterTarget, SetTargetHealth,
    SetWeight, ModifyTrustStore, AddTrustStoreRevocations, RemoveTrustStoreRevocations,
    RevokeCertificate, ReinstateCertificate, SetSynAnswer>;

/// `topology`, which is complete, with `change`: complete, too. It shares everything that the
/// change is not about. The error says what the change names and does not exist, or why it cannot
/// be; whether the whole is good is for validate() to say.
Result<Topology> changed(const Topology& topology, const Change& change);

/// Whether the change takes something away that others may need.
bool takes_away(const Change& change);

}  // namespace hoplab::model
