#include "http/h2/http2_client.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "http/h1/http1_parser.h"
#include "http/h2/http2_stream.h"
#include "http/h2/http2_text.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// nghttp2 refuses to send a larger head. Far above what a server takes, so that its limit shows.
constexpr std::size_t kRequestHeadLimit = 16 * 1024 * 1024;

}  // namespace

struct Http2ClientCallbacks {
  static Http2Client& self(void* user) { return *static_cast<Http2Client*>(user); }

  /// Not a PUSH_PROMISE, which may come until our SETTINGS are known there (RFC 9113 8.4).
  static bool is_answer(const nghttp2_frame* frame, void* user) {
    return frame->hd.type == NGHTTP2_HEADERS && frame->hd.stream_id == self(user).stream_id_;
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (is_answer(frame, user)) self(user).head_begins();
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    if (!is_answer(frame, user)) return 0;
    const bool taken = self(user).add_field({reinterpret_cast<const char*>(name), name_size},
                                            {reinterpret_cast<const char*>(value), value_size});
    return taken ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  // RFC 9113 8.2.1: such an answer is malformed; nghttp2 alone would leave the field out.
  static int on_invalid_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t*,
                               std::size_t, const std::uint8_t*, std::size_t, std::uint8_t,
                               void* user) {
    if (is_answer(frame, user)) self(user).malformed_ = true;
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Client& client = self(user);
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR) {
      client.refusal_ = word("GOAWAY", frame->goaway.error_code);
    }
    if (frame->hd.stream_id != client.stream_id_) return 0;
    if (frame->hd.type == NGHTTP2_RST_STREAM && !client.end_stream_) {
      const std::uint32_t error = frame->rst_stream.error_code;
      client.refuse(ExchangeFailure::target_reset, word("RST_STREAM", error));
    }
    if (frame->hd.type == NGHTTP2_HEADERS) client.head_ends();
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) client.end_stream_ = true;
    return 0;
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void* user) {
    Http2Client& client = self(user);
    if (id != client.stream_id_) return nghttp2_session_consume(session, id, size);  // pushed
    client.held_.append({reinterpret_cast<const char*>(data), size});
    client.touch();
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2Client& client = self(user);
    // Ours are nghttp2's verdict on what the peer sent, close() apart.
    const bool goaway = frame->hd.type == NGHTTP2_GOAWAY;
    if (goaway && frame->goaway.error_code != NGHTTP2_NO_ERROR) client.malformed_ = true;
    if (frame->hd.type == NGHTTP2_RST_STREAM && frame->hd.stream_id == client.stream_id_ &&
        !client.source_failed_ && frame->rst_stream.error_code != NGHTTP2_CANCEL) {
      client.malformed_ = true;
    }
    return 0;
  }

  static int on_frame_not_send(nghttp2_session*, const nghttp2_frame* frame, int error,
                               void* user) {
    Http2Client& client = self(user);
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    const bool too_late = error == NGHTTP2_ERR_START_STREAM_NOT_ALLOWED;  // after a GOAWAY
    client.refused_ = too_late ? ExchangeFailure::target_closed : ExchangeFailure::client_gone;
    if (client.refusal_.empty()) client.refusal_ = nghttp2_strerror(error);
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
    Http2Client& client = self(user);
    if (id != client.stream_id_) return 0;
    client.closed_ = true;
    // Not by a RST_STREAM, which came here first: nghttp2 closes what a GOAWAY leaves out.
    if (error == NGHTTP2_REFUSED_STREAM && client.refusal_.empty()) {
      client.refuse(ExchangeFailure::target_closed, word("GOAWAY", NGHTTP2_NO_ERROR));
    } else if (!client.refused_) {
      client.refused_ = ExchangeFailure::target_closed;
    }
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source*, void* user) {
    Http2Client& client = self(user);
    if (!client.source_) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // given up by close()
    const IoResult result = client.source_->try_read({reinterpret_cast<char*>(into), size});
    client.deferred_ = result.would_block();
    if (client.deferred_) return NGHTTP2_ERR_DEFERRED;
    if (result.status == IoStatus::failed) {
      client.source_failed_ = true;
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // RST_STREAM INTERNAL_ERROR
    }
    client.touch();
    // Known to be the last piece: say so now and save an empty DATA frame.
    if (result.status == IoStatus::closed || client.source_->remaining() == std::uint64_t{0}) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      client.source_ = nullptr;
    }
    return static_cast<ssize_t>(result.size);
  }

  static std::string word(const char* frame, std::uint32_t error) {
    return std::string(frame) + "(" + nghttp2_http2_strerror(error) + ")";
  }

  static nghttp2_session_callbacks* make_callbacks() {
    nghttp2_session_callbacks* all = nullptr;
    if (nghttp2_session_callbacks_new(&all) != 0) std::abort();  // out of memory
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(all, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(all, on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, on_frame_send);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(all, on_frame_not_send);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, on_stream_close);
    return all;
  }

  static nghttp2_option* make_options() {
    nghttp2_option* options = nullptr;
    if (nghttp2_option_new(&options) != 0) std::abort();  // out of memory
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_max_send_header_block_length(options, kRequestHeadLimit);
    return options;
  }

  static nghttp2_session* make_session(Http2Client& client) {
    // Only read by nghttp2, which copies what it keeps; they live as long as the program.
    static nghttp2_session_callbacks* const callbacks = make_callbacks();
    static nghttp2_option* const options = make_options();
    nghttp2_session* session = nullptr;
    if (nghttp2_session_client_new2(&session, callbacks, &client, options) != 0) std::abort();
    return session;
  }
};

Http2Client::Http2Client(std::unique_ptr<net::Stream> stream, Duration idle_timeout,
                         std::string_view scheme)
    : stream_(std::move(stream)),
      idle_timeout_(idle_timeout),
      scheme_(scheme),
      slot_(stream_->loop()),
      idle_(stream_->loop(), [this] { look_at_idle(); }),
      session_(Http2ClientCallbacks::make_session(*this)) {}

Http2Client::~Http2Client() {
  nghttp2_session_del(session_);
}

Task<ExchangeFailure> Http2Client::exchange(Request& request, Response& response) {
  response_ = &response;
  touch();
  idle_.after(idle_timeout_);
  ExchangeFailure failure = submit(request) ? ExchangeFailure::none : ExchangeFailure::client_gone;
  bool waited = false;
  while (failure == ExchangeFailure::none) {
    turn();
    if (const auto decided = outcome()) {
      failure = *decided;
      break;
    }
    if (waited && request.client && request.client->gone()) {
      failure = ExchangeFailure::client_gone;
      break;
    }
    watch(&slot_);
    if (request.client) request.client->watch(&slot_);
    co_await slot_;
    watch(nullptr);
    if (request.client) request.client->watch(nullptr);
    waited = true;
    if (expired_) failure = ExchangeFailure::timeout;
  }
  response_ = nullptr;
  if (failure != ExchangeFailure::none) idle_.cancel();
  co_return failure;
}

/// False when nghttp2 does not even take it.
bool Http2Client::submit(Request& request) {
  const nghttp2_settings_entry no_push{NGHTTP2_SETTINGS_ENABLE_PUSH, 0};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &no_push, 1);
  to_head_ = request.method == "HEAD";
  std::string_view authority = request.authority;
  const std::string_view* host = request.headers.find("Host");
  if (authority.empty() && host) authority = *host;
  std::vector<nghttp2_nv> fields{copied(":method", request.method), copied(":scheme", scheme_)};
  if (!authority.empty()) fields.push_back(copied(":authority", authority));
  fields.push_back(copied(":path", request.target));
  for (const Field& field : request.headers.fields()) {
    if (&field.value != host) fields.push_back(copied(field.name, field.value));
  }
  std::string length;
  source_ = request.body;
  if (source_ && source_->remaining() && !request.headers.find("Content-Length")) {
    length = std::to_string(*source_->remaining());
    fields.push_back(copied("content-length", length));
  }
  nghttp2_data_provider provider{};
  provider.read_callback = Http2ClientCallbacks::read_body;
  stream_id_ = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                      source_ ? &provider : nullptr, nullptr);
  if (stream_id_ < 0) refusal_ = nghttp2_strerror(stream_id_);
  return stream_id_ >= 0;
}

/// How the exchange went, once that is known.
std::optional<ExchangeFailure> Http2Client::outcome() const {
  if (head_done_) return ExchangeFailure::none;
  if (source_failed_) return ExchangeFailure::client_gone;
  if (malformed_) return ExchangeFailure::malformed;
  if (refused_) return refused_;
  if (!read_end_) return std::nullopt;
  return read_end_ == IoStatus::closed ? ExchangeFailure::target_closed
                                       : ExchangeFailure::target_reset;
}

void Http2Client::turn() {
  if (std::exchange(deferred_, false)) nghttp2_session_resume_data(session_, stream_id_);
  write_some();
  read_some();
  write_some();  // what the frames just read call for: SETTINGS, PING, credit
}

void Http2Client::write_some() {
  // A peer that stopped reading may have answered all the same: go on and read.
  while (!write_failed_) {
    while (out_sent_ < out_.size()) {
      const IoResult result = stream_->try_write(out_.view(out_sent_));
      write_failed_ = result.ended();
      blocked_ = result.would_block();
      if (!result.ok()) return;
      out_sent_ += result.size;
    }
    if (!gather()) break;
  }
  blocked_ = !stream_->try_flush();
}

/// Takes the frames of about one turn; false when there are none.
bool Http2Client::gather() {
  out_.clear();
  out_sent_ = 0;
  while (out_.size() < kHttp2TurnBytes) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) malformed_ = true;
    if (size <= 0) break;
    out_.append({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
  return !out_.empty();
}

void Http2Client::read_some() {
  std::array<char, 16 * 1024> piece;
  for (std::size_t total = 0; total < kHttp2TurnBytes && !read_end_;) {
    const IoResult result = stream_->try_read(piece);
    if (result.ended()) read_end_ = result.status;
    if (!result.ok()) return;
    total += result.size;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(piece.data());
    if (nghttp2_session_mem_recv(session_, bytes, result.size) < 0) malformed_ = true;
    if (malformed_) return;
    if (head_open_) touch();
  }
}

void Http2Client::head_begins() {
  head_open_ = true;
  touch();
  if (!head_done_) head_size_ = 0;
  if (head_done_ || !response_) return;
  response_->status = 0;
  response_->headers.fields().clear();  // of an interim answer
  if (response_->as_received) response_->as_received->clear();
  left_.reset();
}

/// False when the head is over the limit.
bool Http2Client::add_field(std::string_view name, std::string_view value) {
  head_size_ += name.size() + value.size() + 4;  // ": " and CRLF
  if (head_size_ > kResponseHeadLimit) {
    malformed_ = true;
    return false;
  }
  if (head_done_) trailers_.add(trailer_text_.copy(name), trailer_text_.copy(value));
  if (head_done_ || !response_) return true;
  // nghttp2 has seen to it that both numbers are numbers, and that each came once.
  if (name == ":status") {
    std::from_chars(value.data(), value.data() + value.size(), response_->status);
    return true;
  }
  Arena& arena = response_->arena;
  const Field field{arena.copy(name), arena.copy(value)};
  if (response_->as_received) response_->as_received->push_back(field);
  if (name == "content-length") {
    std::from_chars(value.data(), value.data() + value.size(), left_.emplace());
  } else {
    response_->headers.add(field.name, field.value);
  }
  return true;
}

void Http2Client::head_ends() {
  head_open_ = false;
  if (head_done_ || !response_ || malformed_ || response_->status < 200) return;
  head_done_ = true;
  response_->head_only = to_head_;
  response_->content_length = left_;
  if (to_head_ || forbids_body(response_->status)) left_.reset();
}

IoResult Http2Client::try_read(std::span<char> into) {
  if (unread() == 0) {
    held_.clear();
    held_begin_ = 0;
    if (!end_stream_) turn();
  }
  const std::size_t count = std::min(into.size(), unread());
  if (count > 0) {
    std::memcpy(into.data(), held_.data() + held_begin_, count);
    held_begin_ += count;
    if (left_) *left_ -= std::min<std::uint64_t>(count, *left_);
    nghttp2_session_consume(session_, stream_id_, count);
    return {IoStatus::ok, count};
  }
  if (end_stream_) return {IoStatus::closed, 0};
  const bool over = closed_ || malformed_ || source_failed_ || read_end_;
  return {over ? IoStatus::failed : IoStatus::would_block, 0};
}

void Http2Client::watch(WaitSlot* slot) {
  stream_->watch_read(slot);
  stream_->watch_write(blocked_ ? slot : nullptr);
  if (source_ && (deferred_ || !slot)) source_->watch(slot);
}

void Http2Client::close() {
  source_ = nullptr;
  idle_.cancel();
  if (stream_id_ >= 0 && !closed_) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream_id_, NGHTTP2_CANCEL);
  }
  nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
  write_some();
  stream_->shutdown_write();
}

void Http2Client::look_at_idle() {
  const Time due = last_activity_ + idle_timeout_;
  const Time now = stream_->loop().now();
  if (!stream_->loop().shutting_down() && now < due) return idle_.at(due);
  if (end_stream_ && !response_) return;  // nothing more will come
  expired_ = true;
  if (response_) {
    slot_.notify();
  } else {  // the body stalled: whoever reads it sees it cut short
    stream_->reset(Cause{.reason = Reason::target_timeout, .at = now});
  }
}

}  // namespace hoplab::http
