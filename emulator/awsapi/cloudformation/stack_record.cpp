#include "awsapi/cloudformation/stack_record.h"

#include <algorithm>

#include "base/clock.h"

namespace hoplab::awsapi::cloudformation {

namespace {

constexpr std::size_t kMostEvents = 4'000;  // of a stack; AWS keeps them for 90 days

bool is_gone(const Document& stack) {
  return status_of(stack) == "DELETE_COMPLETE";
}

/// In the order of the events: they come one after the other, and clients sort them by their times.
std::string time_of_event(std::int64_t now, std::int64_t number) {
  std::string text = iso8601_seconds(now);
  std::string fraction = std::to_string(1'000 + number % 1'000);
  fraction[0] = '.';
  return text.insert(text.size() - 1, fraction);
}

void append_event(const Call& call, Document& stack, Json event) {
  Json& events = stack.attributes["Events"];
  event["StackId"] = stack.id;
  event["StackName"] = name_of_stack(stack);
  const std::int64_t number_of_event = call.plane.next_number("events of " + stack.id);
  const std::string number = std::to_string(number_of_event);
  event["Timestamp"] = time_of_event(call.now, number_of_event);
  event["EventId"] =
      text_of(event, "LogicalResourceId") + "-" + text_of(event, "ResourceStatus") + "-" + number;
  const std::string token = text_of(stack.attributes, "ClientRequestToken");
  if (!token.empty()) event["ClientRequestToken"] = token;
  events.push_back(std::move(event));
  if (events.size() > kMostEvents) events.erase(events.begin());
}

}  // namespace

std::string status_of(const Document& stack) {
  return text_of(stack.attributes, "StackStatus");
}

std::string name_of_stack(const Document& stack) {
  return text_of(stack.properties, "StackName");
}

const Document* find_stack(const Call& call, const std::string& name_or_id) {
  if (const Document* const one = call.plane.find(name_or_id, kStackType)) return one;
  for (const Document* one : call.plane.all(kStackType, call.caller)) {
    if (name_of_stack(*one) == name_or_id && !is_gone(*one)) return one;
  }
  return nullptr;
}

ApiResult<const Document*> existing_stack(const Call& call, const std::string& name_or_id) {
  const Document* const found = find_stack(call, name_or_id);
  if (found) return found;
  return ApiError{"ValidationError", "Stack with id " + name_or_id + " does not exist"};
}

Document new_stack(const Call& call, const std::string& name) {
  const std::string& region = call.caller.region;
  const std::string& account = call.caller.account;
  std::string uuid = call.plane.new_id("stack/" + account + "/" + region + "/" + name, 32);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) uuid.insert(at, 1, '-');
  Document stack = call.plane.made(
      "arn:aws:cloudformation:" + region + ":" + account + ":stack/" + name + "/" + uuid,
      kStackType, call.caller);
  stack.properties = {{"StackName", name}};
  stack.attributes = {{"CreationTime", call.now},
                      {"Resources", Json::array()},
                      {"Events", Json::array()},
                      {"Outputs", Json::array()},
                      {"Imports", Json::array()}};
  return stack;
}

void set_status(const Call& call, Document& stack, const std::string& status,
                const std::string& reason) {
  stack.attributes["StackStatus"] = status;
  stack.attributes["StackStatusReason"] = reason.empty() ? Json() : Json(reason);
  append_event(call, stack,
               {{"LogicalResourceId", name_of_stack(stack)},
                {"PhysicalResourceId", stack.id},
                {"ResourceType", "AWS::CloudFormation::Stack"},
                {"ResourceStatus", status},
                {"ResourceStatusReason", reason.empty() ? Json() : Json(reason)}});
}

void add_event(const Call& call, Document& stack, const Json& resource, const std::string& status,
               const std::string& reason) {
  append_event(call, stack,
               {{"LogicalResourceId", resource["LogicalResourceId"]},
                {"PhysicalResourceId", resource.value("PhysicalResourceId", "")},
                {"ResourceType", resource["ResourceType"]},
                {"ResourceStatus", status},
                {"ResourceProperties", resource.value("Properties", Json::object()).dump()},
                {"ResourceStatusReason", reason.empty() ? Json() : Json(reason)}});
}

std::map<std::string, std::string> parameters_of_stack(const Document& stack) {
  return stack.properties.value("Parameters", std::map<std::string, std::string>());
}

Json parameter_list(const std::map<std::string, std::string>& values,
                    const std::vector<std::string>& secrets) {
  Json list = Json::array();
  for (const auto& [name, value] : values) {
    const bool secret = std::ranges::find(secrets, name) != secrets.end();
    list.push_back({{"ParameterKey", name}, {"ParameterValue", secret ? "****" : value}});
  }
  return list;
}

Json describe_stack(const Call&, const Document& stack) {
  Json made = stack.properties;
  made["Parameters"] =
      parameter_list(parameters_of_stack(stack), texts_of(stack.attributes, "Secrets"));
  made["StackId"] = stack.id;
  made["DriftInformation"] = {{"StackDriftStatus", "NOT_CHECKED"}};
  made.emplace("DisableRollback", false);
  made.emplace("EnableTerminationProtection", false);
  made.emplace("NotificationARNs", Json::array());
  made.emplace("Tags", Json::array());
  for (const char* const member :
       {"StackStatus", "StackStatusReason", "CreationTime", "LastUpdatedTime", "DeletionTime",
        "ChangeSetId", "Outputs", "ParentId", "RootId"}) {
    if (stack.attributes.contains(member)) made[member] = stack.attributes[member];
  }
  return made;
}

std::vector<Json> exports_of(const Call& call) {
  std::vector<Json> all;
  for (const Document* one : call.plane.all(kStackType, call.caller)) {
    if (is_gone(*one)) continue;
    for (const Json& output : one->attributes["Outputs"]) {
      if (!output.contains("ExportName")) continue;
      all.push_back({{"Name", output["ExportName"]},
                     {"Value", output["OutputValue"]},
                     {"ExportingStackId", one->id}});
    }
  }
  return all;
}

std::vector<std::string> importers_of(const Call& call, const std::string& export_name) {
  std::vector<std::string> names;
  for (const Document* one : call.plane.all(kStackType, call.caller)) {
    const auto imports = texts_of(one->attributes, "Imports");
    const bool does = std::ranges::find(imports, export_name) != imports.end();
    if (does && !is_gone(*one)) names.push_back(name_of_stack(*one));
  }
  return names;
}

}  // namespace hoplab::awsapi::cloudformation
