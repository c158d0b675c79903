#include "aws/target_group/health_probe.h"

#include "aws/target_group/target_group.h"
#include "http/h1/http1_client.h"

namespace hoplab::aws {

namespace {

ProbeResult timed_out() {
  return {false, "Target.Timeout", "Request timed out"};
}
ProbeResult check_failed() {
  return {false, "Target.FailedHealthChecks", "Health checks failed"};
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
  request.headers.add("Connection", "close");
}

}  // namespace

Task<ProbeResult> probe_target(Loop& loop, Target& target, const model::HealthCheck& check,
                               Reachability& reachability) {
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
  if (check.protocol == "TCP") co_return ProbeResult{true, {}, {}};
  const Duration left = deadline - loop.now();
  if (left <= Duration::zero()) co_return timed_out();
  http::Http1Client client(std::move(dialed.stream), left);
  http::Request request;
  http::Response response;
  fill_request(request, check, host_of(target, check));
  const auto failure = co_await client.exchange(request, response);
  if (failure == http::ExchangeFailure::timeout) co_return timed_out();
  if (failure != http::ExchangeFailure::none) co_return check_failed();
  if (!matches(check.matcher, response.status)) {
    const std::string description =
        "Health checks failed with these codes: [" + std::to_string(response.status) + "]";
    co_return ProbeResult{false, "Target.ResponseCodeMismatch", description};
  }
  co_return ProbeResult{true, {}, {}};
}

}  // namespace hoplab::aws
