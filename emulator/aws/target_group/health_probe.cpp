#include "aws/target_group/health_probe.h"

#include <algorithm>

#include "aws/target_group/target_group.h"
#include "http/body_reading.h"
#include "http/h1/http1_client.h"
#include "http/h2/http2_client.h"
#include "model/text_rule.h"

namespace hoplab::aws {

namespace {

ProbeResult timed_out() {
  return {false, "Target.Timeout", "Request timed out", 0, "TimedOut"};
}
ProbeResult check_failed() {
  return {false, "Target.FailedHealthChecks", "Health checks failed", 0, "ConnectionReset"};
}
ProbeResult mismatch(int status) {
  return {false, "Target.ResponseCodeMismatch",
          "Health checks failed with these codes: [" + std::to_string(status) + "]", status,
          status >= 500 ? "TargetError" : "ResponseCodeMismatch"};
}
ProbeResult well(int status) {
  return {true, {}, {}, status, {}};
}

/// The target's own address, the port left out when it is the protocol's default (alb.md 6.4);
/// behind a network load balancer that one's (nlb-privatelink.md 3.3).
std::string host_of(Target& target, const model::HealthCheck& check) {
  if (!target.check_host.empty()) return target.check_host;
  const net::Address to = target.probe().address();
  const bool default_port = to.port == (check.protocol == "HTTPS" ? 443 : 80);
  return default_port ? to.ip : to.text();
}

/// GET, as an ELB asks.
void fill_request(http::Request& request, const model::HealthCheck& check,
                  const std::string& host) {
  request.method = "GET";
  request.target = check.path;
  request.headers.add("Host", request.arena.copy(host));
  request.headers.add("User-Agent", "ELB-HealthChecker/2.0");
}

/// A call without a message's content: five bytes (alb-features.md 4).
class EmptyMessage final : public http::BodySource {
 public:
  net::IoResult try_read(std::span<char> into) override {
    const std::size_t size = std::min(into.size(), left_);
    std::fill_n(into.begin(), size, '\0');
    left_ -= size;
    return {size ? net::IoStatus::ok : net::IoStatus::closed, size};
  }
  void watch(WaitSlot* slot) override {
    if (slot) slot->notify();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_; }

 private:
  std::size_t left_ = 5;
};

ProbeResult of_failure(http::ExchangeFailure failure) {
  return failure == http::ExchangeFailure::timeout ? timed_out() : check_failed();
}

Task<ProbeResult> ask_http1(std::unique_ptr<net::Stream> stream, Duration left,
                            const model::HealthCheck& check, std::string host) {
  http::Http1Client client(std::move(stream), left);
  http::Request request;
  http::Response response;
  fill_request(request, check, host);
  request.headers.add("Connection", "close");
  const auto failure = co_await client.exchange(request, response);
  if (failure != http::ExchangeFailure::none) co_return of_failure(failure);
  if (!matches(check.matcher, response.status)) co_return mismatch(response.status);
  co_return well(response.status);
}

/// By grpc-status, which is in the head of an answer without a message and behind another.
Task<ProbeResult> judge_grpc(Loop& loop, http::Http2Client& client, const http::Response& response,
                             const model::HealthCheck& check) {
  const std::string_view at_head = response.headers.get("grpc-status");
  std::string code(at_head);
  if (http::BodySource* const body = client.body()) {
    std::string text;
    constexpr std::size_t kMost = 64 * 1024;
    const net::IoStatus ended = co_await http::read_body(loop, *body, text, kMost);
    if (ended == net::IoStatus::failed) co_return check_failed();
    if (const http::Headers* trailers = body->trailers()) {
      if (code.empty()) code = trailers->get("grpc-status");
    }
  }
  const auto number = model::parse_number(code);
  if (!number) {
    ProbeResult empty = mismatch(response.status);
    empty.log_reason = "GRPCStatusHeaderEmpty";
    co_return empty;
  }
  if (matches(check.grpc_matcher, *number)) co_return well(*number);
  ProbeResult unexpected = mismatch(*number);
  unexpected.log_reason = "GRPCUnexpectedStatus";
  co_return unexpected;
}

Task<ProbeResult> ask_http2(Loop& loop, std::unique_ptr<net::Stream> stream, Duration left,
                            std::shared_ptr<const model::TargetGroup> group, std::string host) {
  const model::HealthCheck& check = group->health_check;
  const std::string_view scheme = check.protocol == "HTTPS" ? "https" : "http";
  http::Http2Client client(std::move(stream), left, scheme);
  EmptyMessage message;
  http::Request request;
  http::Response response;
  fill_request(request, check, host);
  const bool grpc = group->protocol_version == model::ProtocolVersion::grpc;
  if (grpc) {
    request.method = "POST";
    request.headers.add("content-type", "application/grpc");
    request.headers.add("te", "trailers");
    request.body = &message;
  }
  const Time due = loop.now() + left;
  const auto failure = co_await client.exchange(request, response);
  if (failure != http::ExchangeFailure::none) co_return of_failure(failure);
  Timer late(loop, [&client, due] {  // also for an answer that drips
    client.stream().reset(Cause{.reason = Reason::target_timeout, .at = due});
  });
  late.at(due);
  ProbeResult result =
      matches(check.matcher, response.status) ? well(response.status) : mismatch(response.status);
  if (grpc) result = co_await judge_grpc(loop, client, response, check);
  if (!late.armed()) co_return timed_out();
  client.close();
  co_return result;
}

}  // namespace

Task<ProbeResult> probe_target(Loop& loop, Target& target,
                               std::shared_ptr<const model::TargetGroup> group,
                               Reachability& reachability) {
  const model::HealthCheck& check = group->health_check;
  if (target.prober) {
    ProbeResult result;
    co_await target.prober->probe(check, result);
    co_return result;
  }
  const Duration timeout = std::chrono::seconds(check.timeout_s);
  const Time deadline = loop.now() + timeout;
  auto dialed = co_await target.probe().dial(timeout, target.probe_options);
  reachability = reachability_after(dialed);
  if (!dialed.stream) {
    const bool late = dialed.failure == Reason::target_connect_timeout ||
                      dialed.failure == Reason::tls_target_timeout;
    co_return late ? timed_out() : check_failed();
  }
  if (check.protocol == "TCP") co_return well(0);
  const Duration left = deadline - loop.now();
  if (left <= Duration::zero()) co_return timed_out();
  std::string host = host_of(target, check);
  if (group->protocol_version == model::ProtocolVersion::http1) {
    co_return co_await ask_http1(std::move(dialed.stream), left, check, std::move(host));
  }
  co_return co_await ask_http2(loop, std::move(dialed.stream), left, std::move(group),
                               std::move(host));
}

}  // namespace hoplab::aws
