// One call of a function, and what came of it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "aws/lambda/response_stream.h"
#include "base/cause.h"
#include "http/waiting.h"

namespace hoplab::aws::lambda {

/// Shared by who calls, who may go away before it is over, and by what runs it.
struct Invocation : http::Pending {
  /// Of what is printed; its end is kept.
  static constexpr std::size_t kMostOutput = 16 * 1024;

  std::string event;       // JSON
  std::string trace_id;    // as in X-Amzn-Trace-Id
  std::string request_id;  // given to it by the function
  /// Whoever calls takes what it returns as it comes, from `stream`, and goes on without it when
  /// that is gone. Else all of it is `payload`, once it is done.
  bool streams = false;
  std::weak_ptr<ResponseStream> stream;

  std::optional<Reason> failure;  // none: `payload` is what the function returned
  std::string_view error_code;    // of a failure that is one of several of AWS's: see cannot_run
  std::string detail;             // of the failure, for people: "Runtime.ExitError: exit status 1"
  std::string payload;            // of a failure of the function: its error, as JSON
  std::string output;             // what it printed meanwhile

  /// One of those that its function may have at once, while it is not done.
  std::shared_ptr<const void> execution;

  void print(std::string_view text) {
    if (text.size() > kMostOutput) text.remove_prefix(text.size() - kMostOutput);
    const std::size_t room = kMostOutput - text.size();
    if (output.size() > room) output.erase(0, output.size() - room);
    output += text;
  }

  void finish() {
    execution.reset();
    if (const auto to = stream.lock()) end(*to);
    Pending::finish();
  }
  void fail(Reason reason, std::string why) {
    failure = reason;
    detail = std::move(why);
    finish();
  }

 private:
  /// A function that returns all at once is a stream of one piece.
  void end(ResponseStream& to) const {
    if (failure) return to.fail(*failure, detail);
    to.put(payload);
    to.end();
  }
};

}  // namespace hoplab::aws::lambda
