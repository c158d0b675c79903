// A revocation list taken apart: the serial numbers, and the list without them.
//
// As one object of OpenSSL's, a list of half a million entries (AWS's quota for a trust store)
// takes 200 MB in millions of small pieces, which the allocator then keeps. OpenSSL reads the
// entries here too, but one by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// In one block of memory.
class SerialNumbers {
 public:
  /// For the entries of a list that are so many bytes in DER: none is longer here.
  void reserve(std::size_t bytes) { packed_.reserve(bytes); }
  /// Their magnitude, most significant byte first; of at most 64 KB, beyond which no certificate
  /// goes.
  void add(std::string_view magnitude);
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return packed_.size() - 2 * count_; }

  template <class Use>
  void for_each(Use use) const {
    for (std::string_view rest = packed_; !rest.empty();) {
      const auto size = static_cast<std::size_t>(static_cast<unsigned char>(rest[0]) << 8 |
                                                 static_cast<unsigned char>(rest[1]));
      use(rest.substr(2, size));
      rest.remove_prefix(2 + size);
    }
  }

 private:
  std::string packed_;  // length (2), magnitude
  std::size_t count_ = 0;
};

struct RevocationParts {
  CrlPtr frame;                   // the list without entries; its signature does not fit it
  std::string_view signed_bytes;  // what the signature is on, in the text that was read
  std::size_t entries = 0;
  SerialNumbers serials;  // without negative ones: AWS, "cannot be revoked"
  std::string odd_entry;  // why the first entry is not taken as it stands; empty: all are
};

/// Takes a list in DER apart, all of which must be used; nothing when it is none. The text must
/// stay for as long as `signed_bytes` is used.
std::optional<RevocationParts> take_apart(std::string_view der);

/// Whether the list's signature is by `key`.
bool is_signed_by(const RevocationParts& parts, EVP_PKEY* key);

/// The extension's name if a list or an entry with it does not say what a whole list says: those of
/// delta, partitioned and indirect lists, and critical ones. Read as whole, such a list would
/// revoke too little or the wrong certificates.
std::optional<std::string> forbidden_extension(const X509_EXTENSION* extension);

}  // namespace hoplab::pki
