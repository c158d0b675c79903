#include "scenario/checks/header_expectation.h"

#include "base/ascii.h"
#include "base/file.h"
#include "base/glob.h"
#include "http/secrets.h"
#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/pem.h"

namespace hoplab::scenario {

namespace {

/// The text that an ALB writes for a certificate of this run, read back from its PEM file.
std::string certificate_value(const HeaderExpectation& expected, const Emulator& emulator) {
  const auto file = read_file(emulator.certificates().at(expected.value).cert);
  if (!file) return {};
  const std::string& pem = file.value();
  if (expected.kind == HeaderExpectation::Kind::chain_of) return pki::url_encode_pem(pem);
  const auto blocks = pki::pem_decode(pem, pki::PemSurroundings::anything);
  if (!blocks || blocks.value().empty()) return {};
  const auto leaf = pki::certificate_from_der(blocks.value().front().der);
  switch (expected.kind) {
    case HeaderExpectation::Kind::leaf_of:
      return pki::url_encode_pem(pki::certificate_pem(leaf.get()));
    case HeaderExpectation::Kind::serial_of: return pki::serial_text(leaf.get());
    case HeaderExpectation::Kind::subject_of: return pki::subject_text(leaf.get());
    case HeaderExpectation::Kind::issuer_of: return pki::issuer_text(leaf.get());
    case HeaderExpectation::Kind::validity_of: return pki::validity_text(leaf.get());
    default: return {};
  }
}

}  // namespace

std::string mismatch(const HeaderExpectation& expected,
                     const std::vector<std::pair<std::string, std::string>>& headers,
                     const Emulator& emulator, bool shown) {
  using Kind = HeaderExpectation::Kind;
  const std::string wanted =
      expected.names_certificate() ? certificate_value(expected, emulator) : expected.value;
  bool present = false;
  std::string last;
  for (const auto& [name, value] : headers) {
    if (!iequals(name, expected.name)) continue;
    present = true;
    last = value;
    if (expected.kind == Kind::present) return {};
    if (expected.kind == Kind::like && glob_match(wanted, value)) return {};
    if (expected.kind != Kind::like && expected.kind != Kind::absent && value == wanted) return {};
  }
  const auto text = [shown](const std::string& value) {
    return shown ? value : std::string(http::kMasked);
  };
  if (expected.kind == Kind::absent) {
    return present ? "header " + expected.name + ": expected none, saw " + text(last) : "";
  }
  return "header " + expected.name + ": expected " +
         (expected.kind == Kind::present ? "one" : text(wanted)) + ", saw " +
         (present ? text(last) : "none");
}

}  // namespace hoplab::scenario
