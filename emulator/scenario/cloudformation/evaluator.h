// Stacks evaluated: functions, parameters, conditions and references give way to what they stand
// for, and resources get their ids, the same ones at every start.
//
// References are followed as they come, over all stacks; who refers to himself is a mistake. What
// nobody here can know (resource.h, unknown_text) stays in texts, and matters only where something
// emulated needs it. Sizes and depths are bounded, whatever a template says.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/cloudformation/stack.h"
#include "scenario/format/diagnostics.h"
#include "scenario/resources/resource.h"

namespace hoplab::scenario::cloudformation {

/// A value; nothing: AWS::NoValue, which takes its place away.
using Value = std::optional<Node>;

class Evaluator {
 public:
  Evaluator(std::vector<Stack> stacks, std::vector<Diagnostic>& diagnostics,
            Deployed deployed = {});

  /// All resources of all stacks, in the order of their making, behind those that were there
  /// already. With mistakes, not all.
  resources::Resources run();
  std::vector<Output> outputs();
  /// What was decided without being asked, a sentence each.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// Names of exports of other stacks that were asked for.
  [[nodiscard]] const std::set<std::string>& imports() const { return imports_; }
  /// Templates of nested stacks that were read.
  [[nodiscard]] const std::vector<std::string>& files() const { return files_; }

 private:
  struct ResourceState {
    const Node* node = nullptr;
    enum class Progress : std::uint8_t { fresh, running, done, absent } progress = Progress::fresh;
    resources::Resource* made = nullptr;
  };
  struct ConditionState {
    bool running = false;
    std::optional<bool> value;
  };
  struct StackState {
    const Stack* stack = nullptr;
    std::map<std::string, ResourceState> resources;
    std::map<std::string, Node> parameters;
    std::map<std::string, ConditionState> conditions;
  };
  using Function = Value (Evaluator::*)(StackState&, const Node& call, const Node& argument);
  struct NamedFunction {
    std::string_view name;
    Function function;
  };
  static const std::vector<NamedFunction>& functions();

  // evaluator.cpp
  Value value(StackState& stack, const Node& node);
  Value collection(StackState& stack, const Node& node);
  void make(StackState& stack, const std::string& id, ResourceState& state);
  void make_first(StackState& stack, const Node& node);
  /// The resource of that logical id, made at first; null: there is none, which is reported, or its
  /// condition does not hold, which is reported where it is needed.
  const resources::Resource* resource(StackState& stack, const std::string& id, const Node& place,
                                      bool needed = true);
  std::optional<Output> output(StackState& stack, const Node& node);
  Value output_value(StackState& stack, const std::string& name, const Node& place);
  StackState* find_stack(const std::string& name);

  // nested.cpp
  void add_stack(const Stack& stack);
  void add_nested(const StackState& parent, const resources::Resource& resource);
  std::optional<Node> nested_template(const Stack& parent, const std::string& url);

  // references.cpp
  Value ref(StackState& stack, const Node& call, const Node& argument);
  Value get_att(StackState& stack, const Node& call, const Node& argument);
  Value import_value(StackState& stack, const Node& call, const Node& argument);
  Value get_stack_output(StackState& stack, const Node& call, const Node& argument);
  Value pseudo_parameter(StackState& stack, const std::string& name, const Node& place);
  Value named(StackState& stack, const std::string& name, const Node& place);
  Value attribute(StackState& stack, const std::string& id, const std::string& name,
                  const Node& place);
  Value attribute_of(const resources::Resource& of, const std::string& name, const Node& place);

  // parameters.cpp
  Value parameter(StackState& stack, const std::string& name, const Node& place);
  Node parameter_value(StackState& stack, const Node& declared);
  void check_parameter(const Stack& stack, const Node& declared, const std::string& value);
  void check_parameter_names(const Stack& stack);

  // text_functions.cpp
  Value join(StackState& stack, const Node& call, const Node& argument);
  Value sub(StackState& stack, const Node& call, const Node& argument);
  Value select(StackState& stack, const Node& call, const Node& argument);
  Value split(StackState& stack, const Node& call, const Node& argument);
  Value base64(StackState& stack, const Node& call, const Node& argument);
  Value length(StackState& stack, const Node& call, const Node& argument);
  Value to_json_string(StackState& stack, const Node& call, const Node& argument);
  Value find_in_map(StackState& stack, const Node& call, const Node& argument);
  Value cidr(StackState& stack, const Node& call, const Node& argument);
  Value get_azs(StackState& stack, const Node& call, const Node& argument);
  Value refuse(StackState& stack, const Node& call, const Node& argument);
  std::string text_argument(StackState& stack, const Node& node);
  std::optional<std::vector<Node>> list_argument(StackState& stack, const Node& node);

  // conditions.cpp
  Value choose(StackState& stack, const Node& call, const Node& argument);
  Value as_value(StackState& stack, const Node& call, const Node& argument);
  bool condition(StackState& stack, const Node& node);
  bool named_condition(StackState& stack, const std::string& name, const Node& place);

  /// A text at the place of `call`. It counts.
  Value text_at(const Node& call, std::string text);
  /// A mistake, and what stands in the place of the value.
  Value mistake(const Node& node, std::string found, std::string rule);
  bool spend(const Node& node, std::size_t bytes);

  std::deque<Stack> stacks_;
  std::vector<Diagnostic>& diagnostics_;
  const Deployed deployed_;
  std::deque<StackState> states_;
  std::deque<resources::Resource> made_;
  std::set<std::string> names_;  // of load balancers and the like: taken
  std::vector<std::string> on_the_way_;
  std::vector<std::string> notes_, files_;
  std::set<std::string> imports_;
  std::map<std::string, std::string> objects_;
  std::size_t spent_ = 0;
  int depth_ = 0;
};

}  // namespace hoplab::scenario::cloudformation
