#include "topology/stand_in.h"

#include "aws/stub/echo.h"
#include "aws/stub/generated_body.h"
#include "aws/stub/web_socket_echo.h"
#include "http/body_reading.h"
#include "net/hop_stream.h"
#include "net/prefixed_stream.h"

namespace hoplab::topology {

namespace {
class PlainErrors final : public http::ErrorPages {
 public:
  void fill(int status, http::Response& response) const override {
    response.status = status;
    response.close = true;
  }
};
net::Admission admission_of(model::SynAnswer answer) {
  switch (answer) {
    case model::SynAnswer::accept: break;
    case model::SynAnswer::refuse: return {net::Admission::Answer::refuse, {}, {}};
    case model::SynAnswer::drop: return net::Admission::dropped();
  }
  return {};
}

}  // namespace

class StandIn::Exchange final : public http::Handler {
 public:
  Exchange(const StandIn& stand_in, const net::Connection& connection)
      : stand_in_(stand_in),
        source_ip_(connection.source.ip),
        recorded_(connection.journal->kind != JournalKind::health_check) {}

  Task<void> handle(http::Request& request, http::Response& response) override {
    using Kind = aws::PreparedAnswer::Kind;
    const std::uint64_t body_bytes = request.body ? request.body->remaining().value_or(0) : 0;
    if (recorded_ && stand_in_.log_.on()) co_await record(request, body_bytes);
    const auto now = stand_in_.answer_;
    const aws::PreparedAnswer& answer = *now;
    if (answer.kind() == Kind::echo && aws::echo_web_socket(request, response)) co_return;
    response.owner = now;
    response.status = answer.status();
    response.headers.add("Content-Type", answer.content_type());
    answer.add_headers(response);
    switch (answer.kind()) {
      case Kind::fixed: response.text = answer.body(); break;
      case Kind::generated:
        response.body = std::make_unique<aws::GeneratedBody>(answer.body_bytes());
        break;
      case Kind::echo: response.text = response.arena.copy(echo(request, body_bytes)); break;
    }
    co_return;
  }

 private:
  Task<void> record(http::Request& request, std::uint64_t body_bytes) {
    const http::Received by{stand_in_.hop_.name, "stand-in", stand_in_.loop_.calendar(),
                            source_ip_};
    std::string body;
    if (request.body) {
      co_await http::read_body(stand_in_.loop_, *request.body, body, http::RequestLog::kMostBody);
    }
    stand_in_.log_.add(request, by, body, body_bytes);
  }

  std::string echo(const http::Request& request, std::uint64_t body_bytes) const {
    const auto query_at = request.target.find('?');
    const bool has_query = query_at != std::string_view::npos;
    return aws::echo_body({.request = request,
                           .path = request.target.substr(0, query_at),
                           .query = has_query ? request.target.substr(query_at + 1) : "",
                           .body_bytes = body_bytes,
                           .resource_path = {},
                           .stage = {},
                           .source_ip = source_ip_,
                           .vpc_id = {},
                           .vpce_id = {}});
  }

  const StandIn& stand_in_;
  std::string source_ip_;
  bool recorded_;
};

Result<std::shared_ptr<StandIn>> StandIn::open(
    Loop& loop, const Hop& hop, net::FaultGate& gate, const model::Service& service,
    std::shared_ptr<const aws::PreparedAnswer> answer, std::uint16_t port,
    HealthCheckSources& health_checks, http::RequestLog& log, std::atomic<std::uint64_t>& ids) {
  std::shared_ptr<StandIn> stand_in(
      new StandIn(loop, hop, gate, health_checks, log, std::move(answer), service.banner));
  net::TcpListener::Options options;
  options.ip = service.stand_in_ip;
  options.port = port;
  options.admission = admission_of(service.syn_answer);
  auto listener = net::TcpListener::open(loop, options, ids);
  if (!listener) {
    return Error{"service '" + service.name + "': " + listener.error(), ErrorCode::unavailable};
  }
  stand_in->listener_ = std::move(listener).value();
  return stand_in;
}

void StandIn::update(const model::Service& service,
                     std::shared_ptr<const aws::PreparedAnswer> answer) {
  answer_ = std::move(answer);
  banner_ = service.banner;
  // The address is bound: what can fail here has not.
  static_cast<void>(listener_->admit(admission_of(service.syn_answer)));
}

void StandIn::stop() {
  listener_->stop();
  live_.reset_all(hop_, Reason::emulator_stopped, loop_.now());
}

namespace {

constexpr Duration kIdle = 3600s;  // longer than the ALB's: the load balancer ends idle connections

/// Whether it begins as HTTP/2 by prior knowledge does (RFC 9113 3.3); `begun` is what was read.
Task<bool> begins_http2(net::Stream& stream, std::string& begun) {
  constexpr std::string_view kPreface = "PRI";
  std::array<char, kPreface.size()> room{};
  while (begun.size() < kPreface.size() && kPreface.starts_with(begun)) {
    const std::span<char> rest(room.data(), kPreface.size() - begun.size());
    const net::IoResult got = co_await net::read_within(stream, rest, kIdle);
    if (!got.ok()) break;
    begun.append(room.data(), got.size);
  }
  co_return begun == kPreface;
}

}  // namespace

Task<net::ServeEnd> StandIn::serve_http(net::Connection& connection) {
  static const PlainErrors errors;
  Exchange exchange(*this, connection);
  http::ServerContext context(*connection.journal, hop_, errors);
  context.idle_timeout = kIdle;
  if (!speaks_http2_) co_return co_await http::serve_http1(*connection.stream, exchange, context);
  std::string begun;
  const bool http2 = co_await begins_http2(*connection.stream, begun);
  net::PrefixedStream stream(*connection.stream, begun);
  if (http2) co_return co_await http::serve_http2(stream, exchange, context);
  co_return co_await http::serve_http1(stream, exchange, context);
}

Task<void> StandIn::run(net::Connection connection) {
  Journal& journal = *connection.journal;
  if (health_checks_.take(connection.source.text())) journal.kind = JournalKind::health_check;
  net::pass_hop(connection, hop_, gate_);
  const net::LiveConnections::Entry entry(live_, journal, *connection.stream);
  net::ServeEnd ended{Reason::connection_close, EndKind::fin};
  if (banner_.empty()) {
    ended = co_await serve_http(connection);
  } else {
    const std::string banner = banner_;
    co_await net::write_all(*connection.stream, banner);
  }
  co_await net::finish_connection(connection, hop_, ended);
}

}  // namespace hoplab::topology
