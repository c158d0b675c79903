// Trust stores of the command line's files, built once for the same contents.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <vector>

#include "offline/pem_text.h"
#include "pki/trust_store.h"

namespace hoplab::offline {

class TrustStores {
 public:
  using Store = std::shared_ptr<const pki::TrustStore>;

  /// The store of `anchors`, one after the other, and of `crls` with the revocation ids 1, 2, 3...
  /// An error is AWS's text after the names of the files that it is about.
  Result<Store> of(const std::vector<PemText>& anchors, const std::vector<PemText>& crls);

 private:
  std::map<std::array<unsigned char, 32>, Result<Store>> built_;  // by fingerprint_of()
};

}  // namespace hoplab::offline
