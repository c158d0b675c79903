#include "http/h1/http1_client.h"

#include <algorithm>

#include "http/field_names.h"
#include "http/h1/http1_parser.h"
#include "http/tunnel.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;
using Step = BodyPump::Step;

namespace {

/// Room for the fields of an ordinary response.
constexpr std::size_t kOrdinaryAnswerFields = 16;

/// Whether an answer may begin so; what does not speak HTTP (TLS, SSH, a database) shows at once.
bool may_begin_answer(std::string_view data) {
  constexpr std::string_view kProtocol = "HTTP/";
  data.remove_prefix(std::min(data.find_first_not_of("\r\n"), data.size()));
  return kProtocol.starts_with(data.substr(0, kProtocol.size()));
}

void drop_connection_fields(FieldList& fields) {
  std::erase_if(fields, [](const Field& field) { return belongs_to_connection(field.name); });
}

}  // namespace

Http1Client::Http1Client(std::unique_ptr<net::Stream> stream, Duration idle_timeout,
                         std::shared_ptr<const Journal> peer)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      slot_(stream_->loop()),
      idle_(stream_->loop(), idle_timeout, [this] { look_at_idle(); }),
      body_(*stream_, buffer_, idle_),
      pump_(idle_) {}

/// A connection at rest ends in order.
Http1Client::~Http1Client() {
  if (reusable()) stream_->shutdown_write();
}

bool Http1Client::reusable() const noexcept {
  return !in_flight_ && used_ && sending_ == Step::done && keep_alive_ && body_.complete();
}

bool Http1Client::alive() {
  return !expired_ && buffer_.empty() && buffer_.fill(*stream_, 1).would_block();
}

void Http1Client::watch_rest(WaitSlot* slot) {
  resting_ = slot;
  stream_->watch_read(slot);
}

Task<ExchangeFailure> Http1Client::exchange(Request& request, Response& response) {
  HeadFraming framing;
  if (request.body) {
    const auto length = request.body->remaining();
    framing.framing = length ? WireFraming::content_length : WireFraming::chunked;
    framing.content_length = length.value_or(0);
  }
  framing.describes_length = request.says_empty;
  Bytes head;
  append_request_head(head, request, framing);
  pump_.begin(request.body, framing.framing, std::move(head), request.passes_trailer);
  sending_ = Step::wait_turn;
  in_flight_ = used_ = true;
  expired_ = false;
  idle_.touch();
  ExchangeFailure failure = ExchangeFailure::none;
  bool waited = false;
  for (;;) {
    push();
    if (sending_ == Step::source_failed) {
      const bool gone = request.client && request.client->gone();
      failure = gone ? ExchangeFailure::client_gone : ExchangeFailure::request_failed;
      break;
    }
    if (read_head(request, response, failure)) break;
    if (waited && request.client && request.client->gone()) {
      failure = ExchangeFailure::client_gone;
      break;
    }
    watch_all(request, &slot_);
    co_await slot_;
    watch_all(request, nullptr);
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

bool Http1Client::push() {
  // A peer that stopped reading may have answered all the same: go on and read.
  const auto broke_off = [this] {
    return sending_ == Step::source_failed || sending_ == Step::stream_failed;
  };
  if (sending_ != Step::done && !broke_off()) {
    sending_ = pump_.step(*stream_);
    if (broke_off()) keep_alive_ = false;
  }
  return sending_ == Step::done || broke_off();
}

void Http1Client::watch_push(WaitSlot* slot) {
  pump_.watch(*stream_, sending_, slot);
}

/// True when the exchange is decided: a head was taken, or `failure` says why not.
bool Http1Client::read_head(Request& request, Response& response, ExchangeFailure& failure) {
  for (std::size_t searched = 0;;) {
    const std::size_t size =
        buffer_.empty() ? std::string_view::npos : find_head_end(buffer_.data(), searched);
    if (size != std::string_view::npos) {
      if (take_head(size, request, response, failure)) return true;
      searched = 0;
      continue;
    }
    searched = buffer_.data().size();
    if (searched > kResponseHeadLimit) {
      failure = ExchangeFailure::head_too_large;
      return true;
    }
    if (!may_begin_answer(buffer_.data())) {
      failure = ExchangeFailure::malformed;
      return true;
    }
    const IoResult result = buffer_.fill(*stream_, kResponseHeadLimit + 1);
    if (result.ok()) idle_.touch();
    if (result.would_block()) return false;
    if (!result.ended()) continue;
    failure = result.status == IoStatus::closed ? ExchangeFailure::target_closed
                                                : ExchangeFailure::target_reset;
    return true;
  }
}

/// False for an interim answer.
bool Http1Client::take_head(std::size_t size, Request& request, Response& response,
                            ExchangeFailure& failure) {
  if (size > kResponseHeadLimit) {
    failure = ExchangeFailure::head_too_large;
    return true;
  }
  if (take_interim(size, response)) return false;
  ResponseHead head;
  head.fields.reserve(kOrdinaryAnswerFields);
  const auto text = response.arena.copy(buffer_.data().substr(0, size));
  const bool to_head = request.method == "HEAD";
  buffer_.consume(size);
  const bool well = parse_response_head(text, to_head, head) == ParseError::none;
  // An answer of 101 to a request that offered nothing is none, nor is one before its body is over.
  const bool upgrades =
      head.status == 101 && request.headers.find("Upgrade") && sending_ == Step::done;
  if (!well || (head.status < 200 && !upgrades)) {
    failure = ExchangeFailure::malformed;
    return true;
  }
  response.status = head.status;
  response.reason = head.reason;
  if (response.as_received) *response.as_received = head.fields;
  if (upgrades) {
    keep_alive_ = false;
    response.headers.fields().swap(head.fields);
    return true;
  }
  drop_connection_fields(head.fields);
  response.headers.fields().swap(head.fields);
  response.head_only = to_head;
  if (head.has_content_length) response.content_length = head.content_length;
  keep_alive_ = keep_alive_ && head.keep_alive;
  body_.begin(head.framing, head.content_length);
  const bool whole =
      head.framing == BodyFraming::content_length && head.content_length == buffer_.data().size();
  if (whole && sending_ == Step::done) {  // nothing of the exchange is left
    response.text = response.arena.copy(buffer_.data());
    buffer_.consume(response.text.size());
    body_.begin(BodyFraming::none, 0);
  }
  return true;
}

/// An answer of 1xx other than 101 is passed on; 100 is not, since whoever took the request has
/// answered the client's expectation itself.
bool Http1Client::take_interim(std::size_t size, Response& response) {
  constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "
  if (size <= kStatusAt || buffer_.data()[kStatusAt] != '1') return false;
  const std::string text(buffer_.data().substr(0, size));
  ResponseHead head;
  if (parse_response_head(text, false, head) != ParseError::none || head.status == 101)
    return false;
  buffer_.consume(size);
  if (!response.interim || head.status == 100) return true;
  drop_connection_fields(head.fields);
  Headers headers;
  headers.fields().swap(head.fields);
  response.interim->interim(head.status, head.reason, headers);
  return true;
}

void Http1Client::watch_all(Request& request, WaitSlot* slot) {
  stream_->watch_read(slot);
  watch_push(slot);
  if (request.client) request.client->watch(slot);
}

std::unique_ptr<Tunnel> Http1Client::take_over(Duration idle_timeout) {
  auto tunnel =
      std::make_unique<Tunnel>(std::move(stream_), buffer_.data(), idle_timeout, std::move(token_));
  idle_.cancel();
  return tunnel;
}

Reason Http1Client::body_failure() const noexcept {
  if (expired_) return Reason::target_timeout;
  switch (body_.failure()) {
    case Http1Body::Failure::malformed: return Reason::target_malformed_response;
    case Http1Body::Failure::reset: return Reason::target_reset;
    default: return Reason::response_truncated;
  }
}

/// The request's body does not come, or nobody takes the answer's: then it is not the peer who
/// keeps the connection idle.
bool Http1Client::waits_for_client() const noexcept {
  if (sending_ == Step::wait_source) return true;
  return !in_flight_ && !body_.complete() && !body_.awaited();
}

void Http1Client::look_at_idle() {
  net::Stream& stream = *stream_;
  const bool forced = stream.loop().shutting_down();
  const bool at_rest = reusable();
  if (!forced && !resting_ && (at_rest || waits_for_client())) return;
  expired_ = true;
  if (at_rest && resting_) return wake(resting_);
  if (in_flight_) return slot_.notify();
  // Whoever reads the body sees it cut short.
  stream.reset(Cause{.reason = Reason::target_timeout, .at = stream.loop().now()});
}

}  // namespace hoplab::http
