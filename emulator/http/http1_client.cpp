#include "http/http1_client.h"

#include "http/http1_parser.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// Room for the fields of an ordinary response.
constexpr std::size_t kOrdinaryFields = 16;

/// Fields that belong to one connection (RFC 9110 7.6.1) or that the writer of a message makes anew.
bool is_hop_by_hop(std::string_view name) {
  switch (name.size()) {
    case 7: return iequals(name, "Upgrade");
    case 10: return iequals(name, "Connection") || iequals(name, "Keep-Alive");
    case 14: return iequals(name, "Content-Length");
    case 16: return iequals(name, "Proxy-Connection");
    case 17: return iequals(name, "Transfer-Encoding");
    default: return false;
  }
}

}  // namespace

Http1Client::Http1Client(std::unique_ptr<net::Stream> stream, Duration idle_timeout)
    : stream_(std::move(stream)), idle_timeout_(idle_timeout), slot_(stream_->loop()),
      body_(*stream_, buffer_), idle_(stream_->loop(), [this] { look_at_idle(); }) {
  touch();
  idle_.after(idle_timeout_);
}

bool Http1Client::reusable() const noexcept {
  return !in_flight_ && sent_ && keep_alive_ && body_.complete();
}

bool Http1Client::alive() {
  return !expired_ && buffer_.empty() && buffer_.fill(*stream_, 1).would_block();
}

Task<ExchangeFailure> Http1Client::exchange(Request& request, Response& response) {
  HeadFraming framing;
  if (request.body) {
    const auto length = request.body->remaining();
    framing.framing = length ? WireFraming::content_length : WireFraming::chunked;
    framing.content_length = length.value_or(0);
  }
  Bytes head;
  append_request_head(head, request, framing);
  pump_.begin(request.body, framing.framing, std::move(head));
  in_flight_ = true;
  sent_ = false;
  expired_ = false;
  touch();
  ExchangeFailure failure = ExchangeFailure::none;
  bool waited = false;
  for (;;) {
    const BodyPump::Step step = send_some();
    if (step == BodyPump::Step::source_failed) {
      failure = ExchangeFailure::client_gone;
      break;
    }
    if (read_head(request, response, failure)) break;
    if (waited && request.client && request.client->gone()) {
      failure = ExchangeFailure::client_gone;
      break;
    }
    watch_all(request, step, &slot_);
    co_await slot_;
    watch_all(request, step, nullptr);
    waited = true;
    if (expired_) {
      failure = ExchangeFailure::timeout;
      break;
    }
  }
  in_flight_ = false;
  if (failure != ExchangeFailure::none) keep_alive_ = false;
  co_return failure;
}

BodyPump::Step Http1Client::send_some() {
  if (sent_) return BodyPump::Step::done;
  const auto before = pump_.body_bytes();
  const BodyPump::Step step = pump_.step(*stream_);
  if (pump_.body_bytes() != before) touch();
  // A target that stopped reading may have answered all the same: go on and read.
  sent_ = step == BodyPump::Step::done;
  if (step == BodyPump::Step::stream_failed) keep_alive_ = false;
  return step;
}

/// True when the exchange is decided: a head was taken, or `failure` says why not.
bool Http1Client::read_head(Request& request, Response& response, ExchangeFailure& failure) {
  for (std::size_t searched = 0;;) {
    const std::size_t size = buffer_.empty() ? std::string_view::npos
                                             : find_head_end(buffer_.data(), searched);
    if (size != std::string_view::npos) {
      if (take_head(size, request, response, failure)) return true;
      searched = 0;
      continue;
    }
    searched = buffer_.data().size();
    if (searched > kResponseHeadLimit) {
      failure = ExchangeFailure::malformed;
      return true;
    }
    const IoResult result = buffer_.fill(*stream_, kResponseHeadLimit + 1);
    if (result.ok()) touch();
    if (result.would_block()) return false;
    if (!result.ended()) continue;
    failure = result.status == IoStatus::closed ? ExchangeFailure::target_closed
                                                : ExchangeFailure::target_reset;
    return true;
  }
}

/// False for an interim answer (1xx), which is dropped.
bool Http1Client::take_head(std::size_t size, Request& request, Response& response,
                            ExchangeFailure& failure) {
  ResponseHead head;
  head.fields.reserve(kOrdinaryFields);
  const auto text = response.arena.copy(buffer_.data().substr(0, size));
  const bool to_head = request.method == "HEAD";
  buffer_.consume(size);
  if (parse_response_head(text, to_head, head) != ParseError::none || head.status == 101) {
    failure = ExchangeFailure::malformed;
    return true;
  }
  if (head.status < 200) return false;
  response.status = head.status;
  response.reason = head.reason;
  std::erase_if(head.fields, [](const Field& field) { return is_hop_by_hop(field.name); });
  response.headers.fields().swap(head.fields);
  response.head_only = to_head;
  if (head.has_content_length) response.content_length = head.content_length;
  keep_alive_ = keep_alive_ && head.keep_alive;
  body_.begin(head.framing, head.content_length);
  if (head.framing == BodyFraming::content_length && head.content_length == buffer_.data().size()) {
    response.text = response.arena.copy(buffer_.data());
    buffer_.consume(response.text.size());
    body_.begin(BodyFraming::none, 0);
  }
  return true;
}

void Http1Client::watch_all(Request& request, BodyPump::Step step, WaitSlot* slot) {
  stream_->watch_read(slot);
  pump_.watch(*stream_, step, slot);
  if (request.client) request.client->watch(slot);
}

void Http1Client::look_at_idle() {
  const Time due = last_activity_ + idle_timeout_;
  const Time now = stream_->loop().now();
  if (!stream_->loop().shutting_down() && (now < due || reusable())) {
    idle_.at(now < due ? due : now + idle_timeout_);
    return;
  }
  expired_ = true;
  if (in_flight_) {
    slot_.notify();
  } else {  // the body stalled: whoever reads it sees it cut short
    stream_->reset(Cause{.reason = Reason::target_timeout, .at = now});
  }
}

}  // namespace hoplab::http
