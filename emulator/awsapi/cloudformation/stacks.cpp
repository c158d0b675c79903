// Stacks: made, changed, deleted and told of.
#include <algorithm>

#include "awsapi/cloudformation/handlers.h"
#include "awsapi/cloudformation/requests.h"
#include "base/ascii.h"

namespace hoplab::awsapi::cloudformation {

namespace {

ApiError wrong_request(const std::string& message) {
  return {"ValidationError", message};
}

/// A nested stack's resources are in its parent's record, under its own name.
struct Within {
  const Document* record;
  std::string stack;
};

ApiResult<Within> within(const Call& call, const std::string& name_or_id) {
  if (const Document* const found = find_stack(call, name_or_id)) {
    return Within{found, name_of_stack(*found)};
  }
  for (const Document* one : call.plane.all(kStackType)) {
    for (const Json& entry : one->attributes["Resources"]) {
      const bool stack = entry["ResourceType"] == "AWS::CloudFormation::Stack";
      if (stack && entry["PhysicalResourceId"] == name_or_id) {
        return Within{one, text_of(entry, "Stack") + "-" + text_of(entry, "LogicalResourceId")};
      }
    }
  }
  return wrong_request("Stack with id " + name_or_id + " does not exist");
}

Json described_resource(const Within& of, const Json& entry) {
  return {{"StackName", of.stack},
          {"StackId", of.record->id},
          {"LogicalResourceId", entry["LogicalResourceId"]},
          {"PhysicalResourceId", entry["PhysicalResourceId"]},
          {"ResourceType", entry["ResourceType"]},
          {"Timestamp", entry["Timestamp"]},
          {"LastUpdatedTimestamp", entry["Timestamp"]},
          {"ResourceStatus", entry["ResourceStatus"]},
          {"ResourceStatusReason", entry.value("ResourceStatusReason", Json())},
          {"DriftInformation", {{"StackResourceDriftStatus", "NOT_CHECKED"}}}};
}

std::vector<Json> resources_of(const Within& of) {
  std::vector<Json> all;
  for (const Json& entry : of.record->attributes["Resources"]) {
    if (entry["Stack"] == of.stack) all.push_back(described_resource(of, entry));
  }
  return all;
}

/// By NextToken, in pages of 100.
ApiResult<Json> page_of(const Json& in, std::string_view member, std::vector<Json> items) {
  Json of_page{{"MaxResults", 100}};
  if (in.contains("NextToken")) of_page["NextToken"] = in["NextToken"];
  return paged_by_token(of_page, member, std::move(items));
}

/// Deleted stacks are told of by their ids; the oldest of them go.
void forget_old_ones(const Call& call) {
  constexpr std::size_t kMostDeleted = 100;
  std::vector<const Document*> deleted = call.plane.all(kStackType);
  std::erase_if(deleted, [](const Document* one) { return status_of(*one) != "DELETE_COMPLETE"; });
  if (deleted.size() > kMostDeleted) call.plane.forget(deleted.front()->id);
}

}  // namespace

Refusal check_stack_name(const std::string& name) {
  constexpr std::size_t kLongest = 128;
  const bool plain =
      std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  if (plain && !name.empty() && is_letter(name[0]) && name.size() <= kLongest) return std::nullopt;
  return wrong_request("1 validation error detected: Value '" + name +
                       "' at 'stackName' failed to satisfy constraint: Member must satisfy regular "
                       "expression pattern: [a-zA-Z][-a-zA-Z0-9]*");
}

ApiResult<Order> order_of(const Call& call, const Json& in, const Document* stack) {
  auto text = template_text(call, in);
  if (!text) return text.error();
  if (in.value("UsePreviousTemplate", false) && stack) *text = stack->content;
  auto read = read_template(std::move(*text));
  if (!read) return read.error();
  if (auto refused = check_capabilities(*read, texts_of(in, "Capabilities"))) return *refused;
  auto parameters = parameters_of(
      *read, in, stack ? parameters_of_stack(*stack) : std::map<std::string, std::string>());
  if (!parameters) return parameters.error();
  if (auto values = resolved(call, *read, *parameters); !values) return values.error();
  return Order{std::move(*read), std::move(*parameters)};
}

void take_settings(const Json& in, Document& stack) {
  for (const char* const member :
       {"Capabilities", "NotificationARNs", "RoleARN", "Tags", "DisableRollback",
        "EnableTerminationProtection", "TimeoutInMinutes"}) {
    if (in.contains(member)) stack.properties[member] = in[member];
  }
  const std::string on_failure = text_of(in, "OnFailure") + text_of(in, "OnStackFailure");
  if (on_failure == "DO_NOTHING") stack.properties["DisableRollback"] = true;
  stack.attributes["ClientRequestToken"] = text_of(in, "ClientRequestToken");
}

Refusal check_can_be_updated(const Document& stack) {
  constexpr std::string_view kMay =
      "CREATE_COMPLETE|UPDATE_COMPLETE|UPDATE_ROLLBACK_COMPLETE|IMPORT_COMPLETE";
  if (is_among(status_of(stack), kMay)) return std::nullopt;
  return wrong_request("Stack:" + stack.id + " is in " + status_of(stack) +
                       " state and can not be updated.");
}

ApiResult<Json> create_stack(const Call& call, const Json& in) {
  const std::string name = in["StackName"];
  if (auto refused = check_stack_name(name)) return *refused;
  if (find_stack(call, name)) {
    return ApiError{"AlreadyExistsException", "Stack [" + name + "] already exists"};
  }
  auto order = order_of(call, in, nullptr);
  if (!order) return order.error();
  Document stack = new_stack(call, name);
  take_settings(in, stack);
  const std::string id = stack.id;
  deploy(call, std::move(stack), std::move(*order));
  if (text_of(in, "OnFailure") == "DELETE" &&
      status_of(*find_stack(call, id)) == "ROLLBACK_COMPLETE") {
    tear_down(call, *find_stack(call, id), {});
  }
  return Json{{"StackId", id}};
}

ApiResult<Json> update_stack(const Call& call, const Json& in) {
  const std::string name = in["StackName"];
  const Document* const found = find_stack(call, name);
  if (!found) return wrong_request("Stack [" + name + "] does not exist");
  if (auto refused = check_can_be_updated(*found)) return *refused;
  auto order = order_of(call, in, found);
  if (!order) return order.error();
  const auto planned = plan(call, *found, *order);
  if (!planned) return planned.error();
  const bool same_tags =
      !in.contains("Tags") || in["Tags"] == found->properties.value("Tags", Json::array());
  if (planned->changes.empty() && !planned->outputs_differ && same_tags) {
    return wrong_request(kNoUpdates);
  }
  Document stack = *found;
  take_settings(in, stack);
  const std::string id = stack.id;
  deploy(call, std::move(stack), std::move(*order));
  return Json{{"StackId", id}};
}

ApiResult<Json> delete_stack(const Call& call, const Json& in) {
  const Document* const found = find_stack(call, in["StackName"]);
  if (!found || status_of(*found) == "DELETE_COMPLETE") return Json::object();  // as AWS answers
  if (found->properties.value("EnableTerminationProtection", false)) {
    return wrong_request("Stack [" + name_of_stack(*found) +
                         "] cannot be deleted while TerminationProtection is enabled");
  }
  Document stack = *found;
  stack.attributes["ClientRequestToken"] = text_of(in, "ClientRequestToken");
  for (const Document* set : call.plane.all(kChangeSetType)) {
    if (set->properties["StackId"] == stack.id) call.plane.forget(set->id);
  }
  tear_down(call, std::move(stack), texts_of(in, "RetainResources"));
  forget_old_ones(call);
  return Json::object();
}

ApiResult<Json> describe_stacks(const Call& call, const Json& in) {
  if (in.contains("StackName")) {
    const auto found = existing_stack(call, in["StackName"]);
    if (!found) return found.error();
    return Json{{"Stacks", Json::array({describe_stack(call, **found)})}};
  }
  std::vector<Json> all;
  for (const Document* one : call.plane.all(kStackType, call.caller)) {
    if (status_of(*one) != "DELETE_COMPLETE") all.push_back(describe_stack(call, *one));
  }
  std::ranges::reverse(all);
  return page_of(in, "Stacks", std::move(all));
}

ApiResult<Json> describe_stack_events(const Call& call, const Json& in) {
  const std::string name = in["StackName"];
  const Document* const found = find_stack(call, name);
  if (!found) return wrong_request("Stack [" + name + "] does not exist");
  std::vector<Json> events = found->attributes["Events"].get<std::vector<Json>>();
  std::ranges::reverse(events);
  return page_of(in, "StackEvents", std::move(events));
}

ApiResult<Json> describe_stack_resource(const Call& call, const Json& in) {
  const auto of = within(call, in["StackName"]);
  if (!of) return of.error();
  for (Json& one : resources_of(*of)) {
    if (one["LogicalResourceId"] == in["LogicalResourceId"]) {
      return Json{{"StackResourceDetail", std::move(one)}};
    }
  }
  return wrong_request("Resource " + text_of(in, "LogicalResourceId") +
                       " does not exist for stack " + of->stack);
}

ApiResult<Json> describe_stack_resources(const Call& call, const Json& in) {
  const std::string physical = text_of(in, "PhysicalResourceId");
  const std::string logical = text_of(in, "LogicalResourceId");
  std::string name = text_of(in, "StackName");
  if (name.empty() == physical.empty()) {
    return wrong_request("Exactly one of StackName and PhysicalResourceId must be specified");
  }
  for (const Document* one : call.plane.all(kStackType, call.caller)) {
    for (const Json& entry : one->attributes["Resources"]) {
      if (name.empty() && entry["PhysicalResourceId"] == physical) name = one->id;
    }
  }
  if (name.empty()) return wrong_request("Stack for " + physical + " does not exist");
  const auto of = within(call, name);
  if (!of) return of.error();
  Json all = Json::array();
  for (Json& one : resources_of(*of)) {
    if (logical.empty() || one["LogicalResourceId"] == logical) all.push_back(std::move(one));
  }
  return Json{{"StackResources", std::move(all)}};
}

ApiResult<Json> list_stack_resources(const Call& call, const Json& in) {
  const auto of = within(call, in["StackName"]);
  if (!of) return of.error();
  return page_of(in, "StackResourceSummaries", resources_of(*of));
}

ApiResult<Json> list_stacks(const Call& call, const Json& in) {
  const auto wanted = texts_of(in, "StackStatusFilter");
  std::vector<Json> all;
  for (const Document* one : call.plane.all(kStackType, call.caller)) {
    const bool asked = wanted.empty() || std::ranges::find(wanted, status_of(*one)) != wanted.end();
    Json made = describe_stack(call, *one);
    made["TemplateDescription"] = made.value("Description", Json());
    if (asked) all.push_back(std::move(made));
  }
  std::ranges::reverse(all);
  return page_of(in, "StackSummaries", std::move(all));
}

ApiResult<Json> list_exports(const Call& call, const Json& in) {
  return page_of(in, "Exports", exports_of(call));
}

ApiResult<Json> list_imports(const Call& call, const Json& in) {
  const std::string name = in["ExportName"];
  const auto users = importers_of(call, name);
  if (users.empty()) return wrong_request("Export '" + name + "' is not imported by any stack.");
  return page_of(in, "Imports", std::vector<Json>(users.begin(), users.end()));
}

ApiResult<Json> update_termination_protection(const Call& call, const Json& in) {
  const auto found = existing_stack(call, in["StackName"]);
  if (!found) return found.error();
  Document stack = **found;
  stack.properties["EnableTerminationProtection"] = in["EnableTerminationProtection"];
  const std::string id = stack.id;
  call.plane.keep(std::move(stack));
  return Json{{"StackId", id}};
}

}  // namespace hoplab::awsapi::cloudformation
