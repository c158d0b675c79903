// See revocation_entries.h.
#include "pki/revocation_entries.h"

#include <openssl/asn1t.h>
#include <openssl/obj_mac.h>

#include "pki/certificate_text.h"
#include "pki/der.h"
#include "pki/lean_library.h"

namespace hoplab::pki {
namespace {

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string sequence(std::string_view first, std::string_view second) {
  const int length = static_cast<int>(first.size() + second.size());
  std::string out(static_cast<std::size_t>(ASN1_object_size(1, length, V_ASN1_SEQUENCE) - length),
                  '\0');
  auto* at = reinterpret_cast<unsigned char*>(out.data());
  ASN1_put_object(&at, 1, length, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
  return out.append(first).append(second);
}

/// revokedCertificates is the third SEQUENCE of a TBSCertList, after the algorithm and the issuer's
/// name (RFC 5280 section 5.1); empty when there is none.
std::optional<DerElement> find_entries(std::string_view fields) {
  int sequences = 0;
  while (!fields.empty()) {
    const auto field = take_der_element(fields);
    if (!field) return std::nullopt;
    if (field->is_sequence && ++sequences == 3) return field;
  }
  return DerElement{true, fields, fields};
}

CrlPtr read_frame(const std::string& der) {
  const unsigned char* at = raw(der);
  CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  const bool whole = crl != nullptr && at == raw(der) + der.size();
  // OpenSSL takes some elements for a SEQUENCE that are none in DER; then they are not where they
  // should be.
  const bool empty = whole && sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl.get())) <= 0;
  return empty ? std::move(crl) : nullptr;
}

std::string why_odd(const X509_REVOKED* entry) {
  for (int i = 0; i < X509_REVOKED_get_ext_count(entry); ++i) {
    if (const auto name = forbidden_extension(X509_REVOKED_get_ext(entry, i))) {
      return "the entry " + serial_text(X509_REVOKED_get0_serialNumber(entry)) +
             " has the extension \"" + *name + "\", which is not supported";
    }
  }
  return {};
}

void add_entry(const X509_REVOKED* entry, RevocationParts& parts) {
  ++parts.entries;
  if (parts.odd_entry.empty()) parts.odd_entry = why_odd(entry);
  const ASN1_INTEGER* serial = X509_REVOKED_get0_serialNumber(entry);
  if ((ASN1_STRING_type(serial) & V_ASN1_NEG) != 0) return;
  parts.serials.add({reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                     static_cast<std::size_t>(ASN1_STRING_length(serial))});
}

bool read_entries(std::string_view content, RevocationParts& parts) {
  const unsigned char* at = raw(content);
  const unsigned char* end = at + content.size();
  parts.serials.reserve(content.size());
  while (at != end) {
    const std::unique_ptr<X509_REVOKED, Free<X509_REVOKED_free>> entry(
        d2i_X509_REVOKED(nullptr, &at, static_cast<long>(end - at)));
    if (entry == nullptr) return false;
    add_entry(entry.get(), parts);
  }
  return true;
}

}  // namespace

void SerialNumbers::add(std::string_view magnitude) {
  if (magnitude.size() > 0xffff) return;
  packed_ += static_cast<char>(magnitude.size() >> 8);
  packed_ += static_cast<char>(magnitude.size() & 0xff);
  packed_ += magnitude;
  ++count_;
}

std::optional<RevocationParts> take_apart(std::string_view der) {
  const ErrorQueueGuard guard;
  const auto outer = take_der_element(der);
  if (!outer || !outer->is_sequence || !der.empty()) return std::nullopt;
  std::string_view behind = outer->content;
  const auto tbs = take_der_element(behind);
  if (!tbs || !tbs->is_sequence) return std::nullopt;
  const auto entries = find_entries(tbs->content);
  if (!entries) return std::nullopt;
  const auto before = static_cast<std::size_t>(entries->whole.data() - tbs->content.data());
  const std::string_view after = tbs->content.substr(before + entries->whole.size());
  RevocationParts parts;
  parts.signed_bytes = tbs->whole;
  parts.frame = read_frame(sequence(sequence(tbs->content.substr(0, before), after), behind));
  if (parts.frame == nullptr || !read_entries(entries->content, parts)) return std::nullopt;
  return parts;
}

bool is_signed_by(const RevocationParts& parts, EVP_PKEY* key) {
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(parts.frame.get(), &signature, &algorithm);
  // As a SEQUENCE that is written already: OpenSSL takes the bytes as they are, and only reads
  // them.
  const ASN1_STRING bytes{static_cast<int>(parts.signed_bytes.size()), V_ASN1_SEQUENCE,
                          const_cast<unsigned char*>(raw(parts.signed_bytes)), 0};
  return ASN1_item_verify_ex(ASN1_ITEM_rptr(ASN1_SEQUENCE), algorithm, signature, &bytes, nullptr,
                             key, library_of(key), nullptr) == 1;
}

std::optional<std::string> forbidden_extension(const X509_EXTENSION* extension) {
  auto* odd = const_cast<X509_EXTENSION*>(extension);
  const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(odd));
  const bool partial = nid == NID_delta_crl || nid == NID_issuing_distribution_point ||
                       nid == NID_certificate_issuer;
  if (!partial && X509_EXTENSION_get_critical(odd) == 0) return std::nullopt;
  char name[128];
  OBJ_obj2txt(name, sizeof name, X509_EXTENSION_get_object(odd), 0);
  return std::string(name);
}

}  // namespace hoplab::pki
