// The trust stores of a topology, as what verify-mode listeners judge by: snapshots, each built of
// a CA bundle and revocation lists.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
//
// Immutable once built. Errors begin with AWS's name.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "model/topology.h"
#include "pki/trust_store.h"
#include "topology/materials.h"

namespace hoplab::topology {

class TrustStores {
 public:
  /// Minted authorities and lists come from `materials`; files are read. `now`: seconds since the
  /// Unix epoch. A store whose contents are those of `previous` keeps its snapshot.
  static Result<TrustStores> build(const model::Topology& topology, const Materials& materials,
                                   std::int64_t now, const TrustStores* previous = nullptr,
                                   MintMemory* memory = nullptr);

  /// Null when there is none of that name.
  [[nodiscard]] std::shared_ptr<const pki::TrustStore> find(const std::string& name) const;
  /// The CA bundle of a store that exists, in PEM.
  [[nodiscard]] const std::string& bundle(const std::string& name) const {
    return stores_.at(name).bundle;
  }
  /// Entries of lists that were read for this, and not for `previous`.
  [[nodiscard]] std::size_t entries_read() const noexcept { return entries_read_; }

 private:
  using Fingerprint = std::array<unsigned char, 32>;
  struct Store {
    std::shared_ptr<const model::TrustStore> model;
    std::string bundle;
    Fingerprint contents{};
    std::uint64_t generation = 0;
    std::shared_ptr<const pki::TrustStore> snapshot;
  };

  [[nodiscard]] const Store* find_store(const std::string& name) const;

  std::map<std::string, Store> stores_;
  std::size_t entries_read_ = 0;
};

/// The allocator keeps what a large list took, several times its size while it is read, and goes on
/// keeping it: this gives it back after `entries_read` entries.
void give_back_memory(std::size_t entries_read);

}  // namespace hoplab::topology
