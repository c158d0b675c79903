// The kinds of objects in a scenario, each defined in the file that the comment names.
#pragma once

#include "scenario/format/reader.h"
#include "scenario/format/reader_table.h"

namespace hoplab::scenario {

const ObjectType& scenario_type();              // reader_scenario.cpp
const ObjectType& parameter_type();             // reader_scenario.cpp
const ObjectType& pki_type();                   // reader_pki.cpp
const ObjectType& authority_type();             // reader_pki.cpp
const ObjectType& certificate_type();           // reader_pki.cpp
const ObjectType& subnet_type();                // reader_subnets.cpp
const ObjectType& security_group_type();        // reader_security_groups.cpp
const ObjectType& vpc_endpoint_type();          // reader_privatelink.cpp
const ObjectType& vpc_endpoint_service_type();  // reader_privatelink.cpp
const ObjectType& load_balancer_type();         // reader_load_balancers.cpp
const ObjectType& listener_type();              // reader_listeners.cpp
const ObjectType& listener_attributes_type();   // reader_listeners.cpp
const ObjectType& rule_type();                  // reader_rules.cpp
const ObjectType& transform_type();             // reader_transforms.cpp
const ObjectType& target_group_type();          // reader_target_groups.cpp
const ObjectType& trust_store_type();           // reader_trust_stores.cpp
const ObjectType& rest_api_type();              // reader_api.cpp
const ObjectType& authorizer_type();            // reader_authorizers.cpp
const ObjectType& api_model_type();             // reader_api_validation.cpp
const ObjectType& request_validator_type();     // reader_api_validation.cpp
const ObjectType& gateway_response_type();      // reader_api_validation.cpp
const ObjectType& integration_type();           // reader_integrations.cpp
const ObjectType& method_type();                // reader_api.cpp
const ObjectType& stage_type();                 // reader_usage.cpp
const ObjectType& canary_type();                // reader_usage.cpp
const ObjectType& api_key_type();               // reader_usage.cpp
const ObjectType& usage_plan_type();            // reader_usage.cpp
const ObjectType& domain_name_type();           // reader_domain_names.cpp
const ObjectType& vpc_link_type();              // reader_vpc_links.cpp
const ObjectType& record_set_type();            // reader_record_sets.cpp
const ObjectType& routing_rule_type();          // reader_routing_rules.cpp
const ObjectType& access_key_type();            // reader_access_keys.cpp
const ObjectType& function_type();              // reader_functions.cpp
const ObjectType& identity_provider_type();     // reader_identity_providers.cpp
const ObjectType& service_type();               // reader_services.cpp
const ObjectType& fault_type();
const ObjectType& proxy_type();         // reader_faults.cpp
const ObjectType& case_type();          // reader_case.cpp
const ObjectType& check_object_type();  // reader_checks.cpp

/// A listener's or rule's list of actions, of which one answers (reader_actions.cpp).
Type actions_type();
void read_actions(model::Action& into, const Node& node, ReadContext& context);
Node write_actions(const model::Action& from);

/// An attribute of load balancers and of target groups.
inline constexpr std::string_view kCrossZone = "load_balancing.cross_zone.enabled";

/// What many kinds of AWS resources have and hoplab has no use for.
inline constexpr std::string_view kNoTags = "tags have no effect on traffic";

/// AWS's words for an interface endpoint's states.
const std::vector<std::pair<std::string_view, model::EndpointState>>& endpoint_states();

/// What a TCP stack answers a SYN with.
const std::vector<std::pair<std::string_view, model::SynAnswer>>& syn_answers();

/// Headers as an object of names and values (reader_answer.cpp).
Type headers_type();
void assign_headers(std::vector<std::pair<std::string, std::string>>& to, const Node& node);
/// The opposite.
Node texts_node(const model::Texts& texts);

/// Defines a property that is an object of names and texts.
template <class T, class Place>
Define<T>& texts(Define<T>& define, std::string_view name, Place place, std::string_view help) {
  define.own(name, map_of(text(), model::rules::kNotEmpty), help,
             [place](T& into, const Node& node, ReadContext&) {
               assign_headers(std::invoke(place, into), node);
             });
  return define.written([place](const T& from, bool) -> std::optional<Node> {
    if (std::invoke(place, from).empty()) return std::nullopt;
    Node all = object_node();
    for (const auto& [key, value] : std::invoke(place, from)) add_member(all, key, node_of(value));
    return all;
  });
}

/// A body: a text as it is, other JSON in its compact form.
std::string body_text(const Node& node);
/// A JSON text of ours as a node.
Node node_of_json(const std::string& json);

}  // namespace hoplab::scenario
