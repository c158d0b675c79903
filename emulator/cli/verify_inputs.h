// What `hoplab verify` judges with and judges: as the command line says it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cli/commands.h"
#include "cli/pem_text.h"
#include "cli/trust_stores.h"
#include "pki/verdict.h"

namespace hoplab::cli {

struct VerifyInputs {
  std::vector<PemText> anchors;  // empty when a scenario's listener has the trust store
  std::vector<PemText> crls;
  TrustStores::Store store;      // null: none given
  std::optional<PemText> chain;
  std::optional<std::int64_t> time;  // not given: now, for each case
  pki::JudgeOptions options;
};

/// Reads the files and builds the trust store, with `stores` or from the scenario, which is minted as
/// `hoplab up` would now.
Result<VerifyInputs> read_inputs(const VerifyOptions& options, TrustStores& stores);

/// Seconds since the Unix epoch.
std::int64_t time_of(const VerifyInputs& inputs);

/// Answers the cases on standard input, a line of JSON each; the exit code.
int verify_batch(const VerifyInputs& inputs, TrustStores& stores);

}  // namespace hoplab::cli
