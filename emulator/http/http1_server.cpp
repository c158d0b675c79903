// One HTTP/1.1 connection, server side: requests one after the other, pipelined ones in order.

#include <optional>

#include "http/http1_body.h"
#include "http/http1_parser.h"
#include "http/http1_writer.h"
#include "http/server.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// Room for the fields of an ordinary request and what a load balancer adds.
constexpr std::size_t kOrdinaryFields = 24;

/// An unread request body up to this size is dropped so that the connection can go on.
constexpr std::size_t kDiscardLimit = 64 * 1024;

class Http1Connection final : public ClientWatch {
 public:
  Http1Connection(net::Stream& stream, Handler& handler, ServerContext& context)
      : stream_(stream), handler_(handler), context_(context), slot_(stream.loop()),
        body_(stream, buffer_), idle_(stream.loop(), [this] { look_at_idle(); }) {}

  Task<ServeEnd> run() {
    touch();
    idle_.after(context_.idle_timeout);
    while (!end_) co_await serve_one();
    co_return *end_;
  }

  // ClientWatch: reading ahead is how a closed connection shows.
  bool gone() override {
    if (!client_end_ && may_read_ahead()) {
      const IoResult result = buffer_.fill(stream_, context_.limits.headers);
      if (result.ended()) client_end_ = result.status;
    }
    return client_end_.has_value();
  }
  void watch(WaitSlot* slot) override {
    if (!slot || may_read_ahead()) stream_.watch_read(slot);
  }

 private:
  /// Not beyond what a next request's head may have: more input would wake us for nothing.
  bool may_read_ahead() const {
    return body_.complete() && buffer_.data().size() < context_.limits.headers;
  }

  Task<void> serve_one() {
    context_.journal.reached(Stage::idle);
    std::size_t head_size = 0;
    if (!co_await read_head(head_size)) co_return;
    Request request;
    RequestHead head;
    head.fields.reserve(kOrdinaryFields);
    const auto text = request.arena.copy(buffer_.data().substr(0, head_size));
    buffer_.consume(head_size);
    const HeadLimits limits{context_.limits.request_line, context_.limits.header,
                            context_.limits.headers};
    const ParseError error = parse_request_head(text, head, limits);
    const DesyncAction action = action_for(context_.desync, head.desync.tier);
    ++context_.journal.requests;
    if (head.desync.tier != DesyncTier::compliant || is_violation(error)) count_non_compliant();
    context_.journal.reached(Stage::request_headers);
    if (error != ParseError::none || action == DesyncAction::block) {
      const int status = error != ParseError::none ? http_status(error) : 400;
      co_await refuse(status, Reason::bad_request);
      co_return;
    }
    if (head.expect_continue && !co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return;
    fill(request, head, action);
    Response response;
    busy_ = true;
    co_await handler_.handle(request, response);
    busy_ = false;
    if (client_end_ || end_) {
      finish_client_gone();
      co_return;
    }
    co_await answer(request, head, response);
  }

  void fill(Request& request, RequestHead& head, DesyncAction action) {
    request.method = head.method;
    request.target = head.origin_target;
    if (request.target.starts_with('?')) request.target = request.arena.join("/", request.target);
    request.authority = head.authority;
    request.version = head.version_minor == 0 || head.version_major == 0 ? Version::http10
                                                                         : Version::http11;
    request.headers.fields().swap(head.fields);
    request.close_after = action == DesyncAction::allow_then_close;
    request.client = this;
    body_.begin(head.framing, head.content_length);
    if (!body_.complete()) {
      request.body = &body_;
      context_.journal.reached(Stage::request_body);
    }
  }

  void count_non_compliant() {
    if (context_.non_compliant_requests) ++*context_.non_compliant_requests;
  }

  /// Waits for a whole head. False: the connection is over, or an error was answered.
  Task<bool> read_head(std::size_t& head_size) {
    std::size_t searched = 0;
    for (;;) {
      if (!buffer_.empty()) {
        head_size = find_head_end(buffer_.data(), searched);
        if (head_size != std::string_view::npos) co_return true;
        searched = buffer_.data().size();
        const HeadLimits limits{context_.limits.request_line, context_.limits.header,
                                context_.limits.headers};
        const ParseError error = check_partial_head(buffer_.data(), limits);
        if (error != ParseError::none) {
          if (is_violation(error)) count_non_compliant();
          co_await refuse(http_status(error), Reason::bad_request);
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
          co_await refuse(408, Reason::request_timeout);
        }
        co_return false;
      }
      const IoResult result = buffer_.fill(stream_, context_.limits.headers + 1);
      if (result.ok()) touch();
      if (!result.ended()) continue;
      client_end_ = result.status;
      finish_client_gone();
      co_return false;
    }
  }

  Task<void> answer(const Request& request, const RequestHead& head, Response& response) {
    const bool body_read = body_.complete() || body_.discard(kDiscardLimit);
    const bool aged = stream_.loop().now() >= context_.keep_alive_until;
    const bool keep = head.keep_alive && body_read && !response.close && !request.close_after && !aged;
    const bool finite = co_await send(request, response, keep);
    if (end_ || (keep && finite)) co_return;
    if (!body_read) {
      finish(Reason::request_body_unread, EndKind::fin);
    } else if (request.close_after) {
      finish(Reason::desync_mitigation, EndKind::fin);
    } else {
      finish(aged ? Reason::client_keep_alive_expired : Reason::connection_close, EndKind::fin);
    }
  }

  /// Writes the answer. False when its body is delimited by the end of the connection.
  Task<bool> send(const Request& request, Response& response, bool keep) {
    HeadFraming framing;
    const bool bodiless = forbids_body(response.status) || request.method == "HEAD";
    const auto known = response.body ? response.body->remaining()
                                     : std::optional<std::uint64_t>(response.text.size());
    framing.content_length = response.content_length.value_or(known.value_or(0));
    framing.describes_length = bodiless && response.status != 204 && response.status >= 200 &&
                               (response.content_length || (known && *known > 0));
    if (!bodiless) {
      framing.framing = known ? WireFraming::content_length
                              : request.version == Version::http10 ? WireFraming::until_close
                                                                   : WireFraming::chunked;
    }
    framing.keep_alive = keep && framing.framing != WireFraming::until_close;
    Bytes out;
    append_response_head(out, response, framing);
    if (!bodiless && !response.body) out.append(response.text);
    context_.journal.last_status = response.status;
    context_.journal.reached(Stage::response_headers);
    pump_.begin(bodiless ? nullptr : response.body.get(), framing.framing, std::move(out));
    const BodyPump::Step step = pump_.step(stream_);
    if (step == BodyPump::Step::done) {
      touch();
    } else {
      co_await drive_pump(step);
    }
    co_return framing.framing != WireFraming::until_close;
  }

  /// Goes on from `step` until the whole answer is in the stream.
  Task<void> drive_pump(BodyPump::Step step) {
    for (; step != BodyPump::Step::done; step = pump_.step(stream_)) {
      if (step == BodyPump::Step::source_failed) {
        finish(Reason::response_truncated, EndKind::rst);
        co_return;
      }
      if (step == BodyPump::Step::stream_failed) {
        client_end_ = IoStatus::failed;
        finish_client_gone();
        co_return;
      }
      touch();
      context_.journal.reached(Stage::response_body);
      pump_.watch(stream_, step, &slot_);
      waiting_for_source_ = step == BodyPump::Step::wait_source;
      co_await slot_;
      waiting_for_source_ = false;
      pump_.watch(stream_, step, nullptr);
      if (expired_) {
        finish(Reason::idle_timeout, EndKind::rst);
        co_return;
      }
    }
    touch();
  }

  /// Answers with an error page and ends the connection.
  Task<void> refuse(int status, Reason reason) {
    Response response;
    context_.error_pages.fill(status, response);
    Request none;
    expired_ = false;
    co_await send(none, response, false);
    finish(reason, EndKind::fin);
  }

  Task<bool> write(std::string_view text) {
    const IoResult result = co_await net::write_all(stream_, text);
    if (result.ok()) co_return true;
    client_end_ = IoStatus::failed;
    finish_client_gone();
    co_return false;
  }

  void finish_client_gone() {
    const bool between = context_.journal.stage == Stage::idle && buffer_.empty();
    const bool reset = client_end_ == IoStatus::failed;
    if (between) {
      finish(reset ? Reason::client_reset : Reason::client_closed, reset ? EndKind::rst : EndKind::fin);
    } else if (context_.journal.stage == Stage::idle || !body_.complete()) {
      finish(Reason::client_closed_mid_request, reset ? EndKind::rst : EndKind::fin);
    } else {
      finish(context_.journal.stage < Stage::response_headers ? Reason::client_closed_before_response
                                                              : Reason::client_reset,
             EndKind::rst);
    }
  }

  void finish(Reason reason, EndKind how) {
    if (!end_) end_ = ServeEnd{reason, how, Toward::client};
  }

  void touch() { last_activity_ = stream_.loop().now(); }

  void look_at_idle() {
    const Time due = last_activity_ + context_.idle_timeout;
    const Time now = stream_.loop().now();
    if (!stream_.loop().shutting_down() && (now < due || busy_ || waiting_for_source_)) {
      idle_.at(now < due ? due : now + context_.idle_timeout);
      return;
    }
    expired_ = true;
    slot_.notify();
  }

  net::Stream& stream_;
  Handler& handler_;
  ServerContext& context_;
  WaitSlot slot_;
  ReadBuffer buffer_;
  Http1Body body_;
  BodyPump pump_;
  Timer idle_;
  Time last_activity_;
  std::optional<IoStatus> client_end_;
  std::optional<ServeEnd> end_;
  bool busy_ = false;                // the handler has the request: its own timers count
  bool waiting_for_source_ = false;  // likewise for the answer's body
  bool expired_ = false;
};

}  // namespace

Task<ServeEnd> serve_http1(net::Stream& stream, Handler& handler, ServerContext& context) {
  Http1Connection connection(stream, handler, context);
  co_return co_await connection.run();
}

}  // namespace hoplab::http
