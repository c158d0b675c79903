// Change sets: what the AWS CLI's deploy and the CDK make of every deployment.
#include <algorithm>

#include "awsapi/cloudformation/handlers.h"
#include "awsapi/cloudformation/requests.h"

namespace hoplab::awsapi::cloudformation {

namespace {

constexpr const char* kNoChanges =
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set.";

ApiResult<const Document*> find_change_set(const Call& call, const Json& in) {
  const std::string name = in["ChangeSetName"], stack = text_of(in, "StackName");
  if (const Document* const found = call.plane.find(name, kChangeSetType)) return found;
  const Document* const of = stack.empty() ? nullptr : find_stack(call, stack);
  if (!stack.empty() && !of) {
    return ApiError{"ValidationError", "Stack [" + stack + "] does not exist"};
  }
  for (const Document* one : call.plane.all(kChangeSetType)) {
    const bool same = of && one->properties["StackId"] == of->id;
    if (same && one->properties["ChangeSetName"] == name) return one;
  }
  return ApiError{"ChangeSetNotFound", "ChangeSet [" + name + "] does not exist", 404};
}

/// The stack that a change set is for; one that is to be made is there from then on, in review.
ApiResult<Document> stack_for(const Call& call, const Json& in) {
  const std::string name = in["StackName"], type = in.value("ChangeSetType", "UPDATE");
  const Document* const found = find_stack(call, name);
  const bool in_review = found && status_of(*found) == "REVIEW_IN_PROGRESS";
  if (type == "IMPORT") {
    return ApiError{"ValidationError", "hoplab does not emulate imports of resources"};
  }
  if (type == "CREATE") {
    if (found && !in_review) {
      return ApiError{"ValidationError",
                      "Stack [" + name +
                          "] already exists and cannot be created again with the changeSet [" +
                          text_of(in, "ChangeSetName") + "]."};
    }
    if (auto refused = check_stack_name(name)) return *refused;
    if (found) return *found;
    Document stack = new_stack(call, name);
    take_settings(in, stack);
    set_status(call, stack, "REVIEW_IN_PROGRESS", "User Initiated");
    return stack;
  }
  if (!found) return ApiError{"ValidationError", "Stack [" + name + "] does not exist"};
  if (auto refused = check_can_be_updated(*found)) return *refused;
  return *found;
}

Document new_change_set(const Call& call, const Json& in, const Document& stack) {
  const std::string name = in["ChangeSetName"];
  std::string uuid = call.plane.new_id("changeSet/" + stack.id + "/" + name, 32);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) uuid.insert(at, 1, '-');
  Document set = call.plane.made("arn:aws:cloudformation:" + stack.region + ":" + stack.account +
                                     ":changeSet/" + name + "/" + uuid,
                                 kChangeSetType, call.caller);
  set.properties = {{"ChangeSetName", name},
                    {"StackId", stack.id},
                    {"StackName", name_of_stack(stack)},
                    {"Request", in}};
  set.attributes["CreationTime"] = call.now;
  return set;
}

void take_plan(const ApiResult<Plan>& planned, bool first, bool same_tags, Document& set) {
  const auto end = [&](const char* status, const char* execution, const std::string& reason) {
    set.attributes["Status"] = status;
    set.attributes["ExecutionStatus"] = execution;
    if (!reason.empty()) set.attributes["StatusReason"] = reason;
  };
  set.attributes["Changes"] = planned ? planned->changes : Json::array();
  if (!planned) return end("FAILED", "UNAVAILABLE", planned.error().message);
  const bool nothing = planned->changes.empty() && !planned->outputs_differ && same_tags && !first;
  if (nothing) return end("FAILED", "UNAVAILABLE", kNoChanges);
  end("CREATE_COMPLETE", "AVAILABLE", "");
}

Json described_change_set(const Document& set, bool with_values) {
  Json made = set.attributes;
  const Json& request = set.properties["Request"];
  made["ChangeSetName"] = set.properties["ChangeSetName"];
  made["ChangeSetId"] = set.id;
  made["StackId"] = set.properties["StackId"];
  made["StackName"] = set.properties["StackName"];
  for (const char* const member :
       {"Description", "Capabilities", "NotificationARNs", "Tags", "OnStackFailure",
        "IncludeNestedStacks", "ImportExistingResources"}) {
    if (request.contains(member)) made[member] = request[member];
  }
  made.emplace("NotificationARNs", Json::array());
  made.emplace("RollbackConfiguration", Json::object());
  made["Parameters"] =
      parameter_list(set.attributes["Values"].get<std::map<std::string, std::string>>(),
                     texts_of(set.attributes, "Secrets"));
  if (!with_values) {
    for (Json& one : made["Changes"]) {
      one["ResourceChange"].erase("BeforeContext");
      one["ResourceChange"].erase("AfterContext");
    }
  }
  return made;
}

}  // namespace

ApiResult<Json> create_change_set(const Call& call, const Json& in) {
  auto stack = stack_for(call, in);
  if (!stack) return stack.error();
  if (call.plane.documents().size() >= ControlPlane::kMostDocuments) {
    return ApiError{"LimitExceededException", "hoplab keeps no more change sets"};
  }
  const bool first = status_of(*stack) == "REVIEW_IN_PROGRESS";
  for (const Document* one : call.plane.all(kChangeSetType)) {
    if (one->properties["StackId"] == stack->id &&
        one->properties["ChangeSetName"] == in["ChangeSetName"]) {
      return ApiError{"AlreadyExistsException",
                      "ChangeSet " + text_of(in, "ChangeSetName") + " already exists"};
    }
  }
  const auto order = order_of(call, in, first ? nullptr : &*stack);
  if (!order) return order.error();
  Document set = new_change_set(call, in, *stack);
  set.content = order->of.text;
  set.attributes["Values"] = order->parameters;
  set.attributes["Secrets"] = secrets_of(order->of);
  const bool same_tags =
      !in.contains("Tags") || in["Tags"] == stack->properties.value("Tags", Json::array());
  take_plan(plan(call, *stack, *order), first, same_tags, set);
  Json answer{{"Id", set.id}, {"StackId", stack->id}};
  if (first) call.plane.keep(std::move(*stack));
  call.plane.keep(std::move(set));
  return answer;
}

ApiResult<Json> describe_change_set(const Call& call, const Json& in) {
  const auto set = find_change_set(call, in);
  if (!set) return set.error();
  return described_change_set(**set, in.value("IncludePropertyValues", false));
}

ApiResult<Json> list_change_sets(const Call& call, const Json& in) {
  const auto stack = existing_stack(call, in["StackName"]);
  if (!stack) return stack.error();
  Json all = Json::array();
  for (const Document* one : call.plane.all(kChangeSetType)) {
    if (one->properties["StackId"] == (*stack)->id) {
      all.push_back(described_change_set(*one, false));
    }
  }
  return Json{{"Summaries", std::move(all)}};
}

ApiResult<Json> execute_change_set(const Call& call, const Json& in) {
  const auto found = find_change_set(call, in);
  if (!found) return found.error();
  Document set = **found;
  if (set.attributes["ExecutionStatus"] != "AVAILABLE") {
    return ApiError{"InvalidChangeSetStatus",
                    "ChangeSet [" + set.id + "] cannot be executed in its current status of [" +
                        text_of(set.attributes, "Status") + "]"};
  }
  auto read = read_template(set.content);
  if (!read) return read.error();
  Document stack = *call.plane.find(text_of(set.properties, "StackId"), kStackType);
  take_settings(set.properties["Request"], stack);
  if (in.contains("DisableRollback")) stack.properties["DisableRollback"] = in["DisableRollback"];
  stack.attributes["ClientRequestToken"] = text_of(in, "ClientRequestToken");
  stack.attributes["ChangeSetId"] = set.id;
  Order order{std::move(*read), set.attributes["Values"].get<std::map<std::string, std::string>>()};
  // The others were for a stack that is no more.
  for (const Document* one : call.plane.all(kChangeSetType)) {
    if (one->properties["StackId"] == stack.id && one->id != set.id) call.plane.forget(one->id);
  }
  const bool removes = text_of(set.properties["Request"], "OnStackFailure") == "DELETE";
  const std::string id = stack.id;
  deploy(call, std::move(stack), std::move(order));
  const std::string status = status_of(*find_stack(call, id));
  set.attributes["ExecutionStatus"] =
      status.find("ROLLBACK") == std::string::npos && !status.ends_with("FAILED")
          ? "EXECUTE_COMPLETE"
          : "EXECUTE_FAILED";
  call.plane.keep(std::move(set));
  if (removes && status == "ROLLBACK_COMPLETE") tear_down(call, *find_stack(call, id), {});
  return Json::object();
}

ApiResult<Json> delete_change_set(const Call& call, const Json& in) {
  const auto set = find_change_set(call, in);
  // One that is gone is no error by its ARN.
  if (!set && text_of(in, "ChangeSetName").starts_with("arn:")) return Json::object();
  if (!set) return set.error();
  call.plane.forget((*set)->id);
  return Json::object();
}

}  // namespace hoplab::awsapi::cloudformation
