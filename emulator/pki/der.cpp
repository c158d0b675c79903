#include "pki/der.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include <cstdio>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

std::optional<DerElement> take_der_element(std::string_view& from) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(from.data());
  const unsigned char* at = begin;
  long length = 0;
  int tag = 0;
  int kind = 0;
  const int form = ASN1_get_object(&at, &length, &tag, &kind, static_cast<long>(from.size()));
  // 0x80: an error. 1: no length (BER), which DER does not have.
  if (from.empty() || (form & 0x80) != 0 || (form & 1) != 0) return std::nullopt;
  const auto header = static_cast<std::size_t>(at - begin);
  const auto size = static_cast<std::size_t>(length);
  const bool is_sequence =
      kind == V_ASN1_UNIVERSAL && tag == V_ASN1_SEQUENCE && (form & V_ASN1_CONSTRUCTED) != 0;
  DerElement element{is_sequence, from.substr(0, header + size), from.substr(header, size)};
  from.remove_prefix(header + size);
  return element;
}

std::optional<DerElement> nth_sequence(std::string_view fields, int number) {
  int sequences = 0;
  while (const auto field = take_der_element(fields)) {
    if (field->is_sequence && ++sequences == number) return field;
  }
  return std::nullopt;
}

std::string subject_hash(std::string_view certificate) {
  // RFC 5280 4.1: after the algorithm, the issuer and the validity.
  constexpr int kSubject = 4;
  const auto whole = take_der_element(certificate);
  const auto signed_part = whole ? nth_sequence(whole->content, 1) : std::nullopt;
  const auto subject = signed_part ? nth_sequence(signed_part->content, kSubject) : std::nullopt;
  if (!subject) return {};
  const auto* at = reinterpret_cast<const unsigned char*>(subject->whole.data());
  const std::unique_ptr<X509_NAME, Free<X509_NAME_free>> name(
      d2i_X509_NAME(nullptr, &at, static_cast<long>(subject->whole.size())));
  if (!name) return {};
  char hash[16];
  std::snprintf(hash, sizeof hash, "%08lx",
                X509_NAME_hash_ex(name.get(), nullptr, nullptr, nullptr));
  return hash;
}

}  // namespace hoplab::pki
