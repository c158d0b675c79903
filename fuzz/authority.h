// The fixed PKI in fuzz/pki that the targets judge by. One key signs everything in it, so whatever
// a mutator signs again with that key has a good signature, whoever its issuer is.
#pragma once

#include <openssl/pem.h>

#include <string>

#include "base/file.h"
#include "check.h"
#include "pki/pem.h"
#include "pki/trust_store.h"

namespace hoplab::fuzz {

/// "root", "intermediate" (issued by root), "client" (issued by root) or "list" (root's, with the
/// serials that fuzz/seeds gives to those that are to be revoked).
inline std::string authority_pem(const std::string& name) {
  auto text = read_file(std::string(HOPLAB_FUZZ_PKI "/") + name + ".pem");
  check(text.ok());
  return std::move(text).value();
}

inline pki::CertificatePtr authority_certificate(const std::string& name) {
  const auto blocks = pki::pem_decode(authority_pem(name), pki::PemSurroundings::comments_only);
  check(blocks.ok() && blocks.value().size() == 1);
  return pki::certificate_from_der(blocks.value().front().der);
}

inline EVP_PKEY* authority_key() {
  static const pki::KeyPtr key = [] {
    const std::string pem = authority_pem("key");
    const pki::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return pki::KeyPtr(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  }();
  check(key != nullptr);
  return key.get();
}

/// Of root and intermediate.
inline std::shared_ptr<const pki::TrustStore> authority_store(bool with_list) {
  pki::TrustStoreContents contents;
  contents.add_anchors(authority_pem("root"));
  contents.add_anchors(authority_pem("intermediate"));
  if (with_list) contents.add_list(authority_pem("list"));
  auto store = pki::TrustStore::build(contents);
  check(store.ok());
  return std::move(store).value();
}

// All of fuzz/pki is valid from 2020 to 2120, the list to 2110.
inline constexpr std::int64_t kBefore = 1262304000;        // 2010-01-01
inline constexpr std::int64_t kNow = 4102444800;           // 2100-01-01
inline constexpr std::int64_t kListOutdated = 4575744000;  // 2115-01-01
inline constexpr std::int64_t kAfter = 5049129600;         // 2130-01-01

}  // namespace hoplab::fuzz
