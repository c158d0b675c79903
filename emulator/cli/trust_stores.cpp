#include "cli/trust_stores.h"

#include <array>
#include <cstdint>

namespace hoplab::cli {

namespace {

/// So many that a batch rarely needs more, so few that large lists fit into memory.
constexpr std::size_t kKept = 256;

std::string digest_of(const pki::TrustStoreContents& contents) {
  const std::unique_ptr<EVP_MD_CTX, pki::Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  const auto add = [&context](const std::string& text) {
    const std::uint64_t size = text.size();
    EVP_DigestUpdate(context.get(), &size, sizeof size);
    EVP_DigestUpdate(context.get(), text.data(), text.size());
  };
  add(contents.ca_bundle_pem);
  for (const auto& revocation : contents.revocations) add(revocation.crl_pem);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string names_of(const std::vector<PemText>& pems) {
  std::string names;
  for (const PemText& pem : pems) names += (names.empty() ? "" : " + ") + pem.name;
  return names;
}

}  // namespace

Result<TrustStores::Store> TrustStores::of(const std::vector<PemText>& anchors,
                                           const std::vector<PemText>& crls) {
  pki::TrustStoreContents contents;
  for (const PemText& pem : anchors) {
    contents.ca_bundle_pem += pem.text;
    // Else the END line and the next file's BEGIN line would become one.
    if (!pem.text.empty() && !pem.text.ends_with('\n')) contents.ca_bundle_pem += '\n';
  }
  std::int64_t revocation_id = 0;
  for (const PemText& pem : crls) contents.revocations.push_back({++revocation_id, pem.text});
  const std::string digest = digest_of(contents);
  auto known = built_.find(digest);
  if (known == built_.end()) {
    if (built_.size() >= kKept) built_.clear();
    known = built_.emplace(digest, pki::TrustStore::build(contents)).first;
  }
  const Result<Store>& store = known->second;
  if (store) return store;
  const bool bundle = store.error().starts_with("InvalidCaCertificatesBundle");
  return Error{names_of(bundle ? anchors : crls) + ": " + store.error()};
}

}  // namespace hoplab::cli
