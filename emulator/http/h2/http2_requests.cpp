// Requests of an Http2Connection: from a HEADERS frame through the handler to the answer.

#include <nghttp2/nghttp2.h>

#include "http/h2/http2_connection.h"
#include "http/h2/http2_response.h"

namespace hoplab::http {

namespace {

/// Methods that give content a meaning: a request without it says so (RFC 9110 8.6).
bool expects_content(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

}  // namespace

/// Null when the request is not taken.
Http2Stream* Http2Connection::begin_request(std::int32_t id) {
  if (drain_reason_ || terminated_) return nullptr;  // after the GOAWAY: the client asks elsewhere
  // Handlers of cancelled streams run to their end, so they count too, with some room.
  const std::size_t limit = context_.limits.concurrent_streams;
  if (open_streams_ >= limit || streams_.size() >= 2 * limit) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
    return nullptr;
  }
  auto stream = std::make_unique<Http2Stream>(*this, stream_.loop(), id);
  stream->index = streams_.size();
  stream->request.version = Version::http2;
  stream->request.client = stream.get();
  stream->response.interim = stream.get();
  stream->response.request = &stream->request;
  ++open_streams_;
  streams_.push_back(std::move(stream));
  return streams_.back().get();
}

void Http2Connection::request_complete(Http2Stream& stream) {
  stream.request_ended = true;
  stream.body.finish();
}

void Http2Connection::head_complete(Http2Stream& stream) {
  if (drain_reason_) return;  // its head was under way when the GOAWAY was submitted
  ++requests_;
  ++context_.journal.requests;
  context_.journal.reached(Stage::request_headers);
  last_request_ = stream.id;
  stream.request.received_at = stream_.loop().now();
  stream.has_body = !stream.request_ended;
  stream.queued = true;
  starting_.push_back(&stream);
  if (requests_ >= context_.limits.requests_per_connection) {
    drain(Reason::request_limit);
  } else if (stream_.loop().now() >= context_.keep_alive_until) {
    drain(Reason::client_keep_alive_expired);
  }
}

void Http2Connection::start_requests() {
  for (Http2Stream* stream : starting_) {
    stream->queued = false;
    if (stream->closed) {  // cancelled in the turn in which it came: nobody hears of it
      remove(*stream);
      continue;
    }
    tasks_.spawn(serve(*stream));
  }
  starting_.clear();
}

Task<void> Http2Connection::serve(Http2Stream& stream) {
  stream.running = stream.begun = true;
  const int refused = stream.head.finish(stream.request, context_.limits);
  if (refused) {
    context_.error_pages.fill(refused, stream.response);
    context_.failed(refused, Reason::bad_request, {});
    stream.why = Reason::bad_request;
  } else {
    begin_handling(stream);
    stream.handling = true;
    co_await handler_.handle(stream.request, stream.response);
    stream.handling = false;
    if (stream.body.stalled() && !stream.closed) answer_stalled(stream);
  }
  touch();
  ResponseBody* const body = stream.response.body.get();
  bool request_done = !body || body->push_request();
  if (request_done) drop_body(stream);
  respond(stream);
  // A stream that is over for its client may have left the end of a request here.
  while (body && (!stream.closed || (stream.complete() && !request_done))) {
    if (!request_done) body->watch_request(&stream.slot);
    co_await stream.slot;
    if (!request_done) body->watch_request(nullptr);
    if (stream.closed && !stream.complete()) break;
    if (!request_done) {
      request_done = body->push_request();
      if (request_done) request_taken(stream);
    }
    if (stream.closed || !stream.deferred) continue;
    stream.deferred = false;
    nghttp2_session_resume_data(session_, stream.id);
    wake();
  }
  stream.running = false;
  if (stream.closed) remove(stream);
  wake();
}

void Http2Connection::begin_handling(Http2Stream& stream) {
  Request& request = stream.request;
  const auto length = stream.head.content_length();
  stream.body.begin(length);
  if (stream.has_body && length != std::uint64_t{0}) {
    request.body = &stream.body;
    context_.journal.reached(Stage::request_body);
  } else {
    request.says_empty = length || expects_content(request.method);
  }
}

void Http2Connection::answer_stalled(Http2Stream& stream) {
  context_.error_pages.fill(408, stream.response);
  stream.response.close = false;  // the stream ends, and the others go on
  context_.failed(408, Reason::request_timeout, {});
  stream.why = Reason::request_timeout;
}

void Http2Connection::send_interim(Http2Stream& stream, int status, const Headers& headers) {
  submit_http2_interim(session_, stream, status, headers);
  wake();
}

void Http2Connection::respond(Http2Stream& stream) {
  if (stream.closed) return;
  context_.journal.last_status = stream.response.status;
  if (!submit_http2_response(session_, stream)) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_INTERNAL_ERROR);
  }
  stream.answered = true;
  context_.journal.reached(Stage::response_headers);
  if (stream.response.close) drain(Reason::connection_close);
  wake();
}

/// The target has all of the request, or takes no more of it, while its answer may still go on.
void Http2Connection::request_taken(Http2Stream& stream) {
  const bool stalled = stream.body.stalled();
  drop_body(stream);
  if (stalled && !stream.sent) {
    context_.failed(stream.response.status, Reason::request_timeout,
                    stream.response.body->target());
    stream.why = Reason::request_timeout;
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL);
  } else if (stream.sent) {
    cut_request(stream);
  }
  wake();
}

/// RFC 9113 8.1: the answer is sent, and nobody needs the rest of the request. A short rest may
/// come all the same, since clients take a reset in the middle of their sending for an error.
void Http2Connection::cut_request(Http2Stream& stream) {
  if (stream.request_ended || stream.rest_is_short()) return;
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_NO_ERROR);
}

/// Nobody reads on: what is held and what still comes is credit all the same.
void Http2Connection::drop_body(Http2Stream& stream) {
  stream.body_unwanted = true;
  const std::size_t unread = stream.body.fail();
  if (unread == 0 || end_) return;
  if (stream.closed) {
    nghttp2_session_consume_connection(session_, unread);
  } else {
    nghttp2_session_consume(session_, stream.id, unread);
  }
}

/// The stream is over for both sides; its handler may still run.
void Http2Connection::closed(Http2Stream& stream) {
  stream.closed = true;
  --open_streams_;
  if (stream.truncated) {
    const ResponseBody& body = *stream.response.body;
    context_.failed(stream.response.status, body.failure(), body.target(), body.detail());
    stream.why = body.failure();
  }
  if (stream.begun) tell(stream);
  if (!stream.complete()) drop_body(stream);
  stream.wake_watcher();
  stream.slot.notify();
  if (open_streams_ == 0 && !end_) context_.journal.reached(Stage::idle);
  if (!stream.queued && !stream.running) remove(stream);
}

/// Its request is over, or its client wants no more of it.
void Http2Connection::tell(const Http2Stream& stream) {
  std::optional<Reason> why = stream.why;
  if (!why && !stream.answered) why = Reason::client_closed_before_response;
  if (!why && !stream.sent) why = Reason::client_reset;
  context_.told(stream_.loop(), stream.request, stream.response,
                {stream.answered ? stream.response.status : 0, why, stream.frame_bytes_received,
                 stream.frame_bytes_sent});
}

void Http2Connection::remove(Http2Stream& stream) {
  auto& place = streams_[stream.index];
  if (place != streams_.back()) {
    std::swap(place, streams_.back());
    place->index = stream.index;
  }
  streams_.pop_back();
}

}  // namespace hoplab::http
