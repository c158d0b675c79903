#include "offline/trust_stores.h"

namespace hoplab::offline {

namespace {

/// So many that a batch rarely needs more, so few that large lists fit into memory.
constexpr std::size_t kKept = 256;

std::string names_of(const std::vector<PemText>& pems) {
  std::string names;
  for (const PemText& pem : pems) names += (names.empty() ? "" : " + ") + pem.name;
  return names;
}

}  // namespace

Result<TrustStores::Store> TrustStores::of(const std::vector<PemText>& anchors,
                                           const std::vector<PemText>& crls) {
  pki::TrustStoreContents contents;
  for (const PemText& pem : anchors) contents.add_anchors(pem.text);
  for (const PemText& pem : crls) contents.add_list(pem.text);
  const auto fingerprint = pki::fingerprint_of(contents);
  auto known = built_.find(fingerprint);
  if (known == built_.end()) {
    if (built_.size() >= kKept) built_.clear();
    known = built_.emplace(fingerprint, pki::TrustStore::build(contents)).first;
  }
  const Result<Store>& store = known->second;
  if (store) return store;
  const bool bundle = store.error().starts_with("InvalidCaCertificatesBundle");
  return Error{names_of(bundle ? anchors : crls) + ": " + store.error()};
}

}  // namespace hoplab::offline
