// LoadBalancers and their attributes.
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::LoadBalancer;
using model::LoadBalancerAttributes;
using model::LoadBalancerType;
namespace rules = model::rules;

const ObjectType& load_balancer_attributes_type() {
  using A = LoadBalancerAttributes;
  constexpr std::string_view kNoS3 = "there is no S3; the command's options say where logs go";
  constexpr std::string_view kNoEffect = "it has no effect on traffic here";
  static const ObjectType type =
      Define<A>("LoadBalancerAttributes", "Attributes by their keys.")
          .value(kCrossZone, boolean(), &A::cross_zone,
                 "whether a node uses targets of other zones; network: default false; application: "
                 "always true")
          .value("idle_timeout.timeout_seconds", integer(1, 4000), &A::idle_timeout_s,
                 "application: seconds without data on a connection, either side; default 60")
          .value("client_keep_alive.seconds", integer(60, 604800), &A::client_keep_alive_s,
                 "application: age at which a client's connection is closed; default 3600")
          .value("routing.http.desync_mitigation_mode",
                 choice({"monitor", "defensive", "strictest"}), &A::desync_mitigation_mode,
                 "application: what happens to ambiguous requests; default defensive")
          .value("routing.http.drop_invalid_header_fields.enabled", boolean(),
                 &A::drop_invalid_header_fields,
                 "application: whether invalid header fields are removed; default false")
          .value("routing.http.preserve_host_header.enabled", boolean(), &A::preserve_host_header,
                 "application: whether Host reaches the target unchanged; default false")
          .value("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", boolean(),
                 &A::tls_version_and_cipher_headers,
                 "application: whether the target is told version and cipher; default false")
          .value("routing.http.xff_client_port.enabled", boolean(), &A::xff_client_port,
                 "application: whether X-Forwarded-For has the client's port; default false")
          .value("routing.http.xff_header_processing.mode",
                 choice({"append", "preserve", "remove"}), &A::xff_mode,
                 "application: what happens to X-Forwarded-For; default append")
          .value("routing.http2.enabled", boolean(), &A::http2,
                 "application: whether HTTP/2 is offered to clients; default true")
          .states({"access_logs.s3.enabled", "connection_logs.s3.enabled",
                   "health_check_logs.s3.enabled"},
                  boolean(), "false", kNoS3)
          .refuse({"access_logs.s3.bucket", "access_logs.s3.prefix", "connection_logs.s3.bucket",
                   "connection_logs.s3.prefix", "health_check_logs.s3.bucket",
                   "health_check_logs.s3.prefix"},
                  kNoS3)
          .states({"deletion_protection.enabled", "waf.fail_open.enabled",
                   "zonal_shift.config.enabled"},
                  boolean(), "false", kNoEffect)
          .refuse("ipv6.deny_all_igw_traffic", kNoEffect)
          .states("dns_record.client_routing_policy", text(), "\"any_availability_zone\"",
                  "there are no DNS answers")
          .states("secondary_ips.auto_assigned.per_subnet", integer(0, 7), "0",
                  "there are no address pools")
          .type();
  return type;
}

void finish_load_balancer(LoadBalancer& into, const Node& node, ReadContext& context) {
  const Node* attributes = node.find("LoadBalancerAttributes");
  const Node* cross_zone = attributes == nullptr ? nullptr : attributes->find(kCrossZone);
  if (into.type == LoadBalancerType::application) {
    if (cross_zone != nullptr && !into.attributes.cross_zone) {
      context.report(*cross_zone, "false",
                     "an application load balancer's cross-zone load balancing is always on");
    }
    for (const std::string_view name : {"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
                                        "portsWithoutListener", "sourcePorts", "flowTableSize"}) {
      if (const Node* member = node.find(name)) {
        context.report(*member, {}, "only a network load balancer has " + std::string(name));
      }
    }
    return;
  }
  if (const Node* member = node.find("forwardsH2cUpgrade")) {
    context.report(*member, {}, "only an application load balancer has forwardsH2cUpgrade");
  }
  if (attributes == nullptr) return;
  for (const Node& one : attributes->items) {
    if (one.key.starts_with("idle_") || one.key.starts_with("client_") ||
        one.key.starts_with("routing.")) {
      context.report(one, {}, "only an application load balancer has this attribute");
    }
  }
}

}  // namespace

const ObjectType& load_balancer_type() {
  static const ObjectType type =
      Define<LoadBalancer>("LoadBalancer",
                           "A network or application load balancer "
                           "(AWS::ElasticLoadBalancingV2::LoadBalancer).")
          .word<LoadBalancerType>("Type",
                                  {{"application", LoadBalancerType::application},
                                   {"network", LoadBalancerType::network}},
                                  &LoadBalancer::type, "network or application",
                                  {{"gateway", "there are no gateway load balancers here"}})
          .required()
          .value("Scheme", choice({"internal", "internet-facing"}), &LoadBalancer::scheme,
                 "internal, the default, or internet-facing; it shows in the DNS name")
          .value("AvailabilityZones", list_of(text(rules::kAvailabilityZone), 1, 6),
                 &LoadBalancer::availability_zones,
                 "a node in each; default: the first zone of the Region")
          .nested("LoadBalancerAttributes", load_balancer_attributes_type,
                  &LoadBalancer::attributes, "attributes by their keys")
          .list("Listeners", listener_type, &LoadBalancer::listeners,
                "its listeners (AWS::ElasticLoadBalancingV2::Listener)", 1, 50)
          .required()
          .value("Subnets", list_of(text(rules::kNotEmpty), 1, 6), &LoadBalancer::subnets,
                 "subnets of this scenario, by name, one for each zone; its zones are theirs")
          .refuse("SubnetMappings", "name Subnets; no node here has an address of your choice")
          .value("SecurityGroups", list_of(text(rules::kNotEmpty), 1, 16),
                 &LoadBalancer::security_groups,
                 "security groups of this scenario, by name; none: everybody may connect")
          .word<bool>(
              "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
              {{"on", true}, {"off", false}}, &LoadBalancer::security_groups_on_private_link,
              "network: whether its security groups judge what comes through PrivateLink, by "
              "the client's own address; on, the default, or off")
          .value("portsWithoutListener", list_of(integer(1, 65535), 1, 50),
                 &LoadBalancer::ports_without_listener,
                 "network: further ports that can be connected to, where nothing listens")
          .value(
              "sourcePorts", integer(1, 55000), &LoadBalancer::source_ports,
              "network: how many connections each node can have to one target while it translates "
              "addresses; default 55000, as on AWS")
          .value(
              "forwardsH2cUpgrade", boolean(), &LoadBalancer::forwards_h2c_upgrade,
              "application: whether a request that offers HTTP/2 without TLS (Upgrade: h2c) goes "
              "on without its offer; default false: it is answered 400")
          .value("flowTableSize", integer(1, 10'000'000), &LoadBalancer::flow_table,
                 "network: how many flows a listener follows; default: any number")
          .states("IpAddressType", text(), "\"ipv4\"", "load balancers are IPv4")
          .refuse({"Ipv4IpamPoolId", "EnablePrefixForIpv6SourceNat"}, "load balancers are IPv4")
          .refuse("MinimumLoadBalancerCapacity", "there is no capacity to reserve")
          .refuse({"WebACLArn", "WebACLId"}, "there is no WAF")
          .refuse("Name", "the key is the name")
          .refuse("Tags", kNoTags)
          .after(finish_load_balancer)
          .type();
  return type;
}

}  // namespace hoplab::scenario
