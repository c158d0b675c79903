#include "scenario/format/change_table.h"

#include <algorithm>
#include <charconv>

#include "model/nearest.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

namespace rules = model::rules;
using model::Delete;
using model::Put;

/// The row of a change that is defined by its members.
template <class T>
ChangeRow row(Define<T> define, ByHand by_hand = {}) {
  const auto members = std::make_shared<const ObjectType>(define.type());
  auto whole = std::make_shared<ObjectType>(*members);
  whole->name += "Change";
  Property name;
  name.name = "change";
  name.type = choice({members->name});
  name.required = true;
  name.help = "the name of the change";
  name.set = [](void*, const Node&, ReadContext&) {};
  whole->properties.insert(whole->properties.begin(), std::move(name));
  const auto read = [](const ObjectType& type, const Node& node,
                       ReadContext& context) -> model::Change {
    T change;
    read_object(type, node, &change, context);
    return change;
  };
  return {members->name, members, std::move(whole), read, std::move(by_hand)};
}

/// { "change": "PutTargetGroup", "Name": "group", "TargetGroup": { ... } }
template <class T>
ChangeRow put_row(std::string_view name, std::string_view member, ObjectTypeRef of,
                  const model::TextRule& names, ByHand by_hand = {}) {
  return row(
      Define<Put<T>>(name, "Creates an object, or replaces the one of its name.")
          .value(
              "Name", text(names), [](Put<T> & put) -> auto& { return put.value.name; }, "its name")
          .required()
          .nested(
              member, of, [](Put<T> & put) -> auto& { return put.value; },
              "the object, as it stands in a scenario")
          .required(),
      std::move(by_hand));
}

template <class T>
ChangeRow delete_row(std::string_view name) {
  return row(Define<Delete<T>>(name, "Takes an object away that nothing needs.")
                 .value("Name", text(rules::kNotEmpty), &Delete<T>::name, "its name")
                 .required());
}

/// Members that name a listener.
template <class T>
Define<T> define_of_listener(std::string_view name, std::string_view help) {
  return Define<T>(name, help)
      .value("LoadBalancer", text(rules::kNotEmpty), &T::load_balancer, "by name")
      .required()
      .value("Port", integer(1, 65535), &T::port, "its listener's; default 443");
}

template <class T>
Define<T> define_of_target(std::string_view name, std::string_view help) {
  return Define<T>(name, help)
      .value("TargetGroup", text(rules::kNotEmpty), &T::target_group, "by name")
      .required()
      .value("Target", text(rules::kNotEmpty), &T::target, "by name")
      .required()
      .value("AvailabilityZone", text(rules::kAvailabilityZone), &T::availability_zone,
             "of an execute-api endpoint: the zone of the network interface; default: all");
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

/// Members that name a REST API.
template <class T>
Define<T> define_of_api(std::string_view name, std::string_view help) {
  Define<T> define(name, help);
  define.value("RestApi", text(rules::kNotEmpty), &T::rest_api, "by name").required();
  return define;
}

std::vector<ChangeRow> rest_api_changes() {
  using namespace model;  // NOLINT: the changes
  return {
      row(define_of_api<CreateDeployment>(
              "CreateDeployment",
              "Keeps the API as it is now, for a stage; later edits show with the next one.")
              .value("StageName", text(rules::kStageName), &CreateDeployment::stage,
                     "which serves it from now on; it is made when there is none")
              .value("DeploymentId", text(rules::kDeploymentId), &CreateDeployment::deployment,
                     "its id; default a derived one")
              .nested("DeploymentCanarySettings", canary_type, &CreateDeployment::canary,
                      "not the stage but its canary serves it, and is this")),
      row(define_of_api<DeleteDeployment>("DeleteDeployment", "One that no stage serves.")
              .value("DeploymentId", text(rules::kNotEmpty), &DeleteDeployment::deployment,
                     "its id")
              .required()),
      row(define_of_api<PutStage>("PutStage", "Creates a stage, or replaces the one of its name.")
              .value(
                  "StageName", text(rules::kStageName),
                  [](PutStage & put) -> auto& { return put.stage.name; }, "its name")
              .required()
              .nested("Stage", stage_type, &PutStage::stage,
                      "the stage, as it stands in a scenario")
              .required()),
      row(define_of_api<DeleteStage>("DeleteStage", "From the next request on.")
              .value("StageName", text(rules::kNotEmpty), &DeleteStage::stage, "its name")
              .required()),
      row(define_of_api<PutMethod>("PutMethod",
                                   "Creates a method, or replaces the one of that path; a stage "
                                   "that has a DeploymentId shows it after CreateDeployment.")
              .value(
                  "ResourcePath", text(rules::kResourcePath),
                  [](PutMethod & put) -> auto& { return put.method.path; }, "such as /widgets/{id}")
              .required()
              .value(
                  "HttpMethod", text(rules::kApiMethod),
                  [](PutMethod & put) -> auto& { return put.method.http_method; },
                  "GET, ... or ANY")
              .required()
              .nested("Method", method_type, &PutMethod::method,
                      "the method, as it stands in a scenario")
              .required()),
      row(define_of_api<DeleteMethod>("DeleteMethod", "Likewise.")
              .value("ResourcePath", text(rules::kNotEmpty), &DeleteMethod::path, "its path")
              .required()
              .value("HttpMethod", text(rules::kNotEmpty), &DeleteMethod::http_method, "its method")
              .required()),
  };
}

std::vector<ChangeRow> operations() {
  using namespace model;  // NOLINT: the changes
  using enum ByHand::Form;
  return {
      row(Define<PutListener>("PutListener", "Creates a listener, or replaces the one of its port.")
              .value("LoadBalancer", text(rules::kNotEmpty), &PutListener::load_balancer, "by name")
              .required()
              .nested("Listener", listener_type, &PutListener::listener,
                      "the listener, as it stands in a scenario")
              .required()),
      row(define_of_listener<DeleteListener>(
          "DeleteListener",
          "An application load balancer's connections are reset, a network load "
          "balancer's go on.")),
      row(define_of_listener<PutRule>("PutRule",
                                      "Creates a rule, or replaces the one of its priority.")
              .nested("Rule", rule_type, &PutRule::rule, "the rule, as it stands in a scenario")
              .required()),
      row(define_of_listener<DeleteRule>("DeleteRule", "From the next request on.")
              .value("Priority", integer(1, 50000), &DeleteRule::priority, "the rule's")
              .required()),
      row(define_of_listener<ModifyListenerAttributes>("ModifyListenerAttributes",
                                                       "Those that are given; the others stay.")
              .own("ListenerAttributes", object(listener_attributes_type),
                   "attributes by their keys", read_modification)
              .required()),
      row(Define<SetEntries>("SetEntries", "Other ways in.")
              .value("Entries", list_of(text(rules::kNotEmpty), 1, 50), &SetEntries::entries,
                     "endpoints and load balancers by name, the first one first")
              .required()),
      row(Define<ArmFault>("ArmFault", "Connections that are there meet it, too.")
              .value("Fault", text(rules::kNotEmpty), &ArmFault::fault, "by name")
              .required(),
          {.members = {"Fault"},
           .method = "POST",
           .path = "/v1/faults/{name}/arm",
           .verb = "arm",
           .step = "arm",
           .form = values,
           .help = "faults to arm, by name"}),
      row(Define<DisarmFault>("DisarmFault", "Held connections go on.")
              .value("Fault", text(rules::kNotEmpty), &DisarmFault::fault, "by name")
              .required(),
          {.members = {"Fault"},
           .method = "DELETE",
           .path = "/v1/faults/{name}",
           .verb = "disarm",
           .step = "disarm",
           .form = values,
           .help = "faults to disarm, by name"}),
      row(Define<RevokeCertificate>("RevokeCertificate", "Its authority issues a new list.")
              .value("Certificate", text(rules::kNotEmpty), &RevokeCertificate::certificate,
                     "by name")
              .required(),
          {.members = {"Certificate"},
           .method = "POST",
           .path = "/v1/certificates/{name}/revoke",
           .verb = "revoke",
           .step = "revoke",
           .help = "a certificate to revoke, by name"}),
      row(Define<ReinstateCertificate>("ReinstateCertificate", "Takes a revocation back.")
              .value("Certificate", text(rules::kNotEmpty), &ReinstateCertificate::certificate,
                     "by name")
              .required(),
          {.members = {"Certificate"},
           .method = "POST",
           .path = "/v1/certificates/{name}/reinstate",
           .verb = "reinstate",
           .step = "reinstate",
           .help = "a certificate whose revocation is taken back, by name"}),
      row(Define<SetEndpointState>("SetEndpointState", "Accept, reject, delete an endpoint.")
              .value("Endpoint", text(rules::kNotEmpty), &SetEndpointState::endpoint, "by name")
              .required()
              .word<EndpointState>("State", endpoint_states(), &SetEndpointState::state,
                                   "AWS's word for it")
              .required(),
          {.members = {"Endpoint", "State"},
           .method = "PUT",
           .path = "/v1/endpoints/{name}/state",
           .key = "state",
           .verb = "endpoint",
           .step = "endpointState",
           .help = "interface endpoints by name, and the state that each gets"}),
      row(define_of_target<DeregisterTarget>("DeregisterTarget", "It drains and is then unused."),
          {.members = {"TargetGroup", "Target"},
           .method = "DELETE",
           .path = "/v1/target-groups/{targetGroup}/targets/{target}",
           .verb = "deregister",
           .step = "deregister",
           .form = values,
           .help = "targets to deregister, by target group"}),
      row(define_of_target<RegisterTarget>("RegisterTarget",
                                           "One that was deregistered, or a new one."),
          {.members = {"TargetGroup", "Target"},
           .method = "PUT",
           .path = "/v1/target-groups/{targetGroup}/targets/{target}",
           .verb = "register",
           .step = "register",
           .form = values,
           .help = "deregistered targets to register again, by target group"}),
      row(define_of_target<SetTargetHealth>(
              "SetTargetHealth", "What its health is said to be, in place of its checks.")
              .own("Health", either({choice({"healthy", "unhealthy"}), null()}),
                   "healthy, unhealthy, or null for what its checks say",
                   [](SetTargetHealth& into, const Node& node, ReadContext&) {
                     if (node.kind == Node::Kind::text) into.healthy = node.text == "healthy";
                   })
              .required(),
          {.members = {"TargetGroup", "Target", "Health"},
           .method = "PUT",
           .path = "/v1/target-health/{targetGroup}/{target}",
           .key = "state",
           .verb = "health",
           .null = "checked",
           .step = "targetHealth",
           .help = "by target group and target: what its health is said to be; null: what its "
                   "checks say"}),
      row(define_of_listener<SetWeight>("SetWeight", "0 ends the connections to the group.")
              .value("TargetGroup", text(rules::kNotEmpty), &SetWeight::target_group,
                     "one that the network load balancer's listener forwards to")
              .required()
              .value("Weight", integer(0, 999), &SetWeight::weight, "its share")
              .required(),
          {.members = {"LoadBalancer", "Port", "TargetGroup", "Weight"},
           .method = "PUT",
           .path = "/v1/load-balancers/{name}/listeners/{port}/weights/{targetGroup}",
           .key = "weight",
           .verb = "weight",
           .step = "weights",
           .form = objects,
           .help = "other weights for the groups of network load balancers"}),
      row(Define<SetSynAnswer>("SetSynAnswer", "What a stand-in answers a SYN with.")
              .value("Service", text(rules::kNotEmpty), &SetSynAnswer::service, "by name")
              .required()
              .word<SynAnswer>("Answer", syn_answers(), &SetSynAnswer::answer,
                               "accept, refuse or drop")
              .required(),
          {.members = {"Service", "Answer"},
           .method = "PUT",
           .path = "/v1/services/{name}/connect",
           .key = "answer",
           .verb = "connect",
           .step = "connect",
           .help = "services by name, and what their stand-ins answer a SYN with"}),
      row(Define<ModifyTrustStore>("ModifyTrustStore",
                                   "Another bundle, for handshakes from now on.")
              .value("TrustStore", text(rules::kNotEmpty), &ModifyTrustStore::trust_store,
                     "by name")
              .required()
              .own("CaCertificatesBundle", text(rules::kNotEmpty), "the bundle in PEM",
                   [](ModifyTrustStore& into, const Node& node, ReadContext&) {
                     into.ca_bundle = node.text;
                   })
              .required(),
          {.members = {"TrustStore", "CaCertificatesBundle"},
           .method = "PUT",
           .path = "/v1/trust-stores/{name}/ca-certificates-bundle"}),
      row(Define<AddTrustStoreRevocations>("AddTrustStoreRevocations", "More revocation lists.")
              .value("TrustStore", text(rules::kNotEmpty), &AddTrustStoreRevocations::trust_store,
                     "by name")
              .required()
              .own("RevocationContents", list_of(text(rules::kNotEmpty), 1, 30), "the lists in PEM",
                   [](AddTrustStoreRevocations& into, const Node& node, ReadContext&) {
                     for (const Node& item : node.items) into.lists.emplace_back(item.text);
                   })
              .required(),
          {.members = {"TrustStore", "RevocationContents"},
           .method = "POST",
           .path = "/v1/trust-stores/{name}/revocations"}),
      row(Define<RemoveTrustStoreRevocations>("RemoveTrustStoreRevocations", "By their ids.")
              .value("TrustStore", text(rules::kNotEmpty),
                     &RemoveTrustStoreRevocations::trust_store, "by name")
              .required()
              .value("RevocationIds", list_of(integer(1, INT64_MAX), 1, 30),
                     &RemoveTrustStoreRevocations::revocation_ids, "the lists' ids")
              .required(),
          {.members = {"TrustStore", "RevocationIds"},
           .method = "DELETE",
           .path = "/v1/trust-stores/{name}/revocations/{revocationId}"}),
      // The objects of a topology.
      put_row<CertificateAuthority>("PutCertificateAuthority", "CertificateAuthority",
                                    authority_type, rules::kName),
      put_row<Certificate>("PutCertificate", "Certificate", certificate_type, rules::kName,
                           {.members = {"Name", "Certificate"},
                            .method = "PUT",
                            .path = "/v1/certificates/{name}",
                            .verb = "mint"}),
      put_row<Subnet>("PutSubnet", "Subnet", subnet_type, rules::kName),
      put_row<SecurityGroup>("PutSecurityGroup", "SecurityGroup", security_group_type,
                             rules::kName),
      put_row<VpcEndpoint>("PutVpcEndpoint", "VpcEndpoint", vpc_endpoint_type, rules::kName),
      put_row<VpcEndpointService>("PutVpcEndpointService", "VpcEndpointService",
                                  vpc_endpoint_service_type, rules::kName),
      put_row<LoadBalancer>("PutLoadBalancer", "LoadBalancer", load_balancer_type,
                            rules::kLoadBalancerName),
      put_row<TargetGroup>("PutTargetGroup", "TargetGroup", target_group_type,
                           rules::kLoadBalancerName),
      put_row<TrustStore>("PutTrustStore", "TrustStore", trust_store_type, rules::kTrustStoreName),
      put_row<RestApi>("PutRestApi", "RestApi", rest_api_type, rules::kName),
      put_row<DomainName>("PutDomainName", "DomainName", domain_name_type, rules::kDomainName),
      put_row<VpcLink>("PutVpcLink", "VpcLink", vpc_link_type, rules::kName),
      put_row<ApiKey>("PutApiKey", "ApiKey", api_key_type, rules::kName),
      put_row<UsagePlan>("PutUsagePlan", "UsagePlan", usage_plan_type, rules::kName),
      put_row<AccessKey>("PutAccessKey", "AccessKey", access_key_type, rules::kName),
      put_row<Function>("PutFunction", "Function", function_type, rules::kFunctionName),
      put_row<IdentityProvider>("PutIdentityProvider", "IdentityProvider", identity_provider_type,
                                rules::kName),
      put_row<Service>("PutService", "Service", service_type, rules::kName),
      put_row<model::Proxy>("PutProxy", "Proxy", proxy_type, rules::kName),
      put_row<Fault>("PutFault", "Fault", fault_type, rules::kName,
                     {.members = {"Name", "Fault"},
                      .method = "PUT",
                      .path = "/v1/faults/{name}",
                      .verb = "arm"}),
      delete_row<CertificateAuthority>("DeleteCertificateAuthority"),
      delete_row<Certificate>("DeleteCertificate"),
      delete_row<Subnet>("DeleteSubnet"),
      delete_row<SecurityGroup>("DeleteSecurityGroup"),
      delete_row<VpcEndpoint>("DeleteVpcEndpoint"),
      delete_row<VpcEndpointService>("DeleteVpcEndpointService"),
      delete_row<LoadBalancer>("DeleteLoadBalancer"),
      delete_row<TargetGroup>("DeleteTargetGroup"),
      delete_row<TrustStore>("DeleteTrustStore"),
      delete_row<RestApi>("DeleteRestApi"),
      delete_row<DomainName>("DeleteDomainName"),
      delete_row<VpcLink>("DeleteVpcLink"),
      delete_row<ApiKey>("DeleteApiKey"),
      delete_row<UsagePlan>("DeleteUsagePlan"),
      delete_row<AccessKey>("DeleteAccessKey"),
      delete_row<Function>("DeleteFunction"),
      delete_row<IdentityProvider>("DeleteIdentityProvider"),
      delete_row<Service>("DeleteService"),
      delete_row<model::Proxy>("DeleteProxy"),
      delete_row<Fault>("DeleteFault"),
  };
}

/// A word of a path, or a text that is a body, as a member of `type` has it.
Node node_of_word(const std::string& word, const Type& type, std::string_view member) {
  Node node = node_of(word);
  if (type.kind == Type::Kind::list) {
    node = list_node({node_of_word(word, *type.item, member)});
  } else if (type.kind == Type::Kind::integer) {
    std::int64_t value = 0;
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, value);
    if (read.ec == std::errc() && read.ptr == end) node = node_of(value);
  }
  node.pointer = model::at("", member);
  return node;
}

/// The last member as the body of a route says it.
Result<Node> node_of_body(const ChangeRow& row, const std::string& body) {
  const ByHand& by_hand = row.by_hand;
  const std::string_view member = by_hand.members.back();
  const Type& type = row.type_of(member);
  if (by_hand.key.empty() && type.kind != Type::Kind::object) {
    return node_of_word(body, type, member);
  }
  std::vector<Diagnostic> diagnostics;
  std::optional<Node> root = parse_document(body, {}, diagnostics);
  if (!root) return Error{problems_of(diagnostics)};
  if (by_hand.key.empty()) return std::move(*root);
  if (Node* const value = root->find(by_hand.key)) return std::move(*value);
  const auto is_it = [member](const Property& one) { return one.name == member; };
  const auto& properties = row.members->properties;
  return Error{"the body is { \"" + std::string(by_hand.key) +
               "\": ... }: " + std::string(std::ranges::find_if(properties, is_it)->help)};
}

void read_step(const ChangeRow& row, const Node& node, const Node& said, ReadContext& context,
               std::vector<model::Change>& into) {
  const auto& members = row.by_hand.members;
  const std::size_t number = said.items.size();
  const auto with = [&](Node value) {
    Node more = said;
    add_member(more, members[number], std::move(value));
    return more;
  };
  if (node.kind == Node::Kind::list) {
    for (const Node& item : node.items) read_step(row, item, said, context, into);
  } else if (row.by_hand.form == ByHand::Form::objects) {
    if (node.kind == Node::Kind::object) into.push_back(row.read(*row.members, node, context));
  } else if (number + 1 == members.size()) {
    into.push_back(row.read(*row.members, with(node), context));
  } else {
    for (const Node& item : node.items) {
      read_step(row, item, with(node_of(item.key)), context, into);
    }
  }
}

}  // namespace

const Type& ChangeRow::type_of(std::string_view member) const {
  return std::ranges::find(members->properties, member, &Property::name)->type;
}

const std::vector<ChangeRow>& change_rows() {
  static const std::vector<ChangeRow> all = [] {
    std::vector<ChangeRow> rows = operations();
    for (ChangeRow& one : rest_api_changes()) rows.push_back(std::move(one));
    return rows;
  }();
  return all;
}

Type change_type() {
  std::vector<Type> all;
  for (const ChangeRow& one : change_rows()) all.push_back(object(*one.whole));
  return either(std::move(all));
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
  std::vector<std::string_view> names;
  for (const ChangeRow& one : change_rows()) {
    if (one.name == name->text) return one.read(*one.whole, node, context);
    names.push_back(one.name);
  }
  context.report(*name, found(*name), "there is no such change", model::nearest(name->text, names));
  return std::nullopt;
}

Result<std::vector<model::Change>> read_changes(std::string_view json, const std::string& file) {
  std::vector<Diagnostic> diagnostics;
  ReadContext context(file, diagnostics);
  std::vector<model::Change> changes;
  if (const auto root = parse_document(json, file, diagnostics)) {
    const bool one = root->kind != Node::Kind::list;
    for (const Node& item : one ? std::vector{*root} : root->items) {
      if (auto change = read_change(item, context)) changes.push_back(std::move(*change));
    }
  }
  if (diagnostics.empty()) return changes;
  return Error{problems_of(diagnostics)};
}

Result<model::Change> read_routed(const ChangeRow& row, const std::vector<std::string>& names,
                                  const std::string& body) {
  std::vector<Diagnostic> diagnostics;
  ReadContext context({}, diagnostics);
  Node change = object_node();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view member = row.by_hand.members[i];
    const Type& type = row.type_of(member);
    Node value = node_of_word(names[i], type, member);
    if (type.kind != Type::Kind::text) check_type(type, value, context);
    add_member(change, member, std::move(value));
  }
  if (!diagnostics.empty()) return Error{problems_of(diagnostics), ErrorCode::not_found};
  if (names.size() < row.by_hand.members.size()) {
    auto value = node_of_body(row, body);
    if (!value) return value.failure();
    add_member(change, row.by_hand.members.back(), std::move(value).value());
  }
  auto read = row.read(*row.members, change, context);
  if (!diagnostics.empty()) return Error{problems_of(diagnostics)};
  return read;
}

Type step_type(const ChangeRow& row) {
  const ByHand& by_hand = row.by_hand;
  if (by_hand.form == ByHand::Form::objects) return list_of(object(*row.members));
  Type type = row.type_of(by_hand.members.back());
  if (by_hand.form == ByHand::Form::values) type = list_of(std::move(type), 1, 100);
  for (std::size_t i = 1; i < by_hand.members.size(); ++i) {
    type = map_of(std::move(type), rules::kNotEmpty);
  }
  return type;
}

std::vector<model::Change> read_step(const ChangeRow& row, const Node& node, ReadContext& context) {
  std::vector<model::Change> changes;
  read_step(row, node, object_node(), context, changes);
  return changes;
}

}  // namespace hoplab::scenario
