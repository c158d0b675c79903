// What `hoplab verify` judges with and judges: as the command line says it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offline/pem_text.h"
#include "offline/trust_stores.h"
#include "pki/verdict.h"

namespace hoplab::offline {

struct VerifyOptions {
  std::vector<std::string> anchors;   // PEM files; together they are the trust store's bundle
  std::vector<std::string> crls;      // PEM files, one list each
  std::string chain;                  // PEM file, leaf first
  std::string scenario;               // instead of anchors and crls, with a listener
  std::vector<std::string> overlays;  // over the scenario
  std::map<std::string, std::string> settings;
  std::string listener;     // load balancer's name, ":port" if need be
  std::string certificate;  // instead of chain: one of the scenario's
  std::string time;         // empty: now
  bool ignore_expiry = false;
  bool refuse_outdated_crl = false;
  bool json = false;
  bool batch = false;
};

struct VerifyInputs {
  std::vector<PemText> anchors;  // empty when a scenario's listener has the trust store
  std::vector<PemText> crls;
  TrustStores::Store store;  // null: none given
  std::optional<PemText> chain;
  std::optional<std::int64_t> time;  // not given: now, for each case
  pki::JudgeOptions options;
};

/// Reads the files and builds the trust store, with `stores` or from the scenario, which is minted
/// as `hoplab up` would now.
Result<VerifyInputs> read_inputs(const VerifyOptions& options, TrustStores& stores);

/// Seconds since the Unix epoch.
std::int64_t time_of(const VerifyInputs& inputs);

/// Answers the cases on standard input, a line of JSON each, and gives each answer to `print`.
/// False when a case could not be judged.
bool verify_batch(const VerifyInputs& inputs, TrustStores& stores,
                  const std::function<void(std::string_view)>& print);

}  // namespace hoplab::offline
