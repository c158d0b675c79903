// What a load balancer remembers of a request for its access log. Nothing is, unless one is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace hoplab::aws {

/// Only ever logged: the client is gone (alb.md 3).
inline constexpr int kClientGone = 460;

struct RequestNotes final : http::ResponseNotes {
  std::optional<int> rule_priority;
  std::string_view actions;  // AWS's words
  std::string error_reason;  // likewise
  std::string target_group;  // by name
  std::string target;        // its address
  int target_status = 0;
  bool traced = false;              // the request has the load balancer's X-Amzn-Trace-Id
  std::optional<Time> sent_at;      // to the target
  std::optional<Time> answered_at;  // its head came
  std::optional<Time> failed_at;    // or it ended the connection, or answered what is no HTTP
};

/// Those of an answer; null: there are none.
inline RequestNotes* notes_of(const http::Response& response) noexcept {
  return static_cast<RequestNotes*>(response.notes.get());
}

}  // namespace hoplab::aws
