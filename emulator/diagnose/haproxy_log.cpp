#include "diagnose/haproxy_log.h"

#include <algorithm>

#include "base/ascii.h"
#include "diagnose/log_fields.h"

namespace hoplab::diagnose {

namespace {

using scenario::Fact;

/// The first two letters of the state: who or what ended it, and at which moment.
struct State {
  std::string_view letters, end, stage;
};

constexpr State kStates[] = {
    {"SC", "refused", "connect"},     // the server refused the connection
    {"sC", "unanswered", "connect"},  // ... or did not answer in time
    {"SH", "closed", "request"},      // it aborted before its headers
    {"sH", "silence", "request"},     // ... or did not send them in time
    {"SD", "truncated", "body"},      // likewise, of the data
    {"sD", "silence", "body"},       {"SL", "truncated", "body"},
};

/// "0/0/0/-1/3"
bool is_timers(std::string_view field) {
  return std::ranges::count(field, '/') == 4 && field.size() >= 9 &&
         field.find_first_not_of("0123456789/-+") == std::string_view::npos;
}

}  // namespace

bool read_haproxy_log(std::string_view line, scenario::Facts& facts) {
  const auto fields = log_fields(line);
  const auto timers = std::ranges::find_if(fields, is_timers);
  constexpr std::ptrdiff_t kStatus = 1, kState = 5;
  if (fields.end() - timers <= kState || timers[kState].size() != 4) return false;
  const std::string& state = timers[kState];
  facts.learn(Fact::log, "proxy");
  facts.learn(Fact::client, "haproxy");
  if (state.starts_with("C")) {
    facts.learn(Fact::end, state[1] == 'H' ? "closed" : "none");
    facts.learn(Fact::by, "client");
  } else if (state.starts_with("cR")) {
    facts.learn(Fact::status, "408");
  } else if (state.starts_with("PH")) {
    facts.learn(Fact::message, "no-http");
  }
  for (const State& one : kStates) {
    if (!state.starts_with(one.letters)) continue;
    facts.learn(Fact::end, one.end);
    facts.learn(Fact::stage, one.stage);
  }
  if (facts[Fact::end].empty()) facts.learn(Fact::status, timers[kStatus]);
  return true;
}

}  // namespace hoplab::diagnose
