#include "http/h2/http2_client_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"
#include "http/field_names.h"
#include "http/h2/http2_client_exchange.h"
#include "http/h2/http2_stream.h"
#include "http/h2/http2_text.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

constexpr std::size_t kMostRequests = 128;           // whatever the peer allows
constexpr std::uint32_t kAnswerWindow = 256 * 1024;  // bytes of an answer that may wait
/// Room for all: an answer that nobody reads does not hold up the others.
constexpr std::int32_t kConnectionWindow = kMostRequests * kAnswerWindow;

}  // namespace

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
      session_(new_http2_client_session(*this)) {
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
  std::vector<nghttp2_nv> fields{copied(":method", request.method), copied(":scheme", scheme_)};
  if (!authority.empty()) fields.push_back(copied(":authority", authority));
  fields.push_back(copied(":path", request.target));
  for (const Field& field : request.headers.fields()) {
    const bool te_trailers = iequals(field.name, "TE") && iequals(field.value, "trailers");
    if (iequals(field.name, "Host") || (belongs_to_connection(field.name) && !te_trailers))
      continue;
    fields.push_back(copied(field.name, field.value));
  }
  exchange->source = request.body;
  exchange->passes_trailer = request.passes_trailer;
  std::string length;
  if (request.body ? request.body->remaining().has_value() : request.says_empty) {
    length = std::to_string(request.body ? *request.body->remaining() : 0);
    fields.push_back(copied("content-length", length));
  }
  nghttp2_data_provider provider{};
  provider.read_callback = read_http2_request_body;
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
  forget(exchange.id);
  wake();
}

/// Its stream is over. Who takes no more requests may have waited for that, also within a turn.
void Http2ClientConnection::forget(std::int32_t id) {
  exchanges_.erase(id);
  at_rest_.touch();
  if (closing_ || draining_) wake();
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
