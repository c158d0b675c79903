// How an Http2Connection ends, and why.

#include <nghttp2/nghttp2.h>

#include <algorithm>

#include "http/h2/http2_connection.h"

namespace hoplab::http {

using net::IoStatus;

void Http2Connection::drain(Reason reason) {
  if (drain_reason_ || terminated_) return;
  drain_reason_ = reason;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_request_, NGHTTP2_NO_ERROR, nullptr, 0);
}

void Http2Connection::calm_down() {
  terminate(NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Connection::terminate(std::uint32_t error) {
  if (terminated_) return;
  terminated_ = true;
  if (error != NGHTTP2_NO_ERROR && !error_) error_ = Reason::http2_protocol_error;
  nghttp2_session_terminate_session(session_, error);
}

void Http2Connection::client_ended(IoStatus status) {
  const bool reset = status == IoStatus::failed;
  const auto any = [this](auto&& holds) {
    return std::ranges::any_of(
        streams_, [&](const auto& stream) { return !stream->closed && holds(*stream); });
  };
  const EndKind how = reset ? EndKind::rst : EndKind::fin;
  if (error_) return finish(*error_, how);
  if (head_open_ || any([](const Http2Stream& stream) { return !stream.request_ended; })) {
    return finish(Reason::client_closed_mid_request, how);
  }
  if (any([](const Http2Stream& stream) { return !stream.answered; })) {
    return finish(Reason::client_closed_before_response, how);
  }
  if (reset) return finish(Reason::client_reset, how);
  const bool answering = open_streams_ > 0 || !pending_.empty();
  finish(answering ? Reason::client_closed_before_response : Reason::client_closed, how);
}

void Http2Connection::finish(Reason reason, EndKind how) {
  if (!end_) end_ = net::ServeEnd{reason, how, Toward::client};
}

/// nghttp2 wants nothing more and all of it has left: somebody's GOAWAY has been fulfilled.
void Http2Connection::finish_when_over() {
  if (end_ || blocked_ || nghttp2_session_want_read(session_) ||
      nghttp2_session_want_write(session_)) {
    return;
  }
  // A GOAWAY without error from the client is its ordinary way to close.
  const Reason orderly = drain_reason_.value_or(Reason::client_closed);
  finish(error_.value_or(orderly), EndKind::fin);
}

/// The connection is over: tells every handler that its client is gone.
void Http2Connection::close_streams() {
  idle_.cancel();
  for (std::size_t i = streams_.size(); i-- > 0;) {
    if (!streams_[i]->closed) closed(*streams_[i]);
  }
}

/// A request or an answer must move within the idle timeout; PING does not count (alb.md
/// 8). While the handler, or the target behind it, has a request, its own timers count.
void Http2Connection::look_at_idle() {
  const Time due = last_activity_ + context_.idle_timeout;
  const Time now = stream_.loop().now();
  const Time stalled = give_up_stalled_requests();
  const bool busy = std::ranges::any_of(
      streams_, [](const auto& stream) { return !stream->closed && stream->busy(); });
  if (now < due || busy) {
    idle_.at(std::min(stalled, now < due ? due : now + context_.idle_timeout));
    return;
  }
  expired_ = true;
  slot_.notify();
}

/// A request of which nothing comes is not kept by what moves on other streams. When to look again.
Time Http2Connection::give_up_stalled_requests() {
  Time next = Time::max();
  const Time now = stream_.loop().now();
  for (const auto& stream : streams_) {
    if (stream->closed || !stream->body.awaited()) continue;
    const Time due = stream->last_moved + context_.idle_timeout;
    if (now < due) {
      next = std::min(next, due);
    } else {
      stream->body.give_up();
    }
  }
  return next;
}

void Http2Connection::expire() {
  expired_ = false;
  if (end_) return;
  const bool answering = std::ranges::any_of(streams_, [](const auto& stream) {
    return !stream->closed && stream->answered && !stream->sent;
  });
  if (answering || blocked_) return finish(Reason::idle_timeout, EndKind::rst);
  if (!drain_reason_) drain_reason_ = head_open_ ? Reason::request_timeout : Reason::idle_timeout;
  terminate(NGHTTP2_NO_ERROR);
  idle_.after(context_.idle_timeout);  // for a client that does not take the GOAWAY
}

}  // namespace hoplab::http
