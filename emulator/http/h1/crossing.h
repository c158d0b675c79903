// Messages that cross a leg in memory as they are, in the place of their bytes.
//
// Only a plain message may: one that reading would make of its bytes again as it was, with nothing
// to judge about it, so that nobody behind can tell which way it came. Everything else goes as
// bytes, and so does all that a fault or a tap on the way would look at (net/stream.h). Each end
// says while it waits where a message may be put; putting one there copies its text.
#pragma once

#include <cstddef>

#include "http/h1/http1_parser.h"
#include "http/message.h"
#include "net/stream.h"

namespace hoplab::http {

/// The server's end, while it waits for a request.
class RequestTaker : public net::MessageTaker {
 public:
  /// Takes a request. How many bytes its head would have been; 0: it is not plain, nothing is done.
  virtual std::size_t take(const Request& request) = 0;

 protected:
  ~RequestTaker() = default;
};

/// The client's end, while it waits for an answer and for nothing else of the exchange.
class AnswerTaker : public net::MessageTaker {
 public:
  /// Likewise, of an answer whose whole body is its text, on a connection that is kept.
  virtual std::size_t take(const Response& answer) = 0;

 protected:
  ~AnswerTaker() = default;
};

/// Makes of `to`, which is new, what reading makes of a plain message's bytes. How many bytes
/// append_request_head() would make of its head; 0: it is not plain, and `to` stays new.
[[nodiscard]] std::size_t copy_plain(const Request& request, const HeadLimits& limits, Request& to);
/// Likewise of append_response_head(), with the length of its text.
[[nodiscard]] std::size_t copy_plain(const Response& answer, Response& to);

}  // namespace hoplab::http
