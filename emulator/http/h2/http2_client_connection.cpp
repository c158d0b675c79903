#include "http/h2/http2_client_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/ascii.h"
#include "http/field_names.h"
#include "http/h1/http1_parser.h"
#include "http/h2/http2_stream.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

constexpr std::size_t kMostRequests = 128;           // whatever the peer allows
constexpr std::uint32_t kAnswerWindow = 256 * 1024;  // bytes of an answer that may wait
/// Room for all: an answer that nobody reads does not hold up the others.
constexpr std::int32_t kConnectionWindow = kMostRequests * kAnswerWindow;

nghttp2_nv field_of(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {  // nghttp2 copies them, names in lowercase
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

/// A request, and its answer as far as it has come.
struct Http2ClientConnection::Exchange {
  explicit Exchange(Http2ClientConnection& connection)
      : began(connection.loop().now()),
        head_slot(connection.loop()),
        idle(connection.loop(), connection.idle_timeout_,
             [&connection, this] { connection.look_at(*this); }) {}

  [[nodiscard]] std::size_t unread() const noexcept { return held.size() - held_begin; }
  /// It waits for the one who sends the request, not for the peer.
  [[nodiscard]] bool waits_for_client() const noexcept {
    return (source && deferred) || (head_done && unread() > 0);
  }

  const Time began;
  std::int32_t id = -1;
  BodySource* source = nullptr;  // the request's body while there is more of it
  bool (*passes_trailer)(std::string_view) = nullptr;
  Response* response = nullptr;  // until its head is there
  WaitSlot head_slot;
  WaitSlot* reader = nullptr;  // of the answer's body
  WaitSlot* pusher = nullptr;  // who waits for the end of the request
  IdleTimer idle;
  std::size_t head_size = 0;  // as HTTP/1.1 would write it
  Bytes held;                 // the answer's body, unread from held_begin on: a window at most
  std::size_t held_begin = 0;
  std::optional<std::uint64_t> left;
  Arena trailer_text;
  Headers trailers;
  std::size_t trailer_size = 0;
  std::optional<ExchangeFailure> failure;  // it ended before its answer did
  bool to_head = false;                    // the request is HEAD
  bool head_done = false;
  bool end_stream = false;  // the answer came to its end
  bool deferred = false;    // the request's body had nothing
};

/// The answer's body; it owns the exchange.
class Http2ClientConnection::Body final : public ResponseBody {
 public:
  Body(std::shared_ptr<Http2ClientConnection> connection, std::shared_ptr<Exchange> exchange)
      : connection_(std::move(connection)), exchange_(std::move(exchange)) {}
  ~Body() override { connection_->abandon(*exchange_); }

  IoResult try_read(std::span<char> into) override {
    Exchange& one = *exchange_;
    const std::size_t count = std::min(into.size(), one.unread());
    if (count > 0) {
      std::memcpy(into.data(), one.held.data() + one.held_begin, count);
      one.held_begin += count;
      if (one.unread() == 0) {
        one.held.clear();
        one.held_begin = 0;
      }
      if (one.left) *one.left -= std::min<std::uint64_t>(count, *one.left);
      one.idle.touch();
      nghttp2_session_consume(connection_->session_, one.id, count);
      if (nghttp2_session_want_write(connection_->session_)) connection_->wake();
      return {IoStatus::ok, count};
    }
    if (one.end_stream) return {IoStatus::closed, 0};
    return {one.failure ? IoStatus::failed : IoStatus::would_block, 0};
  }
  void watch(WaitSlot* slot) override {
    Exchange& one = *exchange_;
    one.reader = slot;
    if (slot && (one.unread() > 0 || one.end_stream || one.failure)) hoplab::wake(one.reader);
  }
  /// Whoever knows that nothing is left does not look for trailers: these may still come.
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    const Exchange& one = *exchange_;
    const bool open = one.left == std::uint64_t{0} && (!one.end_stream || trailers());
    return open ? std::nullopt : one.left;
  }
  [[nodiscard]] const Headers* trailers() const override {
    return exchange_->trailers.fields().empty() ? nullptr : &exchange_->trailers;
  }
  bool push_request() override { return !exchange_->source; }
  void watch_request(WaitSlot* slot) override {
    exchange_->pusher = slot;
    if (slot && !exchange_->source) hoplab::wake(exchange_->pusher);
  }
  [[nodiscard]] std::string target() const override { return connection_->peer_; }
  [[nodiscard]] Reason failure() const override {
    if (connection_->cut_) return *connection_->cut_;
    switch (exchange_->failure.value_or(ExchangeFailure::target_closed)) {
      case ExchangeFailure::target_reset: return Reason::target_reset;
      case ExchangeFailure::malformed:
      case ExchangeFailure::head_too_large: return Reason::target_malformed_response;
      case ExchangeFailure::timeout: return Reason::target_timeout;
      default: return Reason::response_truncated;
    }
  }

 private:
  std::shared_ptr<Http2ClientConnection> connection_;
  std::shared_ptr<Exchange> exchange_;
};

struct Http2ClientConnectionCallbacks {
  using Connection = Http2ClientConnection;
  using Exchange = Connection::Exchange;

  static Connection& self(void* user) { return *static_cast<Connection*>(user); }

  /// Null: nobody waits for it any more, or it is a pushed one.
  static Exchange* exchange_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Exchange*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void*) {
    Exchange* const one = exchange_of(session, frame->hd.stream_id);
    if (!one || one->head_done || !one->response) return 0;
    one->response->status = 0;
    one->response->headers.fields().clear();  // of an interim answer; its size counts on
    one->left.reset();
    return 0;
  }

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame,
                       const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                       std::size_t value_size, std::uint8_t, void* user) {
    Exchange* const one = exchange_of(session, frame->hd.stream_id);
    if (!one || frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (add(*one, text_of(name, name_size), text_of(value, value_size))) return 0;
    refuse(session, self(user), *one, ExchangeFailure::head_too_large);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  /// False: the head, or the trailer fields, are over the limit.
  static bool add(Exchange& one, std::string_view name, std::string_view value) {
    std::size_t& size = one.head_done ? one.trailer_size : one.head_size;
    size += name.size() + value.size() + 4;  // ": " and CRLF
    if (size > kResponseHeadLimit) return false;
    if (one.head_done) {
      one.trailers.add(one.trailer_text.copy(name), one.trailer_text.copy(value));
      return true;
    }
    if (!one.response) return true;
    // nghttp2 has seen to it that both numbers are numbers, and that each came once.
    if (name == ":status") {
      std::from_chars(value.data(), value.data() + value.size(), one.response->status);
    } else if (name == "content-length") {
      std::from_chars(value.data(), value.data() + value.size(), one.left.emplace());
    } else {
      Arena& arena = one.response->arena;
      one.response->headers.add(arena.copy(name), arena.copy(value));
    }
    return true;
  }

  static void refuse(nghttp2_session* session, Connection& connection, Exchange& one,
                     ExchangeFailure how) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, one.id, NGHTTP2_CANCEL);
    connection.over(one, how);
  }

  // RFC 9113 8.2.1: such an answer is malformed; nghttp2 alone would leave the field out.
  static int on_invalid_header(nghttp2_session* session, const nghttp2_frame* frame,
                               const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
                               std::uint8_t, void* user) {
    if (Exchange* const one = exchange_of(session, frame->hd.stream_id)) {
      refuse(session, self(user), *one, ExchangeFailure::malformed);
    }
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  /// False: the peer sends more than it may of what costs it nothing.
  static bool within_budget(Connection& connection, const nghttp2_frame* frame) {
    const Time now = connection.loop().now();
    switch (frame->hd.type) {
      case NGHTTP2_PING:
      case NGHTTP2_PRIORITY: return connection.flood_.idle_frames.take(now);
      case NGHTTP2_DATA: return frame->hd.length > 0 || connection.flood_.idle_frames.take(now);
      case NGHTTP2_SETTINGS: return connection.flood_.settings.take(now);
      case NGHTTP2_RST_STREAM: return connection.flood_.resets.take(now);
      default: return true;
    }
  }

  static int on_frame_recv(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Connection& connection = self(user);
    if (!within_budget(connection, frame)) {
      nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
      connection.fail_all(ExchangeFailure::malformed);
      return 0;
    }
    if (frame->hd.type == NGHTTP2_GOAWAY) connection.draining_ = true;
    Exchange* const one = exchange_of(session, frame->hd.stream_id);
    if (!one) return 0;
    if (frame->hd.type == NGHTTP2_RST_STREAM && !one->end_stream) {
      connection.over(*one, ExchangeFailure::target_reset);
      return 0;
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    one->idle.touch();
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (ends) one->end_stream = true;
    if (frame->hd.type == NGHTTP2_HEADERS && !one->head_done) head_ends(*one);
    if (ends || frame->hd.type == NGHTTP2_DATA) hoplab::wake(one->reader);
    return 0;
  }

  static void head_ends(Exchange& one) {
    Response* const response = one.response;
    if (!response) return;
    if (response->status < 200) {
      if (response->interim && response->status != 100) {
        response->interim->interim(response->status, {}, response->headers);
      }
      return;
    }
    one.head_done = true;
    response->head_only = one.to_head;
    response->content_length = one.left;
    if (one.to_head || forbids_body(response->status)) one.left.reset();
    one.response = nullptr;
    one.head_slot.notify();
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void*) {
    if (Exchange* const one = exchange_of(session, id)) {
      if (one->held_begin > 0) {
        one->held.erase(0, one->held_begin);
        one->held_begin = 0;
      }
      one->held.append(text_of(data, size));
      one->idle.touch();
      hoplab::wake(one->reader);
    } else {
      nghttp2_session_consume(session, id, size);  // nobody will read it
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Connection& connection = self(user);
    const bool error =
        frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR;
    if (error) connection.fail_all(ExchangeFailure::malformed);  // nghttp2's verdict on the peer
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      if (Exchange* const one = exchange_of(session, frame->hd.stream_id)) {
        connection.over(*one, ExchangeFailure::malformed);  // likewise on the answer
      }
    }
    return 0;
  }

  static int on_frame_not_send(nghttp2_session* session, const nghttp2_frame* frame, int,
                               void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (Exchange* const one = exchange_of(session, frame->hd.stream_id)) {
      self(user).over(*one, ExchangeFailure::target_closed);  // after its GOAWAY
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
    Exchange* const one = exchange_of(session, id);
    if (!one) return 0;
    if (!one->end_stream) self(user).over(*one, ExchangeFailure::target_closed);
    nghttp2_session_set_stream_user_data(session, id, nullptr);
    one->source = nullptr;
    hoplab::wake(one->pusher);
    self(user).at_rest_.touch();
    self(user).exchanges_.erase(id);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                           void* user) {
    Exchange* const one = exchange_of(session, id);
    if (!one || !one->source) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // given up
    const IoResult result = one->source->try_read({reinterpret_cast<char*>(into), size});
    one->deferred = result.would_block();
    if (one->deferred) return NGHTTP2_ERR_DEFERRED;
    if (result.status == IoStatus::failed) {
      self(user).over(*one, ExchangeFailure::request_failed);
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // RST_STREAM INTERNAL_ERROR
    }
    one->idle.touch();
    const bool at_end = result.status == IoStatus::closed;
    // Known to be the last piece: say so now and save an empty DATA frame.
    if (at_end || one->source->remaining() == std::uint64_t{0}) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (at_end) submit_trailers(session, *one, *flags);
      one->source = nullptr;
      hoplab::wake(one->pusher);
    }
    return static_cast<ssize_t>(result.size);
  }

  static void submit_trailers(nghttp2_session* session, Exchange& one, std::uint32_t& flags) {
    const Headers* const trailers = one.source->trailers();
    if (!trailers) return;
    std::vector<nghttp2_nv> fields;
    for (const Field& field : trailers->fields()) {
      const bool passes = !one.passes_trailer || one.passes_trailer(field.name);
      if (passes && !belongs_to_connection(field.name)) {
        fields.push_back(field_of(field.name, field.value));
      }
    }
    if (fields.empty()) return;
    if (nghttp2_submit_trailer(session, one.id, fields.data(), fields.size()) == 0) {
      flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    }
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
    // The limits on a request's head are those of who has taken it.
    nghttp2_option_set_max_send_header_block_length(options, 1024 * 1024);
    return options;
  }

  static nghttp2_session* make_session(Connection& connection) {
    // Only read by nghttp2, which copies what it keeps; they live as long as the program.
    static nghttp2_session_callbacks* const callbacks = make_callbacks();
    static nghttp2_option* const options = make_options();
    nghttp2_session* session = nullptr;
    if (nghttp2_session_client_new2(&session, callbacks, &connection, options) != 0) std::abort();
    return session;
  }
};

Http2ClientConnection::Http2ClientConnection(std::unique_ptr<net::Stream> stream,
                                             Duration idle_timeout, std::string_view scheme,
                                             std::string peer, std::shared_ptr<const void> token)
    : stream_(std::move(stream)),
      idle_timeout_(idle_timeout),
      scheme_(scheme),
      peer_(std::move(peer)),
      token_(std::move(token)),
      slot_(stream_->loop()),
      at_rest_(stream_->loop(), idle_timeout, [this] { look_at_rest(); }),
      session_(Http2ClientConnectionCallbacks::make_session(*this)) {
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                             {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kAnswerWindow}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

Http2ClientConnection::~Http2ClientConnection() {
  nghttp2_session_del(session_);
}

bool Http2ClientConnection::takes_requests() const noexcept {
  if (ended_ || draining_ || closing_) return false;
  const std::size_t most = std::min<std::size_t>(
      kMostRequests,
      nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS));
  return exchanges_.size() < most && nghttp2_session_check_request_allowed(session_) != 0;
}

Task<void> Http2ClientConnection::run() {
  const auto self = shared_from_this();
  while (!ended_) {
    turn();
    if (ended_) break;
    watch(&slot_);
    co_await slot_;
    watch(nullptr);
  }
  at_rest_.cancel();
  fail_all(*ended_);
  stream_->shutdown_write();
}

Task<ExchangeFailure> Http2ClientConnection::exchange(Request& request, Response& response) {
  const auto self = shared_from_this();
  auto one = std::make_shared<Exchange>(*this);
  one->response = &response;
  if (!submit(request, one)) co_return ExchangeFailure::target_closed;
  wake();
  bool waited = false;
  while (!one->head_done && !one->failure) {
    if (waited && request.client && request.client->gone()) {
      over(*one, ExchangeFailure::client_gone);
      break;
    }
    if (request.client) request.client->watch(&one->head_slot);
    co_await one->head_slot;
    if (request.client) request.client->watch(nullptr);
    waited = true;
  }
  one->response = nullptr;
  if (one->failure) {
    ExchangeFailure failure = *one->failure;
    const bool gone = request.client && request.client->gone();
    if (failure == ExchangeFailure::request_failed && gone) failure = ExchangeFailure::client_gone;
    response.status = 0;  // of an interim answer
    abandon(*one);
    co_return failure;
  }
  if (one->end_stream && one->unread() == 0 && !one->source) {
    abandon(*one);
  } else {
    response.body = std::make_unique<Body>(self, std::move(one));
  }
  co_return ExchangeFailure::none;
}

bool Http2ClientConnection::submit(Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (ended_) return false;
  exchange->to_head = request.method == "HEAD";
  std::string_view authority = request.headers.get("Host");
  if (authority.empty()) authority = request.authority;
  std::vector<nghttp2_nv> fields{field_of(":method", request.method), field_of(":scheme", scheme_)};
  if (!authority.empty()) fields.push_back(field_of(":authority", authority));
  fields.push_back(field_of(":path", request.target));
  for (const Field& field : request.headers.fields()) {
    const bool te_trailers = iequals(field.name, "TE") && iequals(field.value, "trailers");
    if (iequals(field.name, "Host") || (belongs_to_connection(field.name) && !te_trailers))
      continue;
    fields.push_back(field_of(field.name, field.value));
  }
  exchange->source = request.body;
  exchange->passes_trailer = request.passes_trailer;
  std::string length;
  if (request.body ? request.body->remaining().has_value() : request.says_empty) {
    length = std::to_string(request.body ? *request.body->remaining() : 0);
    fields.push_back(field_of("content-length", length));
  }
  nghttp2_data_provider provider{};
  provider.read_callback = Http2ClientConnectionCallbacks::read_body;
  exchange->id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                        exchange->source ? &provider : nullptr, exchange.get());
  if (exchange->id < 0) return false;
  exchanges_[exchange->id] = exchange;
  return true;
}

/// Nobody waits for it any more. Its request's body may be gone.
void Http2ClientConnection::abandon(Exchange& exchange) {
  exchange.idle.cancel();
  exchange.source = nullptr;
  exchange.reader = exchange.pusher = nullptr;
  exchange.response = nullptr;
  // What was not read is credit of the connection all the same.
  if (exchange.unread() > 0 && !ended_) {
    nghttp2_session_consume_connection(session_, exchange.unread());
    wake();
  }
  exchange.held.clear();
  exchange.held_begin = 0;
  const auto found = exchanges_.find(exchange.id);
  if (found == exchanges_.end() || found->second.get() != &exchange) return;
  nghttp2_session_set_stream_user_data(session_, exchange.id, nullptr);
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, exchange.id, NGHTTP2_CANCEL);
  exchanges_.erase(found);
  at_rest_.touch();
  wake();
}

/// It ends before its answer does.
void Http2ClientConnection::over(Exchange& exchange, ExchangeFailure how) {
  if (!exchange.failure && !exchange.end_stream) exchange.failure = how;
  if (BodySource* const source = std::exchange(exchange.source, nullptr)) source->watch(nullptr);
  exchange.head_slot.notify();
  hoplab::wake(exchange.reader);
  hoplab::wake(exchange.pusher);
}

/// No byte has moved for the idle timeout.
void Http2ClientConnection::look_at(Exchange& exchange) {
  if (!loop().shutting_down() && (exchange.end_stream || exchange.waits_for_client())) return;
  // A peer that has said nothing at all meanwhile may be gone: the next request dials anew.
  if (last_read_ <= exchange.began) draining_ = true;
  over(exchange, ExchangeFailure::timeout);
}

/// What does not even take our GOAWAY is reset.
void Http2ClientConnection::look_at_rest() {
  if (!exchanges_.empty()) return;
  if (!closing_) return close();
  reset(Cause{.reason = Reason::target_timeout, .at = loop().now()});
}

void Http2ClientConnection::fail_all(ExchangeFailure how) {
  draining_ = true;
  for (const auto& [id, one] : exchanges_) over(*one, how);
}

void Http2ClientConnection::close() {
  closing_ = true;
  wake();
}

void Http2ClientConnection::reset(const Cause& cause) {
  if (!cut_) cut_ = cause.reason;
  fail_all(ExchangeFailure::target_reset);
  ended_ = ExchangeFailure::target_reset;
  stream_->reset(cause);
  wake();
}

void Http2ClientConnection::turn() {
  if (loop().shutting_down()) closing_ = true;
  for (const auto& [id, one] : exchanges_) {
    if (std::exchange(one->deferred, false)) nghttp2_session_resume_data(session_, id);
  }
  if ((closing_ || draining_) && exchanges_.empty()) {
    nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
  }
  write_some();
  read_some();
  write_some();  // what the frames just read call for: SETTINGS, PING, credit
  if (!ended_ && blocked_ && exchanges_.empty() && loop().shutting_down()) {
    reset(Cause{.reason = Reason::emulator_stopped, .at = loop().now()});
  }
  const bool more = nghttp2_session_want_read(session_) || nghttp2_session_want_write(session_);
  if (!ended_ && !more && out_sent_ == out_.size()) ended_ = ExchangeFailure::target_closed;
}

void Http2ClientConnection::watch(WaitSlot* slot) {
  stream_->watch_read(slot);
  stream_->watch_write(blocked_ ? slot : nullptr);
  for (const auto& [id, one] : exchanges_) {
    if (one->source && one->deferred) one->source->watch(slot);
  }
}

void Http2ClientConnection::write_some() {
  // A peer that stopped reading may have answered all the same: go on and read.
  for (;;) {
    while (out_sent_ < out_.size()) {
      const IoResult result = stream_->try_write(out_.view(out_sent_));
      blocked_ = result.would_block();
      if (!result.ok()) return;
      out_sent_ += result.size;
    }
    if (!gather()) break;
  }
  blocked_ = !stream_->try_flush();
}

/// Takes the frames of about one turn; false when there are none.
bool Http2ClientConnection::gather() {
  out_.clear();
  out_sent_ = 0;
  while (out_.size() < kHttp2TurnBytes) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) fail_all(ExchangeFailure::malformed);
    if (size <= 0) break;
    out_.append(text_of(bytes, static_cast<std::size_t>(size)));
  }
  return !out_.empty();
}

void Http2ClientConnection::read_some() {
  std::array<char, 16 * 1024> piece;
  for (std::size_t total = 0; total < kHttp2TurnBytes && !ended_;) {
    const IoResult result = stream_->try_read(piece);
    if (result.ended()) {
      ended_ = result.status == IoStatus::closed ? ExchangeFailure::target_closed
                                                 : ExchangeFailure::target_reset;
    }
    if (!result.ok()) return;
    total += result.size;
    last_read_ = loop().now();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(piece.data());
    if (nghttp2_session_mem_recv(session_, bytes, result.size) < 0) {
      fail_all(ExchangeFailure::malformed);
      ended_ = ExchangeFailure::malformed;
    }
  }
  if (!ended_) wake();  // a turn's worth was read: there may be more
}

}  // namespace hoplab::http
