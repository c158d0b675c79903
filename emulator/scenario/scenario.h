// A scenario as a value: what exists, how time passes, and what to check.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/topology.h"
#include "scenario/casebook/case.h"
#include "scenario/checks/check.h"

namespace hoplab::scenario {

struct Node;  // format/reader_document.h

/// `${name}` in the scenario's texts stands for its value.
struct Parameter {
  std::string name;
  std::string description;
  std::optional<std::string> default_value;
  std::string value;  // as set, else the default
};

struct Scenario {
  std::string title;
  std::string story;
  std::string file;  // as given to the reader
  /// All layers as one, parameters with their values, absolute paths: see text_as_read().
  std::shared_ptr<const Node> tree;
  std::vector<Parameter> parameters;
  model::Topology topology;
  ClockSettings clock;
  std::optional<Case> reset_case;  // of the casebook's
  std::vector<Check> checks;
};

}  // namespace hoplab::scenario
