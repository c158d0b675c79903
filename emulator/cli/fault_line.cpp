#include "cli/fault_line.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "base/joined.h"
#include "model/fault_members.h"
#include "model/nearest.h"
#include "scenario/format/reader_types.h"

namespace hoplab::cli {

namespace {

using Json = nlohmann::json;

/// "bytesPerSecond", and those of "connections", too.
std::vector<const scenario::Property*> members() {
  std::vector<const scenario::Property*> all;
  for (const auto& one : scenario::fault_type().properties) {
    if (one.name == "hop" || one.name == "action" || one.name == "armed") continue;
    if (one.type.kind != scenario::Type::Kind::object) {
      all.push_back(&one);
      continue;
    }
    for (const auto& inner : (*one.type.object).properties) all.push_back(&inner);
  }
  return all;
}

std::string option_name(std::string_view member) {
  std::string name = "--";
  for (const char c : member) {
    if (upper_case(c) == c) name += '-';
    name += lower_case(c);
  }
  return name;
}

/// As the member has it; what is no number there is left to the API to refuse.
Json value_of(const scenario::Property& member, const std::string& word) {
  if (member.type.kind != scenario::Type::Kind::integer) return word;
  const Json value = Json::parse(word, nullptr, false);
  return value.is_number_integer() ? value : Json(word);
}

Error unknown_action(const std::string& action) {
  const std::vector<std::string> actions = fault_actions();
  const std::string near = model::nearest(action, {actions.begin(), actions.end()});
  return Error{
      "there is no action '" + action + "'; " +
      (near.empty() ? "there are " + joined(actions, ", ") : "did you mean '" + near + "'?")};
}

}  // namespace

Result<AdminCall> fault_line(const std::vector<std::string>& words, const CtlOptions& options) {
  constexpr std::size_t kMost = 4;
  if (words.size() < 3 || words.size() > kMost) {
    return Error{"it is: fault HOP ACTION [VALUE] [OPTIONS], such as fault alb latency 200ms"};
  }
  const std::string& hop = words[1];
  const std::string& action = words[2];
  const auto known = fault_action(action);
  if (!known) return unknown_action(action);
  std::map<std::string, std::string> said = options.fault_members;
  if (words.size() == kMost) {
    const std::string main(model::main_member(*known));
    if (main.empty()) return Error{"'" + action + "' takes no value"};
    if (!said.try_emplace(main, words[3]).second) {
      return Error{"'" + words[3] + "' is its " + main + ", which is said twice"};
    }
  }
  Json fault{{"hop", hop}, {"action", action}};
  for (const scenario::Property* one : members()) {
    const auto found = said.find(std::string(one->name));
    if (found == said.end()) continue;
    const bool chooses = one->name == "every" || one->name == "percent" || one->name == "from";
    (chooses ? fault["connections"] : fault)[found->first] = value_of(*one, found->second);
  }
  std::string name = options.fault_name.empty() ? hop + "-" + action : options.fault_name;
  std::ranges::replace(name, '>', '-');
  const Json change{{"change", "PutFault"}, {"Name", name}, {"Fault", fault}};
  return AdminCall{"POST", "/v1/changes", change.dump()};
}

std::vector<FaultOption> fault_options() {
  std::vector<FaultOption> all;
  for (const scenario::Property* one : members()) {
    all.push_back({option_name(one->name), std::string(one->name), std::string(one->help)});
  }
  return all;
}

std::vector<std::string> fault_actions() {
  std::vector<std::string> all;
  for (int i = 0; i <= static_cast<int>(kLastFaultAction); ++i) {
    all.emplace_back(to_text(static_cast<FaultAction>(i)));
  }
  return all;
}

std::string fault_line_help() {
  std::string text = "fault HOP ACTION [VALUE]: with --name";
  for (const FaultOption& one : fault_options()) text += ", " + one.option;
  return text;
}

}  // namespace hoplab::cli
