// Listeners, with their certificates and mutual authentication (alb.md 1 and 10).
#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/listener_parts.h"
#include "awsapi/elbv2/load_balancer_parts.h"
#include "model/ids.h"
#include "tls/security_policy.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr const char* kDefaultPolicy = "ELBSecurityPolicy-2016-08";
constexpr std::string_view kCertificateDocument = "AWS::CertificateManager::Certificate";

bool is_secure(const std::string& protocol) {
  return protocol == "HTTPS" || protocol == "TLS";
}

Refusal check_protocol(const Document& balancer, const std::string& protocol) {
  constexpr std::string_view kApplication = "'HTTPS, HTTP'", kNetwork = "'TCP, TLS, UDP, TCP_UDP'";
  const bool application = is_application(balancer);
  const bool http = protocol == "HTTP" || protocol == "HTTPS";
  const bool stream =
      protocol == "TCP" || is_secure(protocol) || protocol == "UDP" || protocol == "TCP_UDP";
  if (application ? http : stream && !http) return std::nullopt;
  return validation_error("Listener protocol '" + protocol + "' must be one of " +
                          std::string(application ? kApplication : kNetwork));
}

Refusal check_certificates(const Call& call, const Json& properties, bool secure) {
  const Json certificates = properties.value("Certificates", Json::array());
  if (!secure) {
    if (certificates.empty() && !properties.contains("SslPolicy")) return std::nullopt;
    return ApiError{"InvalidConfigurationRequest",
                    "Certificates and a security policy are for HTTPS and TLS listeners only"};
  }
  if (certificates.size() != 1) {
    return validation_error("Exactly one certificate must be specified for HTTPS listeners");
  }
  const std::string arn = text_of(certificates[0], "CertificateArn");
  if (!call.plane.find(arn, kCertificateDocument)) {
    return ApiError{"CertificateNotFound", "Certificate '" + arn + "' not found"};
  }
  const std::string policy = properties["SslPolicy"];
  if (!tls::find_security_policy(policy)) {
    return ApiError{"SSLPolicyNotFound", "SSL policy '" + policy + "' not found"};
  }
  return std::nullopt;
}

/// alb.md 10: the codes of these are UNDOCUMENTED.
Refusal check_mutual(const Call& call, const Json& properties) {
  const auto mutual = properties.find("MutualAuthentication");
  if (mutual == properties.end()) return std::nullopt;
  const std::string mode = text_of(*mutual, "Mode"), store = text_of(*mutual, "TrustStoreArn");
  if (mode != "off" && mode != "passthrough" && mode != "verify") {
    return validation_error("The mutual authentication mode '" + mode +
                            "' must be one of 'off, passthrough, verify'");
  }
  if (mode != "off" && properties["Protocol"] != "HTTPS") {
    return validation_error("Mutual authentication is supported on HTTPS listeners only");
  }
  if (mode == "verify") {
    if (store.empty()) {
      return validation_error(
          "A trust store ARN must be specified for the mutual authentication mode 'verify'");
    }
    const auto found = find(call, kTrustStoreType, store);
    return found ? Refusal() : Refusal(found.error());
  }
  const bool expiry = mutual->value("IgnoreClientCertificateExpiry", false);
  if (!store.empty() || expiry || text_of(*mutual, "AdvertiseTrustStoreCaNames") == "on") {
    return validation_error(
        "TrustStoreArn, IgnoreClientCertificateExpiry and AdvertiseTrustStoreCaNames are for the "
        "mutual authentication mode 'verify' only, not for '" +
        mode + "'");
  }
  return std::nullopt;
}

Refusal check_listener(const Call& call, const Document& balancer, const Json& properties) {
  const std::string protocol = properties["Protocol"];
  if (auto refused = check_protocol(balancer, protocol)) return refused;
  if (auto refused = check_certificates(call, properties, is_secure(protocol))) return refused;
  if (auto refused = check_mutual(call, properties)) return refused;
  return check_actions(call, balancer, properties["DefaultActions"]);
}

/// What a request says, over what there is already.
void take_members(const Json& in, Json& properties) {
  for (const char* const member : {"Protocol", "Port", "SslPolicy", "Certificates", "AlpnPolicy",
                                   "DefaultActions", "MutualAuthentication"}) {
    if (in.contains(member)) properties[member] = in[member];
  }
  if (!is_secure(text_of(properties, "Protocol"))) {
    // HTTPS to HTTP drops them; what the request itself says is left to be refused.
    for (const char* const member : {"SslPolicy", "Certificates", "MutualAuthentication"}) {
      if (!in.contains(member)) properties.erase(member);
    }
  } else if (!properties.contains("SslPolicy")) {
    properties["SslPolicy"] = kDefaultPolicy;
  }
}

/// Another listener of the load balancer on that port; null: none.
const Document* on_port(const Call& call, const std::string& balancer, const Json& port,
                        const std::string& but) {
  for (const Document* one : listeners_of(call, balancer)) {
    if (one->properties["Port"] == port && one->id != but) return one;
  }
  return nullptr;
}

ApiError duplicate(const std::string& balancer) {
  return {"DuplicateListener",
          "A listener already exists on this port for this load balancer '" + balancer + "'"};
}

std::string path_of(const Document& balancer) {
  const std::size_t at = balancer.id.find(":loadbalancer/");
  return "listener/" + balancer.id.substr(at + std::string_view(":loadbalancer/").size()) + "/";
}

Json described_mutual(const Document& listener) {
  Json mutual = listener.properties.value("MutualAuthentication", Json{{"Mode", "off"}});
  if (mutual["Mode"] != "verify") return mutual;
  mutual.emplace("IgnoreClientCertificateExpiry", false);
  mutual.emplace("AdvertiseTrustStoreCaNames", "off");
  mutual["TrustStoreAssociationStatus"] =
      listener.attributes.value("TrustStoreAssociationStatus", "active");
  return mutual;
}

}  // namespace

std::vector<const Document*> listeners_of(const Call& call, const std::string& load_balancer) {
  std::vector<const Document*> found = call.plane.all(kListenerType);
  std::erase_if(found, [&](const Document* one) {
    return one->properties["LoadBalancerArn"] != load_balancer;
  });
  return found;
}

void remove_with_parts(const Call& call, const Document& listener, Change& change) {
  for (const Document* rule : rules_of(call, listener.id)) change.remove.push_back(rule->id);
  for (const Document* one : call.plane.all(kListenerCertificateType)) {
    if (one->properties["ListenerArn"] == listener.id) change.remove.push_back(one->id);
  }
  change.remove.push_back(listener.id);
}

Json describe_listener(const Call&, const Document& listener) {
  const Json& properties = listener.properties;
  Json made = properties;
  made["ListenerArn"] = listener.id;
  made["DefaultActions"] = described_actions(properties["DefaultActions"]);
  if (properties["Protocol"] == "HTTPS") made["MutualAuthentication"] = described_mutual(listener);
  return made;
}

ApiResult<Json> create_listener(const Call& call, const Json& in) {
  const auto balancer = find(call, kLoadBalancerType, in["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  for (const char* const member : {"Protocol", "Port"}) {
    if (!in.contains(member)) {
      return validation_error(std::string("A listener must have a ") + member);
    }
  }
  Document document = call.plane.made("", kListenerType, call.caller);
  document.properties["LoadBalancerArn"] = (*balancer)->id;
  take_members(in, document.properties);
  if (auto refused = check_listener(call, **balancer, document.properties)) return *refused;
  if (auto refused = take_tags(in, document)) return *refused;
  const Document* const present = on_port(call, (*balancer)->id, in["Port"], "");
  if (present) {
    if (present->properties != document.properties) return duplicate((*balancer)->id);
    return Json{{"Listeners", Json::array({describe_listener(call, *present)})}};
  }
  const std::string path = path_of(**balancer);
  const std::string key = model::listener_key(text_of((*balancer)->properties, "Name"),
                                              in["Port"].get<std::uint16_t>());
  document.id = arn_of(call, path + model::derived_load_balancer_id(key));
  document.attributes["ListenerArn"] = document.id;
  return put_and_describe(call, std::move(document), "Listeners", describe_listener);
}

ApiResult<Json> modify_listener(const Call& call, const Json& in) {
  const auto listener = find(call, kListenerType, in["ListenerArn"]);
  if (!listener) return listener.error();
  Document document = **listener;
  const auto balancer = find(call, kLoadBalancerType, document.properties["LoadBalancerArn"]);
  if (!balancer) return balancer.error();
  take_members(in, document.properties);
  if (auto refused = check_listener(call, **balancer, document.properties)) return *refused;
  if (on_port(call, (*balancer)->id, document.properties["Port"], document.id)) {
    return duplicate((*balancer)->id);
  }
  if (in.contains("MutualAuthentication")) document.attributes.erase("TrustStoreAssociationStatus");
  return put_and_describe(call, std::move(document), "Listeners", describe_listener);
}

ApiResult<Json> delete_listener(const Call& call, const Json& in) {
  const auto listener = find(call, kListenerType, in["ListenerArn"]);
  if (!listener) return listener.error();
  Change change;
  remove_with_parts(call, **listener, change);
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> describe_listeners(const Call& call, const Json& in) {
  const std::string balancer = text_of(in, "LoadBalancerArn");
  if (balancer.empty() && !in.contains("ListenerArns")) {
    return validation_error("You must specify either listener ARNs or a load balancer ARN");
  }
  std::vector<Json> items;
  if (!balancer.empty()) {
    if (auto found = find(call, kLoadBalancerType, balancer); !found) return found.error();
    for (const Document* one : listeners_of(call, balancer)) {
      items.push_back(describe_listener(call, *one));
    }
    return paged(in, "Listeners", std::move(items));
  }
  const auto chosen = choose(call, kListenerType, in, "ListenerArns");
  if (!chosen) return chosen.error();
  for (const Document* one : *chosen) items.push_back(describe_listener(call, *one));
  return paged(in, "Listeners", std::move(items));
}

}  // namespace hoplab::awsapi::elbv2
