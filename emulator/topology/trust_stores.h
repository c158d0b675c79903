// The trust stores of a topology, as AWS's control plane keeps them: each a CA bundle and
// revocation lists under ids, changed as a whole or not at all.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
//
// A change makes a new snapshot; whoever uses the old one goes on with it. Errors begin with AWS's
// name. One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/topology.h"
#include "pki/trust_store.h"
#include "topology/materials.h"

namespace hoplab::topology {

class TrustStores {
 public:
  /// Minted authorities and lists come from `materials`; files are read. `now`: seconds since the
  /// Unix epoch.
  static Result<TrustStores> build(const model::Topology& topology, const Materials& materials,
                                   std::int64_t now);

  /// Null when there is none of that name.
  [[nodiscard]] std::shared_ptr<const pki::TrustStore> find(const std::string& name) const;
  /// The CA bundle of a store that exists, in PEM.
  [[nodiscard]] const std::string& bundle(const std::string& name) const {
    return stores_.at(name).contents.ca_bundle_pem;
  }
  [[nodiscard]] std::vector<std::string> names() const;

  /// ModifyTrustStore: replaces the bundle; the lists stay, so they must still fit it.
  Result<void> modify(const std::string& name, const std::string& ca_bundle_pem);
  /// AddTrustStoreRevocations: the ids that the lists got. An id is never used again.
  Result<std::vector<std::int64_t>> add_revocations(const std::string& name,
                                                    const std::vector<std::string>& crl_pems);
  /// RemoveTrustStoreRevocations.
  Result<void> remove_revocations(const std::string& name, const std::vector<std::int64_t>& ids);
  /// Ours: `crl_pem` takes the place of the list that `authority`, a minted one, had here.
  Result<void> renew_list(const std::string& name, const std::string& authority,
                          const std::string& crl_pem);

  /// When nobody uses a snapshot any more that a change replaced: the allocator keeps what a large
  /// list took, several times its size while it is read, and goes on keeping it; this gives it
  /// back.
  void give_back_memory();

 private:
  struct Store {
    pki::TrustStoreContents contents;
    std::int64_t last_id = 0;
    std::map<std::string, std::int64_t> minted_lists;  // revocation id by authority
    std::shared_ptr<const pki::TrustStore> snapshot;

    std::int64_t add(std::string crl_pem);
    bool remove(std::int64_t id);
  };

  /// Builds the snapshot of `changed` and puts it in the place of `name`.
  Result<void> settle(const std::string& name, Store changed);
  Result<Store> copy_of(const std::string& name) const;

  std::map<std::string, Store> stores_;
  std::size_t entries_read_ = 0;  // of lists, and given up, since memory was given back
};

}  // namespace hoplab::topology
