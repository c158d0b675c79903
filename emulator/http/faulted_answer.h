// What faults about requests do to an answer that is there already: its head comes later, its body
// is cut, or is shorter than it says.
#pragma once

#include "http/message.h"
#include "net/fault.h"

namespace hoplab::http {

/// Returns when the answer may go on its way. Answers that have no body are not cut.
Task<void> apply_fault(const net::Fault& fault, Loop& loop, Response& response);

}  // namespace hoplab::http
