// A connection over time: its stages, between whom they were, and who ended it and why; as text for
// a terminal and as a picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "net/admission.h"
#include "topology/emulator.h"

namespace hoplab::timeline {

/// A row of it.
struct Moment {
  enum class Mark : std::uint8_t { step, fin, rst, silence, pause };
  Mark mark = Mark::step;
  Duration at{};                 // since the connection was accepted
  std::size_t from = 0, to = 0;  // lanes; equal: it is about one of them only
  std::string text;
};

struct Timeline {
  std::string title;               // who, when, how much
  std::vector<std::string> lanes;  // "client", the hops, and "target" where something came of it
  std::vector<Moment> moments;     // in the order of time
  std::vector<std::string> notes;  // what has no time of its own: failed requests, a verdict
};

Timeline timeline_of(const EndRecord& record);
/// Of a connection that is not over, `now` by the calendar.
Timeline timeline_of(const FlowStatus& flow, Time now);

/// Of a client that was not let in; `refused`: by an RST, otherwise nobody answered.
Timeline timeline_of(const net::Barrier& barrier, bool refused);

/// Lines of ASCII: a column for each lane, and a row for each moment.
std::string timeline_text(const Timeline& timeline);

/// An SVG document that needs nothing beside it. Its colours follow the reader's scheme, light or
/// dark; its title and description say all of it to who does not see it.
std::string timeline_svg(const Timeline& timeline);

/// "0.41 ms", "80.6 ms", "60.00 s".
std::string time_text(Duration time);

}  // namespace hoplab::timeline
