// What a web site of this process answers; connections, TLS and faults are WebSite's.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/rng.h"
#include "http/message.h"

namespace hoplab::aws {

/// A request that has come, and what its message does not carry.
struct WebVisit {
  const http::Request& request;
  std::string_view body;
  Time now;  // by the calendar
  Rng& rng;  // the loop's
};

/// Shared by all loops.
class WebPages {
 public:
  virtual ~WebPages() = default;
  /// Text of the answer lives in the response's arena or is static.
  virtual void answer(const WebVisit& visit, http::Response& response) const = 0;
};

}  // namespace hoplab::aws
