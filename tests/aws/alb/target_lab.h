// One request on its way to a target: facts of its connection, and what becomes of it.
#pragma once

#include <string>

#include "aws/alb/target_headers.h"
#include "base/ascii.h"
#include "message_lab.h"

namespace hoplab::aws::lab {

struct Prepared {
  http::Request request;
  ClientFacts client{.source_ip = "203.0.113.9",
                     .source_port = 40001,
                     .listener_port = 443,
                     .tls = true,
                     .tls_version = "TLSv1.3",
                     .tls_cipher = "TLS_AES_128_GCM_SHA256",
                     .mtls = nullptr,
                     .load_balancer_dns_name = "internal-lb-1.eu-west-1.elb.amazonaws.com",
                     .renamed = nullptr};
  model::LoadBalancerAttributes attributes;
  http::Version version = http::Version::http11;
  std::string_view authority;  // empty: that of the Host field

  /// Adds the fields and prepares the request; returns the status to answer, or 0.
  int run(std::initializer_list<http::Field> fields) {
    fill(request, fields, "/", version);
    if (!authority.empty()) request.authority = authority;
    Rng rng(1);
    return prepare_target_headers(request, client, attributes, kNow, rng);
  }
  [[nodiscard]] const http::Headers& headers() const { return request.headers; }

  /// The lines after X-Amzn-Trace-Id: what is left of the client's own.
  [[nodiscard]] std::string clients() const {
    const std::string lines = dump(request.headers);
    const auto trace = lines.find("X-Amzn-Trace-Id: ");
    return trace == std::string::npos ? lines : lines.substr(lines.find('\n', trace) + 1);
  }
};

/// The values of that name in any case, joined by " | ".
inline std::string any_case(const http::Headers& headers, std::string_view name) {
  std::string out;
  for (const http::Field& field : headers.fields()) {
    if (!iequals(field.name, name)) continue;
    if (!out.empty()) out += " | ";
    out += field.value;
  }
  return out;
}

}  // namespace hoplab::aws::lab
