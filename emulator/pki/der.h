// DER (X.690): taking it apart without decoding what is in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hoplab::pki {

struct DerElement {
  bool is_sequence = false;
  std::string_view whole, content;
};

/// The first element of `from`, which loses it; nothing if there is none that is whole.
std::optional<DerElement> take_der_element(std::string_view& from);

/// The SEQUENCE number `number`, from 1, of those in `fields`, at the top; nothing: there are
/// fewer.
std::optional<DerElement> nth_sequence(std::string_view fields, int number);

/// What names the certificate's file in a folder of authorities, as `openssl rehash` does: the hash
/// of its subject, eight hex digits. Empty: it is no certificate.
std::string subject_hash(std::string_view certificate);

}  // namespace hoplab::pki
