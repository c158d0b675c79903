#include "base/journal.h"

#include <algorithm>

#include "base/loop.h"

namespace hoplab {

void Journal::pass(const Hop& hop) {
  hops.push_back(&hop);
  if (kind == JournalKind::client) hop.traffic->passed.fetch_add(1, std::memory_order_relaxed);
}

void StageTimes::reached(Stage stage, Time at) noexcept {
  Time& first_time = first[static_cast<std::size_t>(stage)];
  if (first_time == Time{}) first_time = at;
  if (stage == Stage::request_headers) last_request = at;
  if (stage == Stage::idle) last_idle = at;
}

void Journal::reached(Stage next) noexcept {
  stage = next;
  if (loop) stage_times.reached(next, loop->now());
}

void Journal::failed(RequestFailure failure) {
  ++failed_requests;
  const auto same = std::ranges::find_if(failures, [&failure](const RequestFailure& one) {
    return one.status == failure.status && one.hop == failure.hop && one.reason == failure.reason &&
           one.target == failure.target && one.detail == failure.detail;
  });
  failure.count = 1;
  if (same != failures.end()) {
    failure.count += same->count;
    failures.erase(same);
  } else if (failures.size() == kMostFailures) {
    failures.erase(failures.begin());
  }
  failures.push_back(std::move(failure));
}

bool Journal::end(const Hop& hop, Reason reason, EndKind how, Toward toward, Time at) {
  if (cause) return false;
  cause = Cause{&hop, reason, how, toward, stage, at};
  return true;
}

void report(Journal& journal, JournalSink& sink, Time at) {
  if (journal.ended_at != Time{}) return;
  journal.ended_at = at;
  sink.ended(journal);
}

}  // namespace hoplab
