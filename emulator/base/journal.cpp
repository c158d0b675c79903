#include "base/journal.h"

namespace hoplab {

bool Journal::end(const Hop& hop, Reason reason, EndKind how, Toward toward, Time at) {
  if (cause) return false;
  cause = Cause{&hop, reason, how, toward, stage, at};
  return true;
}

}  // namespace hoplab
