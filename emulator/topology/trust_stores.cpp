#include "topology/trust_stores.h"

#include <malloc.h>

#include <algorithm>
#include <utility>

#include "base/file.h"

namespace hoplab::topology {

namespace {

/// Whether what it is made of may change although it does not.
bool uses_minted(const model::TrustStore& model) {
  return !model.ca_certificates.empty() ||
         std::ranges::any_of(model.revocations,
                             [](const auto& list) { return !list.authority.empty(); });
}

Result<void> add_bundle(const model::TrustStore& model, const Materials& materials,
                        pki::TrustStoreContents& contents) {
  for (const auto& name : model.ca_certificates) {
    contents.add_anchors(materials.authority(name).cert_pem());
  }
  for (const auto& path : model.ca_files) {
    auto pem = read_file(path);
    if (!pem) return Error{pem.error(), ErrorCode::unavailable};
    contents.add_anchors(pem.value());
  }
  if (!model.ca_pem.empty()) contents.add_anchors(model.ca_pem.text());
  return {};
}

}  // namespace

Result<TrustStores> TrustStores::build(const model::Topology& topology, const Materials& materials,
                                       std::int64_t now, const TrustStores* previous,
                                       MintMemory* memory) {
  TrustStores stores;
  for (std::size_t i = 0; i < topology.trust_stores.size(); ++i) {
    Store store;
    store.model = topology.trust_stores.share(i);
    const model::TrustStore& model = *store.model;
    const Store* const before = previous ? previous->find_store(model.name) : nullptr;
    if (before && before->model == store.model && !uses_minted(model)) {
      stores.stores_.emplace(model.name, *before);
      continue;
    }
    pki::TrustStoreContents contents;
    if (auto done = add_bundle(model, materials, contents); !done) return done.failure();
    for (const auto& list : model.revocations) {
      Result<std::string> pem = list.pem.text();
      if (!list.file.empty()) pem = read_file(list.file);
      if (!list.authority.empty()) {
        pem = materials.crl_of(list.authority, topology.pki, now, memory);
      }
      if (!pem) return Error{pem.error(), ErrorCode::unavailable};
      contents.revocations.push_back({list.revocation_id, std::move(pem).value()});
    }
    store.contents = pki::fingerprint_of(contents);
    if (before && before->contents == store.contents) {
      stores.stores_.emplace(model.name, *before);
      continue;
    }
    if (before) contents.generation = before->generation;
    store.generation = ++contents.generation;
    auto built = pki::TrustStore::build(contents);
    if (!built) {
      // AWS's name comes first where somebody asked for just this.
      return Error{previous ? built.error() : "trust store '" + model.name + "': " + built.error()};
    }
    store.bundle = std::move(contents.ca_bundle_pem);
    store.snapshot = std::move(built).value();
    stores.entries_read_ += store.snapshot->total_revoked_entries();
    stores.stores_.emplace(model.name, std::move(store));
  }
  return stores;
}

const TrustStores::Store* TrustStores::find_store(const std::string& name) const {
  const auto found = stores_.find(name);
  return found == stores_.end() ? nullptr : &found->second;
}

std::shared_ptr<const pki::TrustStore> TrustStores::find(const std::string& name) const {
  const Store* const store = find_store(name);
  return store ? store->snapshot : nullptr;
}

void give_back_memory(std::size_t entries_read) {
  constexpr std::size_t kWorthIt = 10'000;  // some megabytes
  if (entries_read >= kWorthIt) ::malloc_trim(0);
}

}  // namespace hoplab::topology
