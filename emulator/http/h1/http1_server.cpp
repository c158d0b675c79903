// serve_http1: requests of an Http1Connection, its idle timer and its ends.

#include "http/h1/http1_connection.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// Room for the fields of an ordinary request and what a load balancer adds.
constexpr std::size_t kOrdinaryFields = 24;

Version version_of(const RequestHead& head) {
  const bool old = head.version_minor == 0 || head.version_major == 0;
  return old ? Version::http10 : Version::http11;
}

HeadLimits head_limits(const ServerLimits& limits) {
  return {limits.request_line, limits.header, limits.headers};
}

}  // namespace

Task<net::ServeEnd> Http1Connection::run() {
  while (!end_) {
    context_.journal.reached(Stage::idle);
    body_.begin(BodyFraming::none, 0);
    std::size_t head_size = 0;
    // While it is idle, a connection has no room for a request.
    if (co_await read_head(head_size)) co_await serve_one(head_size);
  }
  co_return *end_;
}

/// Reading ahead is how a closed connection shows.
bool Http1Connection::gone() {
  if (!client_end_ && may_read_ahead()) {
    const IoResult result = buffer_.fill(stream_, context_.limits.headers);
    if (result.ok()) idle_.touch();
    if (result.ended()) client_end_ = result.status;
  }
  return client_end_.has_value();
}

void Http1Connection::watch(WaitSlot* slot) {
  if (!slot || may_read_ahead()) stream_.watch_read(slot);
}

/// Not beyond what a next request's head may have: more input would wake us for nothing.
bool Http1Connection::may_read_ahead() const {
  return body_.complete() && buffer_.data().size() < context_.limits.headers;
}

Task<void> Http1Connection::serve_one(std::size_t head_size) {
  head_bytes_ = head_size;
  Request request;
  request.received_at = stream_.loop().now();
  RequestHead head;
  if (const Refusal refused = take_head(head_size, request, head); refused.status) {
    co_await refuse(refused.status, refused.reason, refused.reason, &request);
    co_return;
  }
  if (head.expect_continue && !co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return;
  Response response;
  response.request = &request;
  if (request.version == Version::http11) response.interim = this;
  handling_ = true;
  co_await handler_.handle(request, response);
  handling_ = false;
  if (client_end_ || end_) {
    finish_client_gone();
    context_.told(stream_.loop(), request, response, served(0, end_->reason));
    co_return;
  }
  if (response.upgrade) {
    context_.told(stream_.loop(), request, response, served(response.status, std::nullopt));
    co_await hand_over(request, response);
  } else if (body_.failure() == Http1Body::Failure::none) {
    co_await answer(request, head, response);
  } else {
    co_await answer_broken_body(request, response);
  }
}

/// Parses and judges the head that the buffer begins with, and fills the request.
Http1Connection::Refusal Http1Connection::take_head(std::size_t size, Request& request,
                                                    RequestHead& head) {
  head.fields.reserve(kOrdinaryFields);
  const auto text = request.arena.copy(buffer_.data().substr(0, size));
  buffer_.consume(size);
  const ParseError error = parse_request_head(text, head, head_limits(context_.limits));
  const DesyncAction action = action_for(context_.desync, head.desync.tier);
  ++context_.journal.requests;
  if (head.desync.tier != DesyncTier::compliant || is_violation(error)) count_non_compliant();
  if (head.desync.tier != DesyncTier::compliant) {
    request.classification = to_text(head.desync.tier);
    request.classification_reason = to_text(head.desync.reason);
  }
  context_.journal.reached(Stage::request_headers);
  const bool blocked = action == DesyncAction::block;
  if (error != ParseError::none || blocked) note_refused(request, head, error);
  if (error != ParseError::none) return {http_status(error), Reason::bad_request};
  if (blocked) return {400, Reason::desync_blocked};
  fill(request, head, action);
  return {};
}

/// For the logs: as much of it as could be read.
void Http1Connection::note_refused(Request& request, RequestHead& head, ParseError error) {
  request.headers.fields().swap(head.fields);
  if (!has_request_line(error)) return;
  request.method = head.method;
  request.target = head.origin_target.empty() ? head.target : head.origin_target;
  request.authority = head.authority;
  request.version = version_of(head);
}

void Http1Connection::fill(Request& request, RequestHead& head, DesyncAction action) {
  request.method = head.method;
  request.target = head.origin_target;
  if (request.target.starts_with('?')) request.target = request.arena.join("/", request.target);
  request.authority = head.authority;
  request.version = version_of(head);
  request.headers.fields().swap(head.fields);
  request.upgrade = head.upgrade_field;
  request.close_after = action == DesyncAction::allow_then_close;
  request.client = this;
  body_.begin(head.framing, head.content_length);
  request.says_empty = head.framing == BodyFraming::content_length && head.content_length == 0;
  if (!body_.complete()) {
    request.body = &body_;
    context_.journal.reached(Stage::request_body);
  }
}

ServedRequest Http1Connection::served(int status, std::optional<Reason> why) const {
  return {status, why, head_bytes_ + body_.bytes_taken(), status ? pump_.bytes_sent() : 0};
}

void Http1Connection::count_non_compliant() {
  if (context_.non_compliant_requests) ++*context_.non_compliant_requests;
}

/// Waits for a whole head. False: the connection is over, or an error was answered.
Task<bool> Http1Connection::read_head(std::size_t& head_size) {
  std::size_t searched = 0;
  for (;;) {
    if (!buffer_.empty()) {
      head_size = find_head_end(buffer_.data(), searched);
      if (head_size != std::string_view::npos) co_return true;
      searched = buffer_.data().size();
      const ParseError error = check_partial_head(buffer_.data(), head_limits(context_.limits));
      if (error != ParseError::none) {
        if (is_violation(error)) count_non_compliant();
        co_await refuse_partial_head(error);
        co_return false;
      }
    }
    stream_.watch_read(&slot_);
    co_await slot_;
    stream_.watch_read(nullptr);
    if (expired_) {
      if (buffer_.empty()) {
        finish(Reason::idle_timeout, EndKind::fin);
      } else {
        head_bytes_ = buffer_.data().size();
        co_await refuse(408, Reason::request_timeout, Reason::request_timeout);
      }
      co_return false;
    }
    const IoResult result = buffer_.fill(stream_, context_.limits.headers + 1);
    if (result.ok()) idle_.touch();
    if (!result.ended()) continue;
    client_end_ = result.status;
    finish_client_gone();
    co_return false;
  }
}

Task<void> Http1Connection::refuse_partial_head(ParseError error) {
  head_bytes_ = buffer_.data().size();
  Request request;
  RequestHead head;
  const auto text = request.arena.copy(buffer_.data());
  (void)parse_request_head(text, head, head_limits(context_.limits));  // as far as it goes
  ++context_.journal.requests;  // as where the rest came in time
  context_.journal.reached(Stage::request_headers);
  note_refused(request, head, error);
  co_await refuse(http_status(error), Reason::bad_request, Reason::bad_request, &request);
}

void Http1Connection::finish_client_gone() {
  const Stage stage = context_.journal.stage;
  const EndKind how = client_end_ == IoStatus::failed ? EndKind::rst : EndKind::fin;
  if (stage == Stage::idle && buffer_.empty()) {
    finish(how == EndKind::rst ? Reason::client_reset : Reason::client_closed, how);
  } else if (stage == Stage::idle || !body_.complete()) {
    finish(Reason::client_closed_mid_request, how);
  } else if (stage < Stage::response_headers) {
    finish(Reason::client_closed_before_response, how);
  } else {
    finish(Reason::client_reset, EndKind::rst);
  }
}

/// Only while it is the client's turn: to send the rest of a request, or to take an answer.
void Http1Connection::look_at_idle() {
  const bool forced = stream_.loop().shutting_down();
  if (handling_ && !forced) {
    if (body_.awaited()) body_.give_up();
    return;
  }
  if (waiting_for_source_ && !body_.awaited() && !forced) return;
  expired_ = true;
  slot_.notify();
}

Task<net::ServeEnd> serve_http1(net::Stream& stream, Handler& handler, ServerContext& context) {
  Http1Connection connection(stream, handler, context);
  co_return co_await connection.run();
}

}  // namespace hoplab::http
