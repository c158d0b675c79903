#include "offline/pem_text.h"

#include <algorithm>
#include <string_view>

#include "base/file.h"
#include "pki/import.h"
#include "pki/lean_library.h"
#include "pki/pem.h"

namespace hoplab::offline {

namespace {

/// `text` with the lines outside CERTIFICATE blocks emptied: an old encrypted key has lines that
/// pem_decode() would refuse. Line numbers stay.
std::string certificates_only(std::string_view text) {
  std::string kept;
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);  // as OpenSSL reads PEM
    inside = inside || line == "-----BEGIN CERTIFICATE-----";
    if (inside) kept += line;
    kept += '\n';
    if (line.starts_with("-----END ")) inside = false;
  }
  return kept;
}

/// As OpenSSL reads it in a verify-mode listener's handshake.
pki::CertificatePtr decode(std::string_view der) {
  const pki::ErrorQueueGuard guard;
  return pki::certificate_in(pki::lean_library(), der);
}

}  // namespace

Result<PemText> read_pem(const std::string& path) {
  auto text = read_file(path);
  if (!text) return Error{text.error()};
  return PemText{path, std::move(text).value()};
}

Result<std::vector<PemText>> read_pems(const std::vector<std::string>& paths) {
  std::vector<PemText> pems;
  for (const std::string& path : paths) {
    auto pem = read_pem(path);
    if (!pem) return Error{pem.error()};
    pems.push_back(std::move(pem).value());
  }
  return pems;
}

Result<PresentedChain> read_chain(const PemText& pem) {
  auto blocks = pki::pem_decode(certificates_only(pem.text), pki::PemSurroundings::anything);
  if (!blocks) return Error{pem.name + ": " + blocks.error()};
  if (blocks.value().empty()) {
    const char* hint = "";
    if (pki::is_pkcs12(pem.text)) {
      hint = "; it looks like PKCS#12, so make it PEM with openssl pkcs12 -nokeys";
    } else if (pem.text.starts_with('\x30')) {
      hint = "; it looks like DER, so make it PEM with openssl x509 -inform DER";
    }
    return Error{pem.name + ": there is no PEM block of type CERTIFICATE in it" + hint};
  }
  PresentedChain chain;
  chain.certificates.reset(sk_X509_new_null());
  constexpr std::size_t kLengthField = 3;
  for (const pki::PemBlock& block : blocks.value()) chain.bytes += block.der.size() + kLengthField;
  for (const pki::PemBlock& block : blocks.value()) {
    pki::CertificatePtr certificate = decode(block.der);
    if (!certificate) {
      chain.unreadable = {sk_X509_num(chain.certificates.get()), block.line};
      return chain;
    }
    sk_X509_push(chain.certificates.get(), certificate.release());
  }
  return chain;
}

}  // namespace hoplab::offline
