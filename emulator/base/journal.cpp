#include "base/journal.h"

namespace hoplab {

void Journal::pass(const Hop& hop) {
  hops.push_back(&hop);
  if (kind == JournalKind::client) hop.traffic->passed.fetch_add(1, std::memory_order_relaxed);
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
