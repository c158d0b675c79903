#include "scenario/casebook/sign.h"

#include <algorithm>

#include "base/decimal.h"
#include "base/glob.h"

namespace hoplab::scenario {

namespace {

bool fits_one(std::string_view pattern, std::string_view value) noexcept {
  const auto dots = pattern.find("..");
  if (dots == std::string_view::npos) return glob_match(pattern, value);
  const auto have = parse_decimal(value);
  const auto least = parse_decimal(pattern.substr(0, dots)),
             most = parse_decimal(pattern.substr(dots + 2));
  return have && (!least || *have >= *least) && (!most || *have <= *most);
}

}  // namespace

constexpr std::array<FactText, kFacts> kFactTexts = {{
    {"log",
     "where a line is from: alb-access, alb-connection, alb-health-check, nlb-access, vpc-flow, "
     "api-access, api-execution, target-health, metric, client, proxy"},
    {"client", "the client's library or program: curl, java, node, go, grpc, ..."},
    {"end",
     "how it ended: reset, closed (without an answer), refused, unanswered (a connect), silence "
     "(no answer in time), truncated, alert, goaway, plain (no TLS where it should be), name"},
    {"stage", "how far it got: connect, handshake, unasked, request, write, body, idle, upgraded"},
    {"endedBy", "who sent the first FIN, RST or alert in a capture: client, server"},
    {"by",
     "who answered: alb, rule (a fixed response), target, api, proxy, client; who counted: nlb"},
    {"status", "the answer's status"},
    {"targetStatus", "the target's status in a load balancer's log, - without one"},
    {"target", "the target in a load balancer's log, - without one"},
    {"requestTime", "request_processing_time, -1 when no target took it"},
    {"targetTime", "target_processing_time in seconds, -1 without an answer"},
    {"lasted", "seconds from a request's begin to its line"},
    {"after", "seconds of quiet, or of waiting, before it"},
    {"errorReason", "error_reason of the load balancer's access log"},
    {"reason", "the cause that hoplab's own records have"},
    {"verdict", "tls_verify_status of the connection log"},
    {"certificate", "some, or - when the client showed none"},
    {"actions", "actions_executed of the access log"},
    {"classification", "classification of the access log"},
    {"classificationReason", "classification_reason of the access log"},
    {"transformStatus", "request_transform_status of the access log"},
    {"targetHealth", "the reason code of a target's health"},
    {"healthStatus", "the status that a health check got"},
    {"alert", "the TLS alert, as RFC 8446 names it: protocol_version"},
    {"http2Error", "the error code of HTTP/2: NO_ERROR, REFUSED_STREAM"},
    {"lastStream", "the last stream of a GOAWAY"},
    {"tls", "the version: 1.2, 1.3, - when there was none"},
    {"http", "the version: 1.0, 1.1, 2"},
    {"method", "the request's method"},
    {"listener", "the type in the access log: http, https, h2, grpcs, ws, wss"},
    {"received", "received_bytes"},
    {"flow", "a flow log's action: REJECT, ACCEPT"},
    {"metric", "a metric that is above 0"},
    {"message", "the message of an answer of API Gateway, or of its execution log"},
    {"errorType", "x-amzn-ErrorType"},
}};

std::optional<Fact> parse_fact(std::string_view name) noexcept {
  const auto found = std::ranges::find(kFactTexts, name, &FactText::name);
  if (found == kFactTexts.end()) return std::nullopt;
  return static_cast<Fact>(found - kFactTexts.begin());
}

void Facts::learn(Fact fact, std::string_view value) {
  std::string& known = values_[static_cast<std::size_t>(fact)];
  if (known.empty()) known = value;
}

void Facts::learn(const Facts& others) {
  for (std::size_t i = 0; i < kFacts; ++i) learn(static_cast<Fact>(i), others.values_[i]);
}

bool Facts::empty() const noexcept {
  return std::ranges::all_of(values_, &std::string::empty);
}

bool fits(std::string_view pattern, std::string_view value) noexcept {
  for (;;) {
    const auto bar = pattern.find('|');
    if (fits_one(pattern.substr(0, bar), value)) return true;
    if (bar == std::string_view::npos) return false;
    pattern.remove_prefix(bar + 1);
  }
}

bool Sign::fits(const Facts& known) const noexcept {
  return std::ranges::all_of(facts, [&known](const auto& fact) {
    const auto& [which, pattern] = fact;
    if (known[which].empty()) return pattern.ends_with('|');
    return scenario::fits(pattern, known[which]);
  });
}

}  // namespace hoplab::scenario
