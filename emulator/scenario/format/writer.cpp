#include "scenario/format/writer.h"

#include <nlohmann/json.hpp>

#include "scenario/format/reader_types.h"

namespace hoplab::scenario {

std::string scenario_text(const model::Topology& topology, const ClockSettings& clock) {
  Scenario scenario;
  scenario.title = "What runs";
  scenario.topology = topology;
  scenario.clock = clock;
  const std::string compact = to_json(write_object(scenario_type(), &scenario));
  constexpr int kIndent = 2;
  return nlohmann::ordered_json::parse(compact).dump(kIndent, ' ', false,
                                                     nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace hoplab::scenario
