// Answers of an Http1Connection: interim ones, the answer itself while the request may still be on
// its way, and the error pages that a server gives by itself.

#include "http/h1/http1_connection.h"
#include "net/prefixed_stream.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// An unread request body up to this size is dropped so that the connection can go on.
constexpr std::size_t kDiscardLimit = 64 * 1024;
/// Interim answers may be dropped (RFC 9110 15.2); beyond this the client does not read them.
constexpr std::size_t kInterimLimit = 64 * 1024;

/// Nothing more of the request's body will be read for the answer's sake.
bool request_is_done(Response& response) {
  return !response.body || response.body->push_request();
}

/// Gives back what its fields are made of.
template <class Message>
void forget_text(Message& message) {
  message.headers = Headers();
  message.arena = Arena();
}

}  // namespace

void Http1Connection::interim(int status, std::string_view reason, const Headers& headers) {
  if (interim_.size() > kInterimLimit) return;
  append_interim(interim_, status, reason, headers);
  while (!interim_.empty()) {
    const IoResult result = stream_.try_write(interim_.view());
    if (!result.ok()) break;
    idle_.touch();
    interim_.erase(0, result.size);
  }
  stream_.try_flush();
  if (interim_.empty()) interim_.release();
}

Task<void> Http1Connection::answer(const Request& request, const RequestHead& head,
                                   Response& response) {
  const bool body_taken =
      !request_is_done(response) || body_.complete() || body_.discard(kDiscardLimit);
  const bool aged = stream_.loop().now() >= context_.keep_alive_until;
  const bool keep =
      head.keep_alive && body_taken && !response.close && !request.close_after && !aged;
  const bool finite = co_await send(request, response, keep);
  const std::optional<Reason> cut = end_ ? std::optional(end_->reason) : std::nullopt;
  context_.told(stream_.loop(), request, response, served(response.status, cut));
  if (end_) co_return;
  if (!body_.complete() && !body_.discard(kDiscardLimit)) {
    finish_unread_body();
  } else if (keep && finite) {
    co_return;
  } else if (request.close_after) {
    finish(Reason::desync_mitigation, EndKind::fin);
  } else {
    finish(aged ? Reason::client_keep_alive_expired : Reason::connection_close, EndKind::fin);
  }
}

/// The connection is no longer HTTP: whoever takes it over has its own idle timer and says its end.
Task<void> Http1Connection::hand_over(Request& request, Response& response) {
  context_.journal.last_status = response.status;
  context_.journal.reached(Stage::response_headers);
  Bytes head = std::move(interim_);
  append_interim(head, response.status, response.reason, response.headers);
  if (!co_await write(head.view())) co_return;
  context_.journal.reached(Stage::upgraded);
  forget_text(response);  // nobody looks at it any more, and this may last
  if (!context_.observer) forget_text(request);
  handling_ = true;
  if (buffer_.empty() && !context_.observer) {
    end_ = co_await response.upgrade->run(stream_);
    co_return;
  }
  net::PrefixedStream stream(stream_, buffer_.data());
  buffer_.consume(buffer_.data().size());
  end_ = co_await response.upgrade->run(stream);
  if (!context_.observer) co_return;
  const ServedRequest whole{response.status, end_->reason, head_bytes_ + stream.bytes_read(),
                            head.size() + stream.bytes_written()};
  context_.observer->request_over(request, response, whole);
}

/// The answer is whole, and the request is not: nobody reads on, or it broke off.
void Http1Connection::finish_unread_body() {
  switch (body_.failure()) {
    case Http1Body::Failure::cut_short:
    case Http1Body::Failure::reset:
      client_end_ =
          body_.failure() == Http1Body::Failure::reset ? IoStatus::failed : IoStatus::closed;
      return finish_client_gone();
    case Http1Body::Failure::malformed: return finish(Reason::bad_request, EndKind::fin);
    default: finish(Reason::request_body_unread, EndKind::fin);
  }
}

/// Writes the answer. False when its body is delimited by the end of the connection.
Task<bool> Http1Connection::send(const Request& request, Response& response, bool keep) {
  HeadFraming framing;
  const bool bodiless = forbids_body(response.status) || request.method == "HEAD";
  const auto known = response.body && !response.head_only
                         ? response.body->remaining()
                         : std::optional<std::uint64_t>(response.text.size());
  framing.content_length = response.content_length.value_or(known.value_or(0));
  framing.describes_length = bodiless && response.status != 204 && response.status >= 200 &&
                             (response.content_length || (known && *known > 0));
  if (!bodiless) {
    framing.framing = known                                ? WireFraming::content_length
                      : request.version == Version::http10 ? WireFraming::until_close
                                                           : WireFraming::chunked;
  }
  framing.keep_alive = keep && framing.framing != WireFraming::until_close;
  Bytes out = std::move(interim_);
  append_response_head(out, response, framing);
  if (!bodiless && !response.body) out.append(response.text);
  context_.journal.last_status = response.status;
  context_.journal.reached(Stage::response_headers);
  pump_.begin(bodiless ? nullptr : response.body.get(), framing.framing, std::move(out));
  const Step step = pump_.step(stream_);
  if (step != Step::done || !request_is_done(response)) co_await drive(step, response);
  co_return framing.framing != WireFraming::until_close;
}

/// Goes on from `step` until the whole answer is in the stream, and the whole request with its
/// target.
Task<void> Http1Connection::drive(Step step, Response& response) {
  bool request_done = request_is_done(response);
  while (step != Step::done || !request_done) {
    if (step == Step::source_failed) {
      finish_truncated(response);
      co_return;
    }
    if (step == Step::stream_failed) {
      client_end_ = IoStatus::failed;
      finish_client_gone();
      co_return;
    }
    if (step != Step::done) context_.journal.reached(Stage::response_body);
    pump_.watch(stream_, step, &slot_);
    if (!request_done) response.body->watch_request(&slot_);
    waiting_for_source_ = step == Step::wait_source || step == Step::done;
    co_await slot_;
    waiting_for_source_ = false;
    pump_.watch(stream_, step, nullptr);
    if (!request_done) response.body->watch_request(nullptr);
    if (expired_) {
      const bool request_stopped = body_.failure() == Http1Body::Failure::none &&
                                   !body_.complete() && step != Step::wait_stream;
      finish(request_stopped ? Reason::request_timeout : Reason::idle_timeout,
             step == Step::done ? EndKind::fin : EndKind::rst);
      co_return;
    }
    request_done = request_done || request_is_done(response);
    if (step != Step::done) step = pump_.step(stream_);
  }
}

void Http1Connection::finish_truncated(const Response& response) {
  const Reason reason = response.body->failure();
  context_.failed(response.status, reason, response.body->target(), response.body->detail());
  finish(reason, response.body->ends_in_order() ? EndKind::fin : EndKind::rst);
}

/// The request's body broke off before there was an answer. `handled`: what its handler noted.
Task<void> Http1Connection::answer_broken_body(const Request& request, Response& handled) {
  switch (body_.failure()) {
    case Http1Body::Failure::stalled:
      co_await refuse(408, Reason::request_timeout, Reason::request_timeout, &request, &handled);
      break;
    case Http1Body::Failure::malformed:
      co_await refuse(400, Reason::bad_request, Reason::bad_request, &request, &handled);
      break;
    // "The client closed the connection before sending the full request body": 400
    // (load-balancer-troubleshooting.html).
    case Http1Body::Failure::cut_short:
      co_await refuse(400, Reason::client_closed_mid_request, Reason::client_closed_mid_request,
                      &request, &handled);
      break;
    default: {
      client_end_ = IoStatus::failed;
      finish_client_gone();
      context_.told(stream_.loop(), request, handled, served(0, end_->reason));
    }
  }
}

/// Answers with an error page and ends the connection.
Task<void> Http1Connection::refuse(int status, Reason because, Reason end, const Request* request,
                                   Response* handled) {
  Response response;
  response.request = request;
  if (handled) {
    response.notes = std::move(handled->notes);
    response.transformed = std::move(handled->transformed);
  }
  context_.error_pages.fill(status, response);
  context_.failed(status, because, {});
  Request none;
  expired_ = false;
  co_await send(none, response, false);
  context_.told(stream_.loop(), request ? *request : none, response, served(status, because));
  finish(end, EndKind::fin);
}

Task<bool> Http1Connection::write(std::string_view text) {
  const IoResult result = co_await net::write_all(stream_, text);
  if (result.ok()) {
    idle_.touch();
    co_return true;
  }
  client_end_ = IoStatus::failed;
  finish_client_gone();
  co_return false;
}

}  // namespace hoplab::http
