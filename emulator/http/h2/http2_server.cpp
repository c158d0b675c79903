// serve_http2: an Http2Connection from its preface to its end. Its turns are here, its
// requests in http2_requests.cpp, its ends in http2_ends.cpp.

#include <nghttp2/nghttp2.h>

#include <algorithm>

#include "http/h2/http2_callbacks.h"
#include "http/h2/http2_connection.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// Frames that may wait for a client that does not read: all streams' answers, 1000 PING answers
/// (nghttp2's own limit), and as much again for resets.
constexpr std::size_t kQueuedFrames = 4096;
constexpr std::uint32_t kStreamWindow = 64 * 1024;  // bytes of a request's body that may wait

/// Frames between the stream and nghttp2, during one turn: no connection keeps a buffer while idle.
struct Scratch {
  // Room for a turn from the start: at the thread's end these must not be blocks of the common
  // size, which would go back to a list that is gone by then.
  Scratch() {
    in.reserve(kHttp2TurnBytes);
    out.reserve(kHttp2TurnBytes + 17 * 1024);  // a turn, and the frame that crosses its limit
  }
  Bytes in, out;
};
Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

}  // namespace

Http2Connection::Http2Connection(net::Stream& stream, Handler& handler, ServerContext& context)
    : stream_(stream),
      handler_(handler),
      context_(context),
      slot_(stream.loop()),
      idle_(stream.loop(), [this] { look_at_idle(); }) {}

Http2Connection::~Http2Connection() {
  nghttp2_session_del(session_);
}

Task<net::ServeEnd> Http2Connection::run() {
  open();
  for (;;) {
    in_turn_ = true;
    start_requests();
    write_some();
    finish_when_over();
    if (std::exchange(active_, false)) touch();
    in_turn_ = false;
    if (end_) break;
    stream_.watch_read(&slot_);
    if (blocked_) stream_.watch_write(&slot_);
    co_await slot_;
    stream_.watch_read(nullptr);
    if (blocked_) stream_.watch_write(nullptr);
    in_turn_ = true;
    if (expired_) expire();
    read_some();
  }
  close_streams();
  while (tasks_.running() > 0) co_await slot_;
  co_return *end_;
}

void Http2Connection::open() {
  session_ = new_http2_session(*this);
  context_.journal.reached(Stage::idle);
  touch();
  idle_.after(context_.idle_timeout);
  // nghttp2 would end the connection over one stream too many, where RFC 9113 5.1.2 asks for a
  // stream error. So it is told a limit that nobody reaches, gather() writes the real one into the
  // frame, and begin_request() refuses.
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, NGHTTP2_MAX_WINDOW_SIZE},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  // Room for all streams: one whose body nobody reads does not hold up the others.
  const auto all = std::uint64_t{kStreamWindow} * context_.limits.concurrent_streams;
  const auto window = std::clamp<std::uint64_t>(all, kStreamWindow, NGHTTP2_MAX_WINDOW_SIZE);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                        static_cast<std::int32_t>(window));
}

void Http2Connection::wake() {
  if (in_turn_) return;
  task_woke_us_ = true;
  slot_.notify();
}

void Http2Connection::read_some() {
  // A task's wake-up says nothing about the stream: write first and let the next watch tell. Not
  // twice in a row, so that busy tasks do not keep us from reading.
  skipped_read_ = std::exchange(task_woke_us_, false) && !skipped_read_;
  if (skipped_read_ || end_) return;
  Bytes& in = scratch().in;
  in.resize(kHttp2TurnBytes);
  std::size_t size = 0;
  IoResult result{IoStatus::ok, 0};
  while (size < in.size() && result.ok()) {
    result = stream_.try_read({in.data() + size, in.size() - size});
    size += result.size;
  }
  if (size > 0 && !terminated_) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(in.data());
    const ssize_t taken = nghttp2_session_mem_recv(session_, bytes, size);
    if (taken == NGHTTP2_ERR_FLOODED || taken == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS) {
      calm_down();
    } else if (taken < 0) {
      terminate(NGHTTP2_PROTOCOL_ERROR);  // not a client's preface
    }
    if (blocked_ && nghttp2_session_get_outbound_queue_size(session_) > kQueuedFrames) {
      finish(Reason::http2_protocol_error, EndKind::rst);  // it would not see a GOAWAY either
    }
  }
  if (result.ended()) client_ended(result.status);
}

void Http2Connection::write_some() {
  Bytes& out = scratch().out;
  while (!end_ && send_pending() && gather(out)) {
    const IoResult result = stream_.try_write(out.view());
    if (result.ended()) return client_ended(IoStatus::failed);
    if (result.size < out.size()) pending_.append(out.view(result.size));
  }
}

/// False when the stream takes no more now.
bool Http2Connection::send_pending() {
  while (pending_sent_ < pending_.size()) {
    const IoResult result = stream_.try_write(pending_.view(pending_sent_));
    if (result.ended()) client_ended(IoStatus::failed);
    blocked_ = !result.ok();
    if (blocked_) return false;
    pending_sent_ += result.size;
  }
  if (pending_sent_ > 0) {
    pending_ = Bytes();
    pending_sent_ = 0;
  }
  blocked_ = !stream_.try_flush();
  return !blocked_;
}

/// Takes all frames that fit one turn; false when there are none.
bool Http2Connection::gather(Bytes& out) {
  out.clear();
  while (out.size() < kHttp2TurnBytes) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) finish(Reason::http2_protocol_error, EndKind::rst);
    if (size <= 0) break;
    out.append({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
  if (!preface_sent_ && !out.empty()) {  // the first entry of the first frame: see open()
    preface_sent_ = true;
    constexpr std::size_t value_at = 9 + 2;  // frame header, identifier
    for (std::size_t i = 0; i < 4; ++i) {
      out.data()[value_at + i] =
          static_cast<char>(context_.limits.concurrent_streams >> (24 - 8 * i));
    }
  }
  return !out.empty();
}

void Http2Connection::consumed(std::int32_t stream_id, std::size_t bytes) {
  if (end_) return;
  nghttp2_session_consume(session_, stream_id, bytes);
  wake();
}

Task<net::ServeEnd> serve_http2(net::Stream& stream, Handler& handler, ServerContext& context) {
  Http2Connection connection(stream, handler, context);
  co_return co_await connection.run();
}

}  // namespace hoplab::http
