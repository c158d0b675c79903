#include "offline/verify_inputs.h"

#include "base/clock.h"
#include "base/time_text.h"
#include "offline/scenario_listener.h"
#include "scenario/format/reader.h"

namespace hoplab::offline {

namespace {

Result<void> take_listener(const VerifyOptions& options, VerifyInputs& inputs) {
  auto read = scenario::read_scenario({options.scenario, options.overlays, options.settings});
  if (!read.ok()) {
    std::string mistakes = scenario::to_text(read.diagnostics);
    mistakes.pop_back();  // the last line end
    return Error{options.scenario + " has mistakes\n" + mistakes};
  }
  auto listener = scenario_listener(read.scenario->topology, options.listener, options.certificate,
                                    Clock().now());
  if (!listener) return Error{options.scenario + ": " + listener.error()};
  inputs.store = listener.value().trust_store;
  const bool ignore_expiry = inputs.options.ignore_expiry;
  const bool refuse_outdated_crl = inputs.options.refuse_outdated_crl;
  inputs.options = std::move(listener.value().options);
  inputs.options.ignore_expiry |= ignore_expiry;
  inputs.options.refuse_outdated_crl |= refuse_outdated_crl;
  if (!options.certificate.empty()) {
    inputs.chain = {"certificate '" + options.certificate + "'", listener.value().chain_pem};
  }
  return {};
}

Result<void> take_files(const VerifyOptions& options, TrustStores& stores, VerifyInputs& inputs) {
  auto anchors = read_pems(options.anchors);
  if (!anchors) return Error{anchors.error()};
  auto crls = read_pems(options.crls);
  if (!crls) return Error{crls.error()};
  inputs.anchors = std::move(anchors).value();
  inputs.crls = std::move(crls).value();
  if (inputs.anchors.empty()) return {};
  auto store = stores.of(inputs.anchors, inputs.crls);
  if (!store) return Error{store.error()};
  inputs.store = std::move(store).value();
  return {};
}

}  // namespace

Result<VerifyInputs> read_inputs(const VerifyOptions& options, TrustStores& stores) {
  VerifyInputs inputs;
  inputs.options = {.ignore_expiry = options.ignore_expiry,
                    .refuse_outdated_crl = options.refuse_outdated_crl};
  if (!options.time.empty()) {
    inputs.time = parse_time(options.time);
    if (!inputs.time) return Error{"--time '" + options.time + "': " + kTimeForms};
  }
  if (!options.chain.empty()) {
    auto chain = read_pem(options.chain);
    if (!chain) return Error{chain.error()};
    inputs.chain = std::move(chain).value();
  }
  auto taken = options.scenario.empty() ? take_files(options, stores, inputs)
                                        : take_listener(options, inputs);
  if (!taken) return Error{taken.error()};
  return inputs;
}

std::int64_t time_of(const VerifyInputs& inputs) {
  return inputs.time ? *inputs.time : epoch_seconds(Clock().now());
}

}  // namespace hoplab::offline
