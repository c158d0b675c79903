// hoplab verify: a client certificate's verdict without a connection.
#include "cli/commands.h"
#include "cli/terminal.h"
#include "offline/verification.h"
#include "offline/verify_inputs.h"

namespace hoplab::cli {

namespace {

/// With the verdict, which is its first line, in colour.
std::string painted(const offline::Verification& verification) {
  const std::string text = verification_text(verification);
  const auto end = text.find('\n');
  const Colour colour = verification.judgement.ok() ? Colour::green : Colour::red;
  return paint(colour, text.substr(0, end)) + text.substr(end);
}

int answer(const offline::VerifyInputs& inputs, bool json) {
  if (!inputs.store) return fail("no trust store: give --anchors, or --scenario and --listener");
  if (!inputs.chain) return fail("nothing to judge: give --chain, or --scenario and --certificate");
  const auto chain = read_chain(*inputs.chain);
  if (!chain) return fail(chain.error());
  const auto verification =
      verify_chain(*inputs.store, chain.value(), time_of(inputs), inputs.options);
  print(json ? verification_json(verification) : painted(verification));
  return verification.judgement.ok() ? 0 : 1;
}

}  // namespace

int verify(const offline::VerifyOptions& options) {
  offline::TrustStores stores;
  const auto inputs = read_inputs(options, stores);
  if (!inputs) return fail(inputs.error());
  if (options.batch) return verify_batch(inputs.value(), stores, print) ? 0 : 2;
  return answer(inputs.value(), options.json);
}

}  // namespace hoplab::cli
