// What a scenario of the casebook says of itself: a symptom as people see it, and what is behind
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/topology.h"
#include "scenario/casebook/sign.h"
#include "scenario/checks/check.h"

namespace hoplab::scenario {

struct Case {
  std::vector<std::string> symptoms;  // lines as clients, logs and monitors print them
  std::vector<Sign> signs;            // facts by which it is known
  std::string cause;
  std::string hop;                   // where on the path, in words
  std::string tell_apart;            // from cases that look alike
  std::vector<std::string> metrics;  // AWS's metrics and logs to look at
  std::string fix;                   // on AWS
  std::vector<std::string> facts;    // where this is from: an AWS page, a public issue
  // When it is likelier than others that look alike; empty: always.
  std::vector<TlsVersion> tls;
  std::vector<model::MutualAuthenticationMode> mutual_tls;
  std::optional<std::int64_t> after_s;
};

}  // namespace hoplab::scenario
