#include "topology/trust_stores.h"

#include <malloc.h>

#include <utility>

#include "base/file.h"

namespace hoplab::topology {

std::int64_t TrustStores::Store::add(std::string crl_pem) {
  contents.revocations.push_back({++last_id, std::move(crl_pem)});
  return last_id;
}

bool TrustStores::Store::remove(std::int64_t id) {
  return std::erase_if(contents.revocations,
                       [id](const auto& one) { return one.revocation_id == id; }) > 0;
}

Result<TrustStores> TrustStores::build(const model::Topology& topology, const Materials& materials,
                                       std::int64_t now) {
  TrustStores stores;
  for (const auto& model : topology.trust_stores) {
    Store store;
    for (const auto& name : model.ca_certificates) {
      store.contents.add_anchors(materials.authority(name).cert_pem());
    }
    for (const auto& path : model.ca_files) {
      auto pem = read_file(path);
      if (!pem) return Error{pem.error()};
      store.contents.add_anchors(pem.value());
    }
    for (const auto& name : model.revocations) {
      auto crl = materials.crl_of(name, topology.pki, now);
      if (!crl) return Error{crl.error()};
      store.minted_lists[name] = store.add(std::move(crl).value());
    }
    for (const auto& path : model.revocation_files) {
      auto pem = read_file(path);
      if (!pem) return Error{pem.error()};
      store.add(std::move(pem).value());
    }
    if (auto settled = stores.settle(model.name, std::move(store)); !settled) {
      return Error{"trust store '" + model.name + "': " + settled.error()};
    }
  }
  return stores;
}

std::shared_ptr<const pki::TrustStore> TrustStores::find(const std::string& name) const {
  const auto found = stores_.find(name);
  return found == stores_.end() ? nullptr : found->second.snapshot;
}

std::vector<std::string> TrustStores::names() const {
  std::vector<std::string> names;
  for (const auto& [name, store] : stores_) names.push_back(name);
  return names;
}

Result<void> TrustStores::modify(const std::string& name, const std::string& ca_bundle_pem) {
  auto store = copy_of(name);
  if (!store) return Error{store.error()};
  store.value().contents.ca_bundle_pem = ca_bundle_pem;
  return settle(name, std::move(store).value());
}

Result<std::vector<std::int64_t>> TrustStores::add_revocations(
    const std::string& name, const std::vector<std::string>& crl_pems) {
  auto store = copy_of(name);
  if (!store) return Error{store.error()};
  std::vector<std::int64_t> ids;
  for (const std::string& pem : crl_pems) ids.push_back(store.value().add(pem));
  if (auto settled = settle(name, std::move(store).value()); !settled)
    return Error{settled.error()};
  return ids;
}

Result<void> TrustStores::remove_revocations(const std::string& name,
                                             const std::vector<std::int64_t>& ids) {
  auto store = copy_of(name);
  if (!store) return Error{store.error()};
  for (const std::int64_t id : ids) {
    if (!store.value().remove(id)) {
      return Error{"RevocationIdNotFound: trust store '" + name + "' has no revocation " +
                   std::to_string(id)};
    }
  }
  return settle(name, std::move(store).value());
}

Result<void> TrustStores::renew_list(const std::string& name, const std::string& authority,
                                     const std::string& crl_pem) {
  auto store = copy_of(name);
  if (!store) return Error{store.error()};
  auto& minted = store.value().minted_lists;
  if (const auto before = minted.find(authority); before != minted.end()) {
    store.value().remove(before->second);  // perhaps removed by hand already
  }
  minted[authority] = store.value().add(crl_pem);
  return settle(name, std::move(store).value());
}

Result<TrustStores::Store> TrustStores::copy_of(const std::string& name) const {
  const auto found = stores_.find(name);
  if (found == stores_.end()) {
    std::string existing;
    for (const auto& [other, store] : stores_) existing += (existing.empty() ? "" : ", ") + other;
    return Error{"TrustStoreNotFound: there is no trust store '" + name + "'" +
                 (existing.empty() ? "" : "; there is " + existing)};
  }
  return found->second;
}

Result<void> TrustStores::settle(const std::string& name, Store changed) {
  ++changed.contents.generation;
  auto built = pki::TrustStore::build(changed.contents);
  if (!built) return Error{built.error()};
  if (changed.snapshot) entries_read_ += changed.snapshot->total_revoked_entries();
  changed.snapshot = std::move(built).value();
  entries_read_ += changed.snapshot->total_revoked_entries();
  stores_.insert_or_assign(name, std::move(changed));
  return {};
}

void TrustStores::give_back_memory() {
  constexpr std::size_t kWorthIt = 10'000;  // some megabytes
  if (std::exchange(entries_read_, 0) >= kWorthIt) ::malloc_trim(0);
}

}  // namespace hoplab::topology
