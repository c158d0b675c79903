// A check: one request through the scenario's entry, and what must come of it.
//
// Plain values; the runner performs them. Every expectation is optional, and only those that are
// given are compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cause.h"
#include "model/change.h"

namespace hoplab::scenario {

enum class TlsVersion : std::uint8_t { tls12, tls13 };
enum class HttpVersion : std::uint8_t { http11, http2 };

struct CheckRequest {
  std::string method = "GET";
  std::string path = "/";                                    // with its query
  std::vector<std::pair<std::string, std::string>> headers;  // Host names the API when given
  std::string body;
  std::string signed_with;  // an access key by name; empty: it is not signed
};

/// What one header must be. Names are compared without regard to case; when a header came more than
/// once, one match is enough.
struct HeaderExpectation {
  enum class Kind : std::uint8_t {
    equals,       // exactly `value`
    like,         // `value` is a pattern of base/glob.h
    present,      // any value
    absent,       // no such header
    chain_of,     // ALB's URL-encoded PEM of the certificate `value` and its chain (passthrough)
    leaf_of,      // ALB's URL-encoded PEM of the certificate `value` alone (verify)
    serial_of,    // its serial number as an ALB writes it
    subject_of,   // its subject (RFC 2253)
    issuer_of,    // its issuer (RFC 2253)
    validity_of,  // "NotBefore=...;NotAfter=..."
  } kind = Kind::present;
  std::string name;
  std::string value;  // text, pattern or the name of a certificate in the PKI

  /// True when `value` names a certificate.
  [[nodiscard]] bool names_certificate() const noexcept { return kind >= Kind::chain_of; }
};

/// The last request that a private API received during the check.
struct ApiSaw {
  std::optional<std::string> method;
  std::optional<std::string> path;  // as received, with its query
  std::vector<HeaderExpectation> headers;
};

struct Expectation {
  std::optional<int> status;
  std::optional<std::string> body;         // exactly
  std::optional<std::string> body_like;    // a pattern of base/glob.h
  std::vector<HeaderExpectation> headers;  // of the answer
  std::optional<EndKind> end;   // how the connection ended for the client; with no status given, no
                                // answer may have come before it
  std::optional<Reason> cause;  // why the connection ended, by its journal
  std::optional<std::string> hop;  // who ended it, likewise
  std::optional<Reason> failure;   // why somebody on the path answered by itself, or cut the answer
  bool silence = false;            // nothing has come since the last answer, not even an end
  /// The verdict as an ALB's connection log writes it: "Success", "Failed:ClientCertUntrusted".
  std::optional<std::string> verify_status;
  std::optional<int> api_requests;  // requests that reached private APIs during the check
  struct Metric {
    std::string resource, metric;  // "nlb", "TCP_ELB_Reset_Count"
    std::uint64_t by = 0;
  };
  std::vector<Metric> metrics;  // CloudWatch's, and by how much they rose
  std::optional<ApiSaw> api_saw;
};

/// How the client connects. What is not given is the entry's first way in, and any address of ours.
struct WayIn {
  std::string from;                   // the client's address, "127.0.0.2" or "127.0.0.2:40000"
  std::string through;                // an endpoint or a load balancer, by name
  std::optional<std::uint16_t> port;  // of its listener
  std::string zone;                   // of its network interface
  std::optional<bool> tls;            // none: as the listener does
  std::string server_name;            // that the client asks for; empty: the way in's own
  [[nodiscard]] bool given() const {
    return !from.empty() || !through.empty() || port || !zone.empty() || tls ||
           !server_name.empty();
  }
};

/// What happens next in a check, after the first request; in the order of the members.
struct CheckStep {
  struct Made {
    std::string_view member;  // of the step, which says it: "endpointState"
    model::Change change;
  };
  std::vector<Made> changes;  // one after the other; the first that is refused is the last
  std::optional<std::int64_t> advance_s;  // of a stepped clock, seconds
  /// On the connection of the last one, unless that has ended or is HTTP/2, or `way_in` says how to
  /// connect; none: nothing is sent.
  std::optional<CheckRequest> request;
  WayIn way_in;
  Expectation expect;  // of the request; without one, only of what came of itself
};

struct Check {
  std::string name;                        // unique in the scenario
  std::optional<std::string> certificate;  // a certificate of the PKI; none: no certificate is sent
  std::optional<TlsVersion> tls;           // exactly this version; none: 1.2 and 1.3 are offered
  std::optional<HttpVersion> http;         // none: HTTP/1.1
  WayIn way_in;
  CheckRequest request;
  Expectation expect;
  std::vector<CheckStep> then;
};

/// "reset", "closed", "silence": the scenario format's words for an end.
std::string_view end_word(EndKind end) noexcept;

/// Every cause's name as checks write it, in the order of the enumeration.
std::vector<std::pair<std::string_view, Reason>> causes();

/// Every text of the connection log's tls_verify_status field.
const std::vector<std::string_view>& verify_statuses();

}  // namespace hoplab::scenario
