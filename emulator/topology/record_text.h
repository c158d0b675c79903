// What became of a connection, in a line for people.
#pragma once

#include <string>

#include "topology/emulator.h"

namespace hoplab::topology {

/// "502 by alb for 127.0.0.1:8080: the target closed the connection".
std::string failure_text(const FailedRequests& one);

/// Why it ended, in a sentence.
std::string explanation(const EndRecord& record);

struct RecordText {
  std::string
      connection;   // "#3 127.0.0.1:50312 > nlb > alb  TLSv1.2  [CN=me]  1 request, last 200"
  std::string end;  // "alb RST at client-certificate: the client certificate was refused (...)"
};
RecordText record_text(const EndRecord& record);
/// Of a connection that is not over: `end` says how far it is.
RecordText record_text(const FlowStatus& flow);

/// "#3 127.0.0.1:50312 GET /widgets  503 by alb: no target is registered"; secrets of the query are
/// masked unless `secrets`.
std::string request_text(const RequestRecord& request, bool secrets);

}  // namespace hoplab::topology
