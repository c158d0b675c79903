// Who asks an API: facts of the connection to its endpoint.
#pragma once

#include <string>
#include <string_view>

namespace hoplab::aws {

/// How the client's leg to the endpoint is encrypted, as x-amzn-tls-version and
/// x-amzn-cipher-suite say it.
struct LegTls {
  std::string_view version = "TLSv1.2";
  std::string_view cipher_suite = "ECDHE-RSA-AES128-GCM-SHA256";
};

struct Caller {
  std::string source_ip;  // the TCP peer: an ALB node
  std::string vpce_id;    // the execute-api endpoint
  std::string vpc_id;     // its VPC
  LegTls tls = {};
  std::string policy_url = {};  // x-amzn-vpce-policy-url; empty: the endpoint's policy is AWS's
};

}  // namespace hoplab::aws
