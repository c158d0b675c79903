#include "awsapi/cloudformation/deployment.h"

#include <algorithm>
#include <optional>

#include "awsapi/cloudformation/bucket_deployment.h"
#include "awsapi/cloudformation/resource_types.h"
#include "awsapi/cloudformation/surroundings.h"
#include "awsapi/services.h"
#include "scenario/cloudformation/evaluator.h"
#include "scenario/resources/builder.h"

namespace hoplab::awsapi::cloudformation {

namespace {

using scenario::resources::Resource;
using Key = std::pair<std::string, std::string>;  // of a stack (nested ones have their own), a name

/// Types whose ids nobody else has, so that operations find them by these.
constexpr std::string_view kKnownByTheirIds =
    "AWS::ApiGateway::RestApi|AWS::ApiGateway::VpcLink|AWS::ApiGateway::UsagePlan|"
    "AWS::ApiGateway::ApiKey|AWS::ApiGateway::DomainNameV2";

/// "Alb" of "/Resources/Alb/Properties/Scheme"; empty: the place is in no resource.
std::string resource_at(const std::string& pointer) {
  constexpr std::string_view kBegin = "/Resources/";
  if (!pointer.starts_with(kBegin)) return {};
  const std::string rest = pointer.substr(kBegin.size());
  return rest.substr(0, rest.find('/'));
}

/// The first thing in it that nobody knows; empty: all is known.
std::string unknown_in(const Json& value) {
  if (value.is_string()) {
    return std::string(scenario::resources::unknown_part(value.get_ref<const std::string&>()));
  }
  if (!value.is_structured()) return {};
  for (const Json& item : value) {
    if (std::string found = unknown_in(item); !found.empty()) return found;
  }
  return {};
}

Key key_of(const Json& entry) {
  return {text_of(entry, "Stack"), text_of(entry, "LogicalResourceId")};
}

Made made_of(const Json& entry) {
  return {text_of(entry, "PhysicalResourceId"), text_of(entry, "Document")};
}

Refusal remove_entry(const Call& call, const Json& entry) {
  const std::string type = text_of(entry, "ResourceType");
  if (type == "Custom::S3AutoDeleteObjects") empty_bucket(call, entry["Properties"]);
  if (const ResourceType* const known = find_type(type)) {
    return remove(call, *known, made_of(entry), entry["Properties"]);
  }
  return call.plane.remove(text_of(entry, "Document"));
}

class Deployment {
 public:
  enum class Purpose : std::uint8_t { deploy, plan };

  Deployment(const Call& call, const Document& stack, const Order& order, Purpose purpose)
      : call_(call),
        stack_(stack),
        order_(order),
        name_(name_of_stack(stack)),
        plans_(purpose == Purpose::plan) {
    for (const Json& entry : stack.attributes["Resources"]) before_[key_of(entry)] = entry;
    tags_ = tags_of_stack();
  }

  /// To be run within ControlPlane::together().
  Refusal run() {
    auto values = resolved(call_, order_.of, order_.parameters);
    if (!values) return fail("", values.error().message);
    auto deployed = surroundings(call_, stack_.id);
    const std::size_t there = deployed.resources.size();
    deployed.make = [this](Resource& resource) { return make(resource); };
    std::vector<scenario::Diagnostic> mistakes;
    std::vector<scenario::cloudformation::Stack> stacks(1);
    stacks[0].name = name_;
    stacks[0].account = stack_.account;
    stacks[0].region = stack_.region;
    stacks[0].id = stack_.id;
    stacks[0].alias = alias();
    stacks[0].root = order_.of.root;
    stacks[0].nested = true;
    stacks[0].parameters = std::move(*values);
    scenario::cloudformation::Evaluator evaluator(std::move(stacks), mistakes, std::move(deployed));
    const auto resources = evaluator.run();
    const auto said = evaluator.outputs();
    if (failed_ && reason.empty() && !mistakes.empty()) {  // it was given what is wrong
      is_mistake = true;
      reason = model::to_text(mistakes.front().problem);
    }
    if (failed_) return ApiError{"ValidationError", reason};
    if (!mistakes.empty()) {
      const model::Problem& first = mistakes.front().problem;
      is_mistake = true;
      const std::string name = resource_at(first.path);
      const scenario::Node* const of = order_.of.root.find("Resources")->find(name);
      if (of) {
        attempted.push_back({{"LogicalResourceId", name},
                             {"ResourceType", scenario::resources::text_of(*of, "Type")},
                             {"ResourceStatus", before({name_, name}) ? "UPDATE" : "CREATE"}});
      }
      return fail(name, model::to_text(first));
    }
    imports = Json(evaluator.imports());
    notes_ = evaluator.notes();
    for (std::size_t i = there; i < resources.all.size(); ++i) {
      if (auto refused = settle(resources.all[i])) return refused;
    }
    if (auto refused = take_outputs(said)) return refused;
    remove_what_is_gone();
    return std::nullopt;
  }

  std::string failed, reason;  // a resource, which may be empty, and why
  bool is_mistake = false;     // of the template
  Json entries = Json::array(), changes = Json::array(), outputs = Json::array();
  Json imports = Json::array();
  Json removed = Json::array();  // entries, with ResourceStatus
  /// Entries that something was done to, in this order, with CREATE or UPDATE as ResourceStatus.
  Json attempted = Json::array();

 private:
  Refusal fail(const std::string& logical_id, const std::string& why) {
    if (!failed_) {
      failed = logical_id;
      reason = why;
    }
    failed_ = true;
    return ApiError{"ValidationError", reason};
  }

  std::map<std::string, std::string> tags_of_stack() const {
    std::map<std::string, std::string> tags;
    for (const Json& one : stack_.properties.value("Tags", Json::array())) {
      tags[text_of(one, "Key")] = text_of(one, "Value");
    }
    return tags;
  }

  const Json* before(const Key& key) const {
    const auto found = before_.find(key);
    return found == before_.end() ? nullptr : &found->second;
  }

  /// A name of which there is another stack elsewhere makes no ids that are nobody else's.
  std::string alias() const {
    for (const Document* one : call_.plane.all(kStackType)) {
      const bool elsewhere = one->account != stack_.account || one->region != stack_.region;
      if (elsewhere && name_of_stack(*one) == name_ &&
          (stack_.order == 0 || one->order < stack_.order)) {
        return name_ + "-" + stack_.account + "-" + stack_.region;
      }
    }
    return {};
  }

  /// The evaluator's: makes a resource of a type that has operations, and what must be done while
  /// others wait for it. False: it gets derived ids, and settle() keeps it.
  bool make(Resource& resource) {
    if (failed_) return true;
    const ResourceType* const type = find_type(resource.type);
    const Json properties = json_of(resource.properties);
    const Json* const old = before({resource.stack, resource.name});
    const bool same =
        old && (*old)["Properties"] == properties && (*old)["ResourceType"] == resource.type;
    if (resource.type == "Custom::CDKBucketDeployment" && !same) {
      if (auto refused = deploy_to_bucket(call_, properties)) fail(resource.name, refused->message);
    }
    if (!type) return false;
    Json entry{{"Stack", resource.stack},
               {"LogicalResourceId", resource.name},
               {"ResourceType", resource.type},
               {"Properties", properties},
               {"Timestamp", call_.now}};
    if (same) {
      entry = *old;
      entry["ResourceStatus"] = "";  // nothing is done
    } else if (auto refused = make_known(*type, entry, old)) {
      attempted.push_back(entry);
      if (plans_) {  // a plan shows the others, too
        add_change(entry, old, false);
        resource.physical_id = scenario::resources::unknown_text(resource.name);
        resource.attributes = node_of(Json::object());
        made_[{resource.stack, resource.name}] = std::move(entry);
      } else {
        fail(resource.name, refused->message);
      }
      return true;
    } else {
      attempted.push_back(entry);
    }
    resource.physical_id = text_of(entry, "PhysicalResourceId");
    const auto document = call_.plane.documents().find(text_of(entry, "Document"));
    const bool has_one = document != call_.plane.documents().end();
    resource.attributes =
        node_of(has_one ? all_attributes(call_, *document->second) : Json::object());
    made_[{resource.stack, resource.name}] = std::move(entry);
    return true;
  }

  Refusal make_known(const ResourceType& type, Json& entry, const Json* old) {
    entry["ResourceStatus"] = old ? "UPDATE" : "CREATE";
    Wanted wanted{std::string(type.type), name_, stack_.id, entry["LogicalResourceId"],
                  entry["Properties"],    tags_};
    const std::string unknown = unknown_in(wanted.properties);
    if (unknown == "what is wrong") return ApiError{"ValidationError", ""};  // run() says it
    if (!unknown.empty()) {
      return ApiError{"ValidationError",
                      "it needs the value of " + unknown + ", which hoplab does not know"};
    }
    const bool stays = old && (*old)["ResourceType"] == entry["ResourceType"] &&
                       !needs_replacement(type, (*old)["Properties"], wanted.properties);
    Made made = stays ? made_of(*old) : Made();
    if (stays) {
      if (auto refused = update(call_, type, made, (*old)["Properties"], wanted)) return refused;
    } else {
      auto created = create(call_, type, wanted);
      if (!created) return created.error();
      made = *created;
    }
    entry["PhysicalResourceId"] = made.physical_id;
    entry["Document"] = made.document;
    entry["ResourceStatus"] = stays ? "UPDATE" : "CREATE";
    add_change(entry, old, !stays);
    return std::nullopt;
  }

  /// What the evaluator has made is in the stack; records get their documents, and custom resources
  /// do to others what they do.
  Refusal settle(const Resource& resource) {
    if (resource.type == scenario::resources::kTargetGroupAttachment) return attach(resource);
    if (resource.type == scenario::resources::kPrivateDnsName) return name_service(resource);
    const Key key{resource.stack, resource.name};
    const auto known = made_.find(key);
    Json entry = known == made_.end() ? record(resource) : known->second;
    entry["Retain"] = is_retained(resource);
    entry.erase("ResourceStatusReason");
    for (const std::string& note : notes_) {
      const bool about = note.find(scenario::resources::describe(resource)) != std::string::npos;
      if (about && note.ends_with("not done")) entry["ResourceStatusReason"] = note;
    }
    entries.push_back(std::move(entry));
    return std::nullopt;
  }

  Json record(const Resource& resource) {
    const Json properties = json_of(resource.properties);
    const Json* const old = before({resource.stack, resource.name});
    const bool same = old && (*old)["Properties"] == properties;
    Document document;
    document.physical_id = resource.physical_id;
    const bool known = is_among(resource.type, kKnownByTheirIds);
    document.id =
        known ? resource.physical_id : stack_.id + "/" + resource.stack + "/" + resource.name;
    document.type = resource.type;
    document.account = resource.account;
    document.region = resource.region;
    document.properties = properties;
    document.attributes = json_of(resource.attributes);
    document.stack = stack_.id;
    document.logical_id = resource.name;
    document.tags = tags_;
    Json entry{{"Stack", resource.stack},
               {"LogicalResourceId", resource.name},
               {"PhysicalResourceId", resource.physical_id},
               {"ResourceType", resource.type},
               {"Document", document.id},
               {"Properties", properties},
               {"ResourceStatus", same  ? ""
                                  : old ? "UPDATE"
                                        : "CREATE"},
               {"Timestamp", same ? (*old)["Timestamp"] : Json(call_.now)}};
    if (!same) {
      add_change(entry, old, false);
      attempted.push_back(entry);
      Change one;
      one.put.push_back(std::move(document));
      if (auto refused = call_.plane.change(std::move(one))) fail(resource.name, refused->message);
    }
    return entry;
  }

  bool is_retained(const Resource& resource) const {
    const scenario::Node* const all = order_.of.root.find("Resources");
    const scenario::Node* const one = all ? all->find(resource.name) : nullptr;
    const std::string policy =
        one && resource.stack == name_ ? scenario::resources::text_of(*one, "DeletionPolicy") : "";
    return policy == "Retain" || policy == "RetainExceptOnCreate";
  }

  /// A custom resource that has registered targets.
  Refusal attach(const Resource& effect) {
    if (effect.stack != name_) return std::nullopt;
    const auto done =
        awsapi::run(elbv2::kService, "RegisterTargets", call_, json_of(effect.properties));
    return done ? Refusal() : fail(effect.name, done.error().message);
  }

  /// One that has given a service its private DNS name, and had it verified.
  Refusal name_service(const Resource& effect) {
    if (effect.stack != name_) return std::nullopt;
    const Json properties = json_of(effect.properties);
    const Document* const found =
        call_.plane.find(text_of(properties, "ServiceId"), "AWS::EC2::VPCEndpointService");
    if (!found) return std::nullopt;
    Document service = *found;
    service.attributes["PrivateDnsName"] = properties["PrivateDnsName"];
    service.attributes["PrivateDnsState"] = "verified";
    return call_.plane.put(std::move(service));
  }

  Refusal take_outputs(const std::vector<scenario::cloudformation::Output>& all) {
    for (const auto& one : all) {
      if (one.stack != name_) continue;
      Json output{{"OutputKey", one.name}, {"OutputValue", one.value}};
      if (!one.description.empty()) output["Description"] = one.description;
      if (!one.export_name.empty()) output["ExportName"] = one.export_name;
      outputs.push_back(std::move(output));
    }
    for (const Json& there : exports_of(call_)) {
      const bool own = there["ExportingStackId"] == stack_.id;
      const std::string name = there["Name"];
      const auto is = [&](const Json& one) { return text_of(one, "ExportName") == name; };
      const auto now = std::ranges::find_if(outputs, is);
      if (!own && now != outputs.end()) {
        const Document* const other = find_stack(call_, there["ExportingStackId"]);
        return fail("", "Export with name " + name + " is already exported by stack " +
                            name_of_stack(*other) + ". Rollback requested by user.");
      }
      const bool changes_it =
          own && (now == outputs.end() || (*now)["OutputValue"] != there["Value"]);
      const auto users = changes_it ? importers_of(call_, name) : std::vector<std::string>();
      if (!users.empty()) {
        return fail("", "Export " + name + " cannot be " +
                            (now == outputs.end() ? "deleted" : "updated") +
                            " as it is in use by " + users.front());
      }
    }
    return std::nullopt;
  }

  void remove_what_is_gone() {
    const Json& old = stack_.attributes["Resources"];
    for (std::size_t i = old.size(); i-- > 0;) {
      const Json& entry = old[i];
      const auto is = [&](const Json& one) { return key_of(one) == key_of(entry); };
      const auto now = std::ranges::find_if(entries, is);
      const bool there = now != entries.end();
      if (there && (*now)["Document"] == entry["Document"] &&
          (*now)["PhysicalResourceId"] == entry["PhysicalResourceId"]) {
        continue;
      }
      Json gone = entry;
      if (!there) add_removal(entry);
      if (!there && entry.value("Retain", false)) {
        gone["ResourceStatus"] = "DELETE_SKIPPED";
      } else if (auto refused = remove_entry(call_, entry)) {
        gone["ResourceStatus"] = "DELETE_FAILED";
        gone["ResourceStatusReason"] = refused->message;
      } else {
        gone["ResourceStatus"] = "DELETE_COMPLETE";
      }
      removed.push_back(std::move(gone));
    }
  }

  void add_change(const Json& entry, const Json* old, bool replaced) {
    Json change{{"Action", old ? "Modify" : "Add"},
                {"LogicalResourceId", entry["LogicalResourceId"]},
                {"ResourceType", entry["ResourceType"]},
                {"Scope", Json::array()},
                {"Details", Json::array()},
                {"AfterContext", Json{{"Properties", entry["Properties"]}}.dump()}};
    if (old) {
      change["PhysicalResourceId"] = (*old)["PhysicalResourceId"];
      change["Replacement"] = replaced ? "True" : "False";
      change["Scope"] = Json::array({"Properties"});
      change["BeforeContext"] = Json{{"Properties", (*old)["Properties"]}}.dump();
      add_details((*old)["Properties"], entry["Properties"], replaced, change["Details"]);
    }
    changes.push_back({{"Type", "Resource"}, {"ResourceChange", std::move(change)}});
  }

  static void add_details(const Json& before, const Json& after, bool replaced, Json& details) {
    Json both = before;
    both.update(after);
    for (const auto& [name, value] : both.items()) {
      if (before.value(name, Json()) == after.value(name, Json())) continue;
      details.push_back({{"Target",
                          {{"Attribute", "Properties"},
                           {"Name", name},
                           {"RequiresRecreation", replaced ? "Conditionally" : "Never"}}},
                         {"Evaluation", "Static"},
                         {"ChangeSource", "DirectModification"}});
    }
  }

  void add_removal(const Json& entry) {
    changes.push_back({{"Type", "Resource"},
                       {"ResourceChange",
                        {{"Action", "Remove"},
                         {"LogicalResourceId", entry["LogicalResourceId"]},
                         {"PhysicalResourceId", entry["PhysicalResourceId"]},
                         {"ResourceType", entry["ResourceType"]},
                         {"Scope", Json::array()},
                         {"Details", Json::array()},
                         {"BeforeContext", Json{{"Properties", entry["Properties"]}}.dump()}}}});
  }

  const Call& call_;
  const Document& stack_;
  const Order& order_;
  const std::string name_;
  const bool plans_;
  std::map<std::string, std::string> tags_;
  std::map<Key, Json> before_;
  std::map<Key, Json> made_;
  std::vector<std::string> notes_;
  bool failed_ = false;
};

/// What a deployment did, as events. Entries get the status that they have from then on.
void tell(const Call& call, Document& stack, Deployment& done) {
  for (Json& entry : done.entries) {
    const std::string verb = text_of(entry, "ResourceStatus");
    if (verb.empty()) {
      entry["ResourceStatus"] = "CREATE_COMPLETE";
      continue;
    }
    add_event(call, stack, entry, verb + "_IN_PROGRESS");
    add_event(call, stack, entry, verb + "_COMPLETE", text_of(entry, "ResourceStatusReason"));
    entry["ResourceStatus"] = verb + "_COMPLETE";
  }
}

void tell_removals(const Call& call, Document& stack, const Json& removed) {
  for (const Json& entry : removed) {
    const std::string status = text_of(entry, "ResourceStatus");
    if (status != "DELETE_SKIPPED") add_event(call, stack, entry, "DELETE_IN_PROGRESS");
    add_event(call, stack, entry, status, text_of(entry, "ResourceStatusReason"));
  }
}

/// What there was until something failed, and that it is gone again.
void tell_failure(const Call& call, Document& stack, Deployment& done, bool first) {
  const std::string rollback = first ? "ROLLBACK" : "UPDATE_ROLLBACK";
  std::vector<Json> gone;
  std::string failed;
  for (const Json& entry : done.attempted) {
    const std::string verb = text_of(entry, "ResourceStatus");
    const bool is_it = entry["LogicalResourceId"] == done.failed;
    add_event(call, stack, entry, verb + "_IN_PROGRESS");
    add_event(call, stack, entry, verb + (is_it ? "_FAILED" : "_COMPLETE"),
              is_it ? done.reason : std::string());
    if (verb == "CREATE") gone.push_back(entry);
    if (is_it) failed = "[" + done.failed + "]";
  }
  const std::string what = failed.empty()
                               ? done.reason
                               : "The following resource(s) failed to " +
                                     std::string(first ? "create: " : "update: ") + failed + "." +
                                     (first ? " Rollback requested by user." : "");
  if (first && stack.properties.value("DisableRollback", false)) {
    return set_status(call, stack, "CREATE_FAILED", what);
  }
  set_status(call, stack, rollback + "_IN_PROGRESS", what);
  for (std::size_t i = gone.size(); i-- > 0;) {
    add_event(call, stack, gone[i], "DELETE_COMPLETE");
  }
  set_status(call, stack, rollback + "_COMPLETE", first ? std::string() : what);
}

}  // namespace

void deploy(const Call& call, Document stack, Order order) {
  const bool first = status_of(stack).empty() || status_of(stack) == "REVIEW_IN_PROGRESS";
  set_status(call, stack, first ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS", "User Initiated");
  if (!first) stack.attributes["LastUpdatedTime"] = call.now;
  Deployment deployment(call, stack, order, Deployment::Purpose::deploy);
  auto refused = call.plane.together([&] { return deployment.run(); });
  if (refused) {
    if (deployment.reason.empty()) {  // of the traffic
      deployment.reason = refused->message;
      for (const Json& entry : deployment.attempted) {
        if (text_of(entry, "Document") == refused->about) {
          deployment.failed = entry["LogicalResourceId"];
        }
      }
    }
    tell_failure(call, stack, deployment, first);
    return call.plane.keep(std::move(stack));
  }
  tell(call, stack, deployment);
  if (!first) set_status(call, stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  tell_removals(call, stack, deployment.removed);
  stack.attributes["Resources"] = deployment.entries;
  stack.attributes["Outputs"] = deployment.outputs;
  stack.attributes["Imports"] = deployment.imports;
  stack.properties["Parameters"] = order.parameters;
  stack.attributes["Secrets"] = secrets_of(order.of);
  if (const std::string text = description_of(order.of); !text.empty()) {
    stack.properties["Description"] = text;
  }
  stack.content = order.of.text;
  set_status(call, stack, first ? "CREATE_COMPLETE" : "UPDATE_COMPLETE");
  call.plane.keep(std::move(stack));
}

ApiResult<Plan> plan(const Call& call, const Document& stack, const Order& order) {
  Deployment deployment(call, stack, order, Deployment::Purpose::plan);
  const auto refused = call.plane.together([&]() -> Refusal {
    auto done = deployment.run();
    return done ? done : ApiError{"", ""};  // whatever it did goes back
  });
  if (deployment.is_mistake) return ApiError{"ValidationError", refused->message};
  Plan made;
  made.changes = std::move(deployment.changes);
  made.outputs_differ = deployment.outputs != stack.attributes["Outputs"];
  return made;
}

void tear_down(const Call& call, Document stack, const std::vector<std::string>& retained) {
  set_status(call, stack, "DELETE_IN_PROGRESS", "User Initiated");
  for (const Json& one : exports_of(call)) {
    const std::string name = one["Name"];
    const auto users = importers_of(call, name);
    if (one["ExportingStackId"] != stack.id || users.empty()) continue;
    set_status(call, stack, "DELETE_FAILED",
               "Export " + name + " cannot be deleted as it is in use by " + users.front());
    return call.plane.keep(std::move(stack));
  }
  Json removed = Json::array(), left = Json::array();
  const auto refused = call.plane.together([&]() -> Refusal {
    const Json& all = stack.attributes["Resources"];
    for (std::size_t i = all.size(); i-- > 0;) {
      Json entry = all[i];
      const std::string name = entry["LogicalResourceId"];
      const bool stays =
          entry.value("Retain", false) || std::ranges::find(retained, name) != retained.end();
      if (stays) {
        entry["ResourceStatus"] = "DELETE_SKIPPED";
      } else if (auto why = remove_entry(call, entry)) {
        entry["ResourceStatus"] = "DELETE_FAILED";
        entry["ResourceStatusReason"] = why->message;
        left.insert(left.begin(), entry);
      } else {
        entry["ResourceStatus"] = "DELETE_COMPLETE";
      }
      removed.push_back(std::move(entry));
    }
    return std::nullopt;
  });
  if (refused) {
    set_status(call, stack, "DELETE_FAILED", refused->message);
    return call.plane.keep(std::move(stack));
  }
  tell_removals(call, stack, removed);
  stack.attributes["Resources"] = left;
  if (!left.empty()) {
    std::string names;
    for (const Json& one : left) {
      names += (names.empty() ? "" : ", ") + text_of(one, "LogicalResourceId");
    }
    set_status(call, stack, "DELETE_FAILED",
               "The following resource(s) failed to delete: [" + names + "]. ");
    return call.plane.keep(std::move(stack));
  }
  stack.attributes["DeletionTime"] = call.now;
  stack.attributes["Outputs"] = Json::array();
  stack.attributes["Imports"] = Json::array();
  set_status(call, stack, "DELETE_COMPLETE");
  call.plane.keep(std::move(stack));
}

}  // namespace hoplab::awsapi::cloudformation
