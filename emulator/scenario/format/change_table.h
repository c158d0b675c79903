// The table of changes: how each is said in JSON, and how people say those that they make by hand.
//
//   { "change": "SetEndpointState", "Endpoint": "consumer", "State": "rejected" }
//
// POST /v1/changes, hoplab ctl change and the steps of checks take every change in this form. The
// admin API's routes about one change, the verbs of hoplab ctl, the other members of steps and the
// schema of changes are made of these rows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/change.h"
#include "scenario/format/reader_table.h"

namespace hoplab::scenario {

/// A change's shorter ways. Each says `members`, in this order.
struct ByHand {
  std::vector<std::string_view> members{};
  /// The admin API's: the {...} of `path` are the first of the members. The body says the one that
  /// is left, as { "key": ... }, or is itself that one when there is no key.
  std::string_view method{}, path{}, key{};
  std::string_view verb{};  // hoplab ctl's, which the members follow; empty: it has none
  std::string_view null{};  // its word for null
  /// A check's step has objects of the members' names within one another, as in
  /// { "group": { "target": "unhealthy" } }; empty: it has none.
  std::string_view step{};
  enum class Form : std::uint8_t {
    value,   // the last member's
    values,  // a list of the last member's values
    objects  // a list of objects with all members
  } form = Form::value;
  std::string_view help{};  // of the step
};

struct ChangeRow {
  std::string_view name;  // AWS's where AWS has the operation
  std::shared_ptr<const ObjectType> members;
  std::shared_ptr<const ObjectType> whole;  // with its name as the member "change"
  std::function<model::Change(const ObjectType& type, const Node& node, ReadContext& context)> read;
  ByHand by_hand;

  [[nodiscard]] const Type& type_of(std::string_view member) const;
};

const std::vector<ChangeRow>& change_rows();

/// Any change with its name.
Type change_type();
std::optional<model::Change> read_change(const Node& node, ReadContext& context);

/// One change or a list of them. The error names every mistake with its JSON pointer. `file`: what
/// paths in it are relative to.
Result<std::vector<model::Change>> read_changes(std::string_view json,
                                                const std::string& file = {});

/// The change as its route has it: `names` from the path, and the body. A word of the path where a
/// number belongs is ErrorCode::not_found.
Result<model::Change> read_routed(const ChangeRow& row, const std::vector<std::string>& names,
                                  const std::string& body);

/// What stands in a check's step under the row's `step`, and the changes that it is.
Type step_type(const ChangeRow& row);
std::vector<model::Change> read_step(const ChangeRow& row, const Node& node, ReadContext& context);

}  // namespace hoplab::scenario
