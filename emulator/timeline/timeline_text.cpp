#include <algorithm>

#include "timeline/timeline.h"

namespace hoplab::timeline {

namespace {

constexpr std::size_t kTimeWidth = 10;  // of "  12.34 ms"

/// Where the lanes stand, so that their names have room beside one another.
std::vector<std::size_t> columns_of(const std::vector<std::string>& lanes) {
  constexpr std::size_t kLeast = 8, kBetween = 2;
  std::vector<std::size_t> columns;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const std::size_t half = lanes[i].size() / 2;
    if (i == 0) {
      columns.push_back(half);
      continue;
    }
    const std::size_t needed = lanes[i - 1].size() - lanes[i - 1].size() / 2 + half + kBetween;
    columns.push_back(columns.back() + std::max(kLeast, needed));
  }
  return columns;
}

std::string heading(const std::vector<std::string>& lanes,
                    const std::vector<std::size_t>& columns) {
  std::string line;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    line.resize(columns[i] - lanes[i].size() / 2, ' ');
    line += lanes[i];
  }
  return line;
}

std::string row(const Moment& moment, const std::vector<std::size_t>& columns) {
  std::string line(columns.back() + 1, ' ');
  for (const std::size_t column : columns)
    line[column] = moment.mark == Moment::Mark::pause ? ':' : '|';
  const std::size_t from = columns[moment.from], to = columns[moment.to];
  const char end = moment.mark == Moment::Mark::rst   ? 'X'
                   : moment.mark == Moment::Mark::fin ? 'o'
                                                      : 0;
  if (moment.mark == Moment::Mark::silence) {
    line[from] = '?';
  } else if (from != to) {
    const auto [first, last] = std::minmax(from, to);
    for (std::size_t at = first + 1; at < last; ++at) {
      if (line[at] == ' ') line[at] = '-';
    }
    line[from < to ? to - 1 : to + 1] = from < to ? '>' : '<';
    if (end) line[to] = end;
  } else if (moment.mark != Moment::Mark::pause) {
    line[from] = '*';
  }
  return line;
}

}  // namespace

std::string timeline_text(const Timeline& timeline) {
  const std::vector<std::size_t> columns = columns_of(timeline.lanes);
  const std::string indent(kTimeWidth + 2, ' ');
  std::string text = timeline.title + "\n" + indent + heading(timeline.lanes, columns) + "\n";
  std::string last_time;
  for (const Moment& moment : timeline.moments) {
    std::string time = moment.mark == Moment::Mark::pause ? "" : time_text(moment.at);
    if (time == last_time)
      time.clear();
    else if (!time.empty())
      last_time = time;
    text += std::string(kTimeWidth - std::min(kTimeWidth, time.size()), ' ') + time + "  ";
    text += row(moment, columns);
    text += "  " + moment.text + "\n";
  }
  for (const std::string& note : timeline.notes) text += indent + note + "\n";
  return text;
}

}  // namespace hoplab::timeline
