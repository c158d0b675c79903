// The counters in Prometheus's text format.
// https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <string>

#include "topology/emulator.h"

namespace hoplab::admin {

std::string prometheus_text(const Emulator& emulator);

}  // namespace hoplab::admin
