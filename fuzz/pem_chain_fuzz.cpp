// libFuzzer target: the PEM file that `hoplab verify --chain` and `hoplab cert` read, up to what
// they print.
//
// Checks, beside memory safety: blocks survive being written and read again; what AWS's bundle rule
// allows, the lax rule reads alike; text around the blocks, the kind of line ends and white space
// behind lines change nothing; what is printed keeps its lines, and its JSON says the same.
#include <nlohmann/json.hpp>
#include <string>

#include "authority.h"
#include "aws/alb/mtls_headers.h"
#include "der_mutator.h"
#include "offline/verification.h"
#include "pki/certificate_text.h"

namespace {

using namespace hoplab;
using namespace hoplab::fuzz;

void check_blocks(std::string_view text) {
  const auto lax = pki::pem_decode(text, pki::PemSurroundings::anything);
  const auto strict = pki::pem_decode(text, pki::PemSurroundings::comments_only);
  if (!lax.ok()) {
    check(!strict.ok() && lax.error().starts_with("line "));
    return;
  }
  check(!strict.ok() || strict.value().size() == lax.value().size());
  std::string written;
  for (const auto& block : lax.value()) written += pki::pem_encode(block.label, block.der);
  const auto again = pki::pem_decode(written, pki::PemSurroundings::comments_only);
  check(again.ok() && again.value().size() == lax.value().size());
  for (std::size_t i = 0; i < lax.value().size(); ++i) {
    check(again.value()[i].label == lax.value()[i].label);
    check(again.value()[i].der == lax.value()[i].der);
    if (strict.ok()) check(strict.value()[i].der == lax.value()[i].der);
  }
}

/// The same file with a line more in front, CRLF line ends and white space behind each line.
std::string in_other_clothes(const std::string& text) {
  std::string out = "Bag Attributes \t\r\n";
  for (const char c : text) out += c == '\n' ? std::string(" \t\r\n") : std::string(1, c);
  return out;
}

void check_same(const Result<offline::PresentedChain>& chain,
                const Result<offline::PresentedChain>& other) {
  check(other.ok() == chain.ok());
  if (!chain.ok()) return;
  check(pki::chain_pem(other.value().certificates.get()) ==
        pki::chain_pem(chain.value().certificates.get()));
  const auto& a = chain.value().unreadable;
  const auto& b = other.value().unreadable;
  check(a.has_value() == b.has_value());
  if (a) check(a->index == b->index && a->line + 1 == b->line);
}

void check_report(const offline::PresentedChain& chain) {
  static const auto store = authority_store(true);
  const auto verification = offline::verify_chain(*store, chain, kNow, {});
  const std::string text = offline::verification_text(verification);
  check(std::ranges::count(text, '\n') == 4 && text.ends_with('\n'));
  const std::string line = offline::verification_json(verification, "\"an id\"");
  check(std::ranges::count(line, '\n') == 1 && line.ends_with('\n'));
  const auto json = nlohmann::json::parse(line, nullptr, false);
  check(json.is_object() && json["id"] == "an id");
  check(json["verdict"] == (verification.judgement.ok() ? "ACCEPT" : "REJECT"));
  check(json["reason"] == verification.judgement.reason);
  saw(static_cast<std::uint64_t>(verification.judgement.status));
}

void check_headers(const offline::PresentedChain& chain) {
  const auto& names = model::kAwsRequestHeaderNames;
  for (const auto& headers : {aws::verify_headers(chain.leaf(), names),
                              aws::passthrough_headers(chain.certificates.get(), names)}) {
    for (const auto& field : headers.fields) check(is_printable(field.value));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_blocks(text);
  const auto chain = offline::read_chain({"chain.pem", text});
  check_same(chain, offline::read_chain({"chain.pem", in_other_clothes(text)}));
  if (!chain.ok()) {
    check(chain.error().starts_with("chain.pem: "));
    saw(std::hash<std::string>()(chain.error()) % 64);
    return 0;
  }
  const auto& unreadable = chain.value().unreadable;
  if (unreadable) check(unreadable->index == sk_X509_num(chain.value().certificates.get()));
  check_report(chain.value());
  if (!unreadable) check_headers(chain.value());
  check(ERR_peek_error() == 0);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  return mutate_pem_input(data, size, max_size, seed, certificate_signed_again);
}
