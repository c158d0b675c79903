// The certificates of `hoplab pki`: those of scenarios/private-api-mtls.json, to be minted.
#pragma once

#include <string>
#include <vector>

#include "model/topology.h"

namespace hoplab::offline {

struct PkiOptions {
  std::string out;
  std::vector<std::string> server_names{"api.example.com"};
  std::string subject_suffix = "O=Example";     // after "CN=...,"; may be empty
  std::string key_algorithm = "EC_prime256v1";  // ACM's names
  std::string ca_key_algorithm = "EC_prime256v1";
  bool intermediate = false;
  bool force = false;
  bool json = false;
};

/// Its "pki" section, and the trust store kTrustStore of all authorities but kUntrustedCa.
model::Topology sample_pki(const PkiOptions& options);

inline constexpr const char* kTrustStore = "trust-store";
inline constexpr const char* kUntrustedCa = "another-ca";

}  // namespace hoplab::offline
