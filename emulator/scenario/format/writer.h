// A topology in the form of a scenario: what reads back as an equal one.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "model/topology.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

/// Makes a tree that has been read one that reads back alike from any folder: what is written in
/// its parameters' places stays, and `files` are the absolute paths by pointers.
void finish_as_read(Node& root, const std::map<std::string, std::string>& files);
/// JSON, indented.
std::string text_as_read(const Node& root);

/// JSON, indented. `clock` is how time passes.
std::string scenario_text(const model::Topology& topology, const ClockSettings& clock);

}  // namespace hoplab::scenario
