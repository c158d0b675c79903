#include "scenario/format/change_table.h"

#include <algorithm>

#include "model/nearest.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::Delete;
using model::Put;

template <class T>
ChangeRow row(std::string_view name, const ObjectType& type) {
  return {name, &type, [&type](const Node& node, ReadContext& context) -> model::Change {
            T change;
            read_object(type, node, &change, context);
            return change;
          }};
}

/// { "change": "PutTargetGroup", "Name": "group", "TargetGroup": { ... } }
template <class T>
ChangeRow put_row(std::string_view name, std::string_view member, const ObjectType& of,
                  const model::TextRule& names) {
  static const ObjectType type =
      Define<Put<T>>(name, "Creates an object, or replaces the one of its name.")
          .fixed("change", choice({name}), "the name of the change")
          .required()
          .value(
              "Name", text(names), [](Put<T> & put) -> auto& { return put.value.name; }, "its name")
          .required()
          .nested(
              member, of, [](Put<T> & put) -> auto& { return put.value; },
              "the object, as it stands in a scenario")
          .required()
          .type();
  return row<Put<T>>(name, type);
}

template <class T>
ChangeRow delete_row(std::string_view name) {
  static const ObjectType type =
      Define<Delete<T>>(name, "Takes an object away that nothing needs.")
          .fixed("change", choice({name}), "the name of the change")
          .required()
          .value("Name", text(rules::kNotEmpty), &Delete<T>::name, "its name")
          .required()
          .type();
  return row<Delete<T>>(name, type);
}

template <class T>
Define<T> define(std::string_view name, std::string_view help) {
  Define<T> made(name, help);
  made.fixed("change", choice({name}), "the name of the change").required();
  return made;
}

/// Members that name a listener.
template <class T>
Define<T> define_of_listener(std::string_view name, std::string_view help) {
  Define<T> made = define<T>(name, help);
  made.value("LoadBalancer", text(rules::kNotEmpty), &T::load_balancer, "by name")
      .required()
      .value("Port", integer(1, 65535), &T::port, "its listener's; default 443");
  return made;
}

template <class T>
Define<T> define_of_target(std::string_view name, std::string_view help) {
  Define<T> made = define<T>(name, help);
  made.value("TargetGroup", text(rules::kNotEmpty), &T::target_group, "by name")
      .required()
      .value("Target", text(rules::kNotEmpty), &T::target, "by name")
      .required()
      .value("AvailabilityZone", text(rules::kAvailabilityZone), &T::availability_zone,
             "of an execute-api endpoint: the zone of the network interface; default: all");
  return made;
}

void read_modification(model::ModifyListenerAttributes& into, const Node& node,
                       ReadContext& context) {
  const auto read = [node](model::ListenerAttributes& attributes, ReadContext& mistakes) {
    read_object(listener_attributes_type(), node, &attributes, mistakes);
  };
  model::ListenerAttributes unused;
  read(unused, context);
  into.modify = [read](model::ListenerAttributes& attributes) {
    std::vector<Diagnostic> told_already;
    ReadContext again({}, told_already);
    read(attributes, again);
  };
}

Type pem_list() {
  return list_of(text(rules::kNotEmpty), 1, 30);
}

std::vector<ChangeRow> operations() {
  using namespace model;  // NOLINT: the changes
  static const ObjectType put_listener =
      define<PutListener>("PutListener", "Creates a listener, or replaces the one of its port.")
          .value("LoadBalancer", text(rules::kNotEmpty), &PutListener::load_balancer, "by name")
          .required()
          .nested("Listener", listener_type(), &PutListener::listener,
                  "the listener, as it stands in a scenario")
          .required()
          .type();
  static const ObjectType delete_listener =
      define_of_listener<DeleteListener>("DeleteListener", "Its connections are reset.").type();
  static const ObjectType put_rule =
      define_of_listener<PutRule>("PutRule", "Creates a rule, or replaces the one of its priority.")
          .nested("Rule", rule_type(), &PutRule::rule, "the rule, as it stands in a scenario")
          .required()
          .type();
  static const ObjectType delete_rule =
      define_of_listener<DeleteRule>("DeleteRule", "From the next request on.")
          .value("Priority", integer(1, 50000), &DeleteRule::priority, "the rule's")
          .required()
          .type();
  static const ObjectType modify_attributes =
      define_of_listener<ModifyListenerAttributes>("ModifyListenerAttributes",
                                                   "Those that are given; the others stay.")
          .own("ListenerAttributes", object(listener_attributes_type()), "attributes by their keys",
               read_modification)
          .required()
          .type();
  static const ObjectType set_entries =
      define<SetEntries>("SetEntries", "Other ways in.")
          .value("Entries", list_of(text(rules::kNotEmpty), 1, 50), &SetEntries::entries,
                 "endpoints and load balancers by name, the first one first")
          .required()
          .type();
  static const ObjectType arm_fault =
      define<ArmFault>("ArmFault", "Connections that are there meet it, too.")
          .value("Fault", text(rules::kNotEmpty), &ArmFault::name, "by name")
          .required()
          .type();
  static const ObjectType disarm_fault =
      define<DisarmFault>("DisarmFault", "Held connections go on.")
          .value("Fault", text(rules::kNotEmpty), &DisarmFault::name, "by name")
          .required()
          .type();
  static const ObjectType set_endpoint_state =
      define<SetEndpointState>("SetEndpointState", "Accept, reject, delete an endpoint.")
          .value("Endpoint", text(rules::kNotEmpty), &SetEndpointState::endpoint, "by name")
          .required()
          .word<EndpointState>("State", endpoint_states(), &SetEndpointState::state,
                               "AWS's word for it")
          .required()
          .type();
  static const ObjectType deregister =
      define_of_target<DeregisterTarget>("DeregisterTarget", "It drains and is then unused.")
          .type();
  static const ObjectType register_target =
      define_of_target<RegisterTarget>("RegisterTarget", "One that was deregistered, or a new one.")
          .type();
  static const ObjectType set_health =
      define_of_target<SetTargetHealth>("SetTargetHealth",
                                        "What its health is said to be, in place of its checks.")
          .own("Health", either({choice({"healthy", "unhealthy"}), null()}),
               "healthy, unhealthy, or null for what its checks say",
               [](SetTargetHealth& into, const Node& node, ReadContext&) {
                 if (node.kind == Node::Kind::text) into.healthy = node.text == "healthy";
               })
          .required()
          .type();
  static const ObjectType set_weight =
      define_of_listener<SetWeight>("SetWeight", "0 ends the connections to the group.")
          .value("TargetGroup", text(rules::kNotEmpty), &SetWeight::target_group,
                 "one that the network load balancer's listener forwards to")
          .required()
          .value("Weight", integer(0, 999), &SetWeight::weight, "its share")
          .required()
          .type();
  static const ObjectType modify_store =
      define<ModifyTrustStore>("ModifyTrustStore", "Another bundle, for handshakes from now on.")
          .value("TrustStore", text(rules::kNotEmpty), &ModifyTrustStore::trust_store, "by name")
          .required()
          .own("CaCertificatesBundle", text(rules::kNotEmpty), "the bundle in PEM",
               [](ModifyTrustStore& into, const Node& node, ReadContext&) {
                 into.ca_bundle = node.text;
               })
          .required()
          .type();
  static const ObjectType add_lists =
      define<AddTrustStoreRevocations>("AddTrustStoreRevocations", "More revocation lists.")
          .value("TrustStore", text(rules::kNotEmpty), &AddTrustStoreRevocations::trust_store,
                 "by name")
          .required()
          .own("RevocationContents", pem_list(), "the lists in PEM",
               [](AddTrustStoreRevocations& into, const Node& node, ReadContext&) {
                 for (const Node& item : node.items) into.lists.emplace_back(item.text);
               })
          .required()
          .type();
  static const ObjectType remove_lists =
      define<RemoveTrustStoreRevocations>("RemoveTrustStoreRevocations", "By their ids.")
          .value("TrustStore", text(rules::kNotEmpty), &RemoveTrustStoreRevocations::trust_store,
                 "by name")
          .required()
          .value("RevocationIds", list_of(integer(1, INT64_MAX), 1, 30),
                 &RemoveTrustStoreRevocations::revocation_ids, "the lists' ids")
          .required()
          .type();
  static const ObjectType revoke =
      define<RevokeCertificate>("RevokeCertificate", "Its authority issues a new list.")
          .value("Certificate", text(rules::kNotEmpty), &RevokeCertificate::certificate, "by name")
          .required()
          .type();
  static const ObjectType set_syn_answer =
      define<SetSynAnswer>("SetSynAnswer", "What a stand-in answers a SYN with.")
          .value("Service", text(rules::kNotEmpty), &SetSynAnswer::service, "by name")
          .required()
          .word<SynAnswer>("Answer", syn_answers(), &SetSynAnswer::answer, "accept, refuse or drop")
          .required()
          .type();
  return {row<PutListener>("PutListener", put_listener),
          row<DeleteListener>("DeleteListener", delete_listener),
          row<PutRule>("PutRule", put_rule),
          row<DeleteRule>("DeleteRule", delete_rule),
          row<ModifyListenerAttributes>("ModifyListenerAttributes", modify_attributes),
          row<SetEntries>("SetEntries", set_entries),
          row<ArmFault>("ArmFault", arm_fault),
          row<DisarmFault>("DisarmFault", disarm_fault),
          row<SetEndpointState>("SetEndpointState", set_endpoint_state),
          row<DeregisterTarget>("DeregisterTarget", deregister),
          row<RegisterTarget>("RegisterTarget", register_target),
          row<SetTargetHealth>("SetTargetHealth", set_health),
          row<SetWeight>("SetWeight", set_weight),
          row<ModifyTrustStore>("ModifyTrustStore", modify_store),
          row<AddTrustStoreRevocations>("AddTrustStoreRevocations", add_lists),
          row<RemoveTrustStoreRevocations>("RemoveTrustStoreRevocations", remove_lists),
          row<RevokeCertificate>("RevokeCertificate", revoke),
          row<SetSynAnswer>("SetSynAnswer", set_syn_answer)};
}

std::vector<std::string_view> row_names() {
  std::vector<std::string_view> names;
  for (const ChangeRow& one : change_rows()) names.push_back(one.name);
  return names;
}

std::optional<model::Change> read_change(const Node& node, ReadContext& context) {
  if (node.kind != Node::Kind::object) {
    context.report(node, found(node), "a change is an object");
    return std::nullopt;
  }
  const Node* const name = node.find("change");
  if (!name || name->kind != Node::Kind::text) {
    context.report(node, {}, "it needs change: the name of the change");
    return std::nullopt;
  }
  for (const ChangeRow& one : change_rows()) {
    if (one.name == name->text) return one.read(node, context);
  }
  context.report(*name, found(*name), "there is no such change",
                 model::nearest(name->text, row_names()));
  return std::nullopt;
}

}  // namespace

const std::vector<ChangeRow>& change_rows() {
  static const std::vector<ChangeRow> all = [] {
    std::vector<ChangeRow> rows = operations();
    const std::vector<ChangeRow> objects = {
        put_row<model::CertificateAuthority>("PutCertificateAuthority", "CertificateAuthority",
                                             authority_type(), rules::kName),
        put_row<model::Certificate>("PutCertificate", "Certificate", certificate_type(),
                                    rules::kName),
        put_row<model::SecurityGroup>("PutSecurityGroup", "SecurityGroup", security_group_type(),
                                      rules::kName),
        put_row<model::VpcEndpoint>("PutVpcEndpoint", "VpcEndpoint", vpc_endpoint_type(),
                                    rules::kName),
        put_row<model::VpcEndpointService>("PutVpcEndpointService", "VpcEndpointService",
                                           vpc_endpoint_service_type(), rules::kName),
        put_row<model::LoadBalancer>("PutLoadBalancer", "LoadBalancer", load_balancer_type(),
                                     rules::kLoadBalancerName),
        put_row<model::TargetGroup>("PutTargetGroup", "TargetGroup", target_group_type(),
                                    rules::kLoadBalancerName),
        put_row<model::TrustStore>("PutTrustStore", "TrustStore", trust_store_type(),
                                   rules::kTrustStoreName),
        put_row<model::RestApi>("PutRestApi", "RestApi", rest_api_type(), rules::kName),
        put_row<model::DomainName>("PutDomainName", "DomainName", domain_name_type(),
                                   rules::kDomainName),
        put_row<model::Service>("PutService", "Service", service_type(), rules::kName),
        put_row<model::Fault>("PutFault", "Fault", fault_type(), rules::kName),
        delete_row<model::CertificateAuthority>("DeleteCertificateAuthority"),
        delete_row<model::Certificate>("DeleteCertificate"),
        delete_row<model::SecurityGroup>("DeleteSecurityGroup"),
        delete_row<model::VpcEndpoint>("DeleteVpcEndpoint"),
        delete_row<model::VpcEndpointService>("DeleteVpcEndpointService"),
        delete_row<model::LoadBalancer>("DeleteLoadBalancer"),
        delete_row<model::TargetGroup>("DeleteTargetGroup"),
        delete_row<model::TrustStore>("DeleteTrustStore"),
        delete_row<model::RestApi>("DeleteRestApi"),
        delete_row<model::DomainName>("DeleteDomainName"),
        delete_row<model::Service>("DeleteService"),
        delete_row<model::Fault>("DeleteFault"),
    };
    rows.insert(rows.end(), objects.begin(), objects.end());
    return rows;
  }();
  return all;
}

Result<std::vector<model::Change>> read_changes(std::string_view json, const std::string& file) {
  std::vector<Diagnostic> diagnostics;
  ReadContext context(file, diagnostics);
  std::vector<model::Change> changes;
  const auto root = parse_document(json, file, diagnostics);
  if (root && root->kind == Node::Kind::list) {
    for (const Node& item : root->items) {
      if (auto change = read_change(item, context)) changes.push_back(std::move(*change));
    }
  } else if (root) {
    if (auto change = read_change(*root, context)) changes.push_back(std::move(*change));
  }
  if (diagnostics.empty()) return changes;
  std::string mistakes;
  for (const Diagnostic& one : diagnostics) {
    mistakes += (mistakes.empty() ? "" : "\n") + model::to_text(one.problem);
  }
  return Error{mistakes};
}

}  // namespace hoplab::scenario
