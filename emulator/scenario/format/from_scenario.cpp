// Emulator::from_scenario: declared with the emulator, defined where scenarios are read.

#include "scenario/format/reader.h"
#include "topology/emulator.h"

namespace hoplab {

Result<Emulator> Emulator::from_scenario(const std::string& path, EmulatorOptions options) {
  auto read = scenario::read_scenario({path, options.overlays, options.settings});
  if (!read.ok()) return Error{scenario::to_text(read.diagnostics)};
  return from_topology(std::move(read.scenario->topology), std::move(options));
}

}  // namespace hoplab
