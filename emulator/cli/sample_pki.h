// The certificates of `hoplab pki`: those of scenarios/private-api-mtls.json, to be minted.
#pragma once

#include "cli/commands.h"
#include "model/topology.h"

namespace hoplab::cli {

/// Its "pki" section, and the trust store kTrustStore of all authorities but kUntrustedCa.
model::Topology sample_pki(const PkiOptions& options);

inline constexpr const char* kTrustStore = "trust-store";
inline constexpr const char* kUntrustedCa = "another-ca";

}  // namespace hoplab::cli
