// Actions: AWS "Action types for listener rules", and which groups a load balancer may forward to.
#include <algorithm>

#include "model/text_rule.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// nlb-privatelink facts 1.1: a TCP listener has TCP groups, a TLS listener TCP or TLS ones of type
/// ip or instance.
void validate_pairing(const Listener& listener, const TargetGroup& group, const std::string& here,
                      Findings& findings) {
  const std::string about = at("/TargetGroups", group.name);
  if (listener.protocol == "TCP" && group.protocol == "TLS") {
    findings.add({here,
                  in_quotes(group.name),
                  "a TCP listener forwards to groups of Protocol TCP; this one has TLS",
                  {},
                  about});
  }
  if (listener.protocol == "TLS" && group.target_type == TargetType::alb) {
    const bool mutual = listener.mutual_authentication.mode != MutualAuthenticationMode::off;
    findings.add({here,
                  in_quotes(group.name),
                  "a group of type alb needs a TCP listener: TLS ends at the application load "
                  "balancer" +
                      std::string(mutual ? ", and so does mutual TLS" : ""),
                  {},
                  about});
  }
}

/// An application load balancer's action with several groups of which some keep their clients
/// (alb-features.md 1.1).
void validate_stickiness(const Topology& topology, const Action& action, const std::string& path,
                         Findings& findings) {
  if (action.target_groups.size() < 2) return;
  const std::string config = at(path, "ForwardConfig");
  for (std::size_t i = 0; i < action.target_groups.size(); ++i) {
    const std::string& name = action.target_groups[i].target_group;
    const auto* group = Topology::find(topology.target_groups, name);
    if (group == nullptr || !group->attributes.stickiness.enabled) continue;
    const std::string here = at(at(at(config, "TargetGroups"), i), "TargetGroup");
    const std::string about = at("/TargetGroups", name);
    if (group->attributes.stickiness.by_app_cookie) {
      findings.add({here,
                    in_quotes(name),
                    "a group whose stickiness is app_cookie stands alone in its action",
                    {},
                    about});
    } else if (!action.group_stickiness.enabled) {
      findings.add({at(config, "TargetGroupStickinessConfig"),
                    {},
                    "it must be enabled, since the group " + in_quotes(name) +
                        " has stickiness and is one of several",
                    {},
                    about});
      return;
    }
  }
}

void validate_forward(const Topology& topology, const LoadBalancer& balancer,
                      const Listener& listener, const Action& action, const std::string& path,
                      Findings& findings) {
  const bool network = balancer.type == LoadBalancerType::network;
  if (!network) {
    validate_stickiness(topology, action, path, findings);
  } else if (action.group_stickiness.enabled) {
    findings.add(at(at(path, "ForwardConfig"), "TargetGroupStickinessConfig"), {},
                 "hoplab emulates it for application load balancers only");
  }
  for (std::size_t i = 0; i < action.target_groups.size(); ++i) {
    const std::string& name = action.target_groups[i].target_group;
    // Both forms of the action end in one list; a single group of weight 1 may be either.
    const std::string one = at(path, "TargetGroup");
    const std::string many =
        at(at(at(at(path, "ForwardConfig"), "TargetGroups"), i), "TargetGroup");
    const std::string& here = action.target_groups.size() == 1 ? one : many;
    const auto* group =
        refer(topology.target_groups, name, "target group", "/TargetGroups", here, findings);
    if (group == nullptr) continue;
    const bool fits = network == group->behind_network_load_balancer();
    if (network && group->target_type == TargetType::lambda) {
      findings.add({here,
                    in_quotes(name),
                    "only an application load balancer forwards to a group of type lambda",
                    {},
                    at("/TargetGroups", name)});
    }
    if (!fits && !group->protocol.empty()) {
      findings.add({here,
                    in_quotes(name),
                    std::string(network ? "a network load balancer forwards to groups of Protocol "
                                          "TCP or TLS; this one has "
                                        : "an application load balancer forwards to groups of "
                                          "Protocol HTTP or HTTPS; this one has ") +
                        group->protocol,
                    {},
                    at("/TargetGroups", name)});
    }
    if (network && fits) validate_pairing(listener, *group, here, findings);
    if (group->protocol_version != ProtocolVersion::http1 && listener.protocol == "HTTP") {
      findings.add({here,
                    in_quotes(name),
                    "groups of ProtocolVersion HTTP2 and GRPC need an HTTPS listener",
                    {},
                    at("/TargetGroups", name)});
    }
    const auto same = [&name](const auto& other) { return other.target_group == name; };
    if (std::count_if(action.target_groups.begin(), action.target_groups.end(), same) > 1) {
      findings.add(here, in_quotes(name), "the group stands more than once in the action");
    }
  }
}

void validate_redirect(const Listener& listener, const Redirect& redirect, const std::string& path,
                       Findings& findings) {
  constexpr std::size_t kLongest = 128;
  const Redirect unchanged;
  if (redirect.protocol == unchanged.protocol && redirect.host == unchanged.host &&
      redirect.port == unchanged.port && redirect.path == unchanged.path) {
    findings.add(path, {}, "a redirect must change Protocol, Host, Port or Path");
  }
  if (listener.protocol == "HTTPS" && redirect.protocol == "HTTP") {
    findings.add(at(path, "Protocol"), "\"HTTP\"", "a redirect from HTTPS to HTTP is not possible");
  }
  const auto port = parse_number(redirect.port);
  if (redirect.port != unchanged.port && (!port || *port < 1 || *port > 65535)) {
    findings.add(at(path, "Port"), in_quotes(redirect.port), "it takes 1 to 65535 or #{port}");
  }
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"Host", &redirect.host}, {"Path", &redirect.path}, {"Query", &redirect.query}};
  for (const auto& [name, text] : texts) {
    if (text->size() > kLongest) {
      findings.add(at(path, name), in_quotes(*text), "it takes at most 128 characters");
    }
  }
}

}  // namespace

void validate_actions(const Topology& topology, const LoadBalancer& balancer,
                      const Listener& listener, const Action& action, const std::string& list,
                      Findings& findings) {
  validate_authentications(topology, balancer, listener, action, list, findings);
  const std::string path = at(list, action.authentications.size());
  switch (action.type) {
    case Action::Type::forward:
      validate_forward(topology, balancer, listener, action, path, findings);
      return;
    case Action::Type::redirect:
      validate_redirect(listener, action.redirect, at(path, "RedirectConfig"), findings);
      return;
    case Action::Type::fixed_response: return;  // its values are judged one by one
  }
}

}  // namespace hoplab::model
