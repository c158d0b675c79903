// The extensions of a minted certificate (RFC 5280 section 4.2), built as structures: OpenSSL's
// text form of them costs more than the signature.
#include <arpa/inet.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "pki/mint_internal.h"

namespace hoplab::pki {
namespace {

struct KeyUsageBit {
  std::string_view name;
  int bit;
};

// RFC 5280 section 4.2.1.3
constexpr std::array<KeyUsageBit, 10> kKeyUsageBits{{{"digitalSignature", 0},
                                                     {"nonRepudiation", 1},
                                                     {"contentCommitment", 1},
                                                     {"keyEncipherment", 2},
                                                     {"dataEncipherment", 3},
                                                     {"keyAgreement", 4},
                                                     {"keyCertSign", 5},
                                                     {"cRLSign", 6},
                                                     {"encipherOnly", 7},
                                                     {"decipherOnly", 8}}};

constexpr std::array<std::string_view, 7> kExtendedKeyUsages{
    "clientAuth",   "serverAuth",  "codeSigning",        "emailProtection",
    "timeStamping", "OCSPSigning", "anyExtendedKeyUsage"};

using BitStringPtr = std::unique_ptr<ASN1_BIT_STRING, Free<ASN1_BIT_STRING_free>>;
using OctetStringPtr = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;

Result<void> add(X509* certificate, int nid, void* value, bool critical) {
  if (X509_add1_ext_i2d(certificate, nid, value, critical ? 1 : 0, X509V3_ADD_APPEND) == 1) {
    return {};
  }
  return Error{std::string("cannot add the extension ") + OBJ_nid2sn(nid) + ": " +
               openssl_reason()};
}

Result<void> add_basic_constraints(X509* certificate, const CertificateRequest& request) {
  const std::unique_ptr<BASIC_CONSTRAINTS, Free<BASIC_CONSTRAINTS_free>> value(
      BASIC_CONSTRAINTS_new());
  value->ca = request.is_ca ? 0xFF : 0;
  if (request.path_length) {
    value->pathlen = ASN1_INTEGER_new();
    ASN1_INTEGER_set_int64(value->pathlen, *request.path_length);
  }
  return add(certificate, NID_basic_constraints, value.get(), true);
}

std::vector<std::string> fitting_key_usage(const CertificateRequest& request) {
  if (request.is_ca) return {"digitalSignature", "keyCertSign", "cRLSign"};
  switch (request.key) {
    case KeyAlgorithm::rsa_1024:
    case KeyAlgorithm::rsa_2048:
    case KeyAlgorithm::rsa_3072:
    case KeyAlgorithm::rsa_4096: return {"digitalSignature", "keyEncipherment"};
    default: return {"digitalSignature"};
  }
}

Result<void> add_key_usage(X509* certificate, const CertificateRequest& request) {
  const auto names = request.key_usage.value_or(fitting_key_usage(request));
  if (names.empty()) return {};
  const BitStringPtr bits(ASN1_BIT_STRING_new());
  for (const std::string& name : names) {
    const auto row = std::ranges::find(kKeyUsageBits, name, &KeyUsageBit::name);
    if (row == kKeyUsageBits.end()) return Error{"unknown key usage \"" + name + "\""};
    ASN1_BIT_STRING_set_bit(bits.get(), row->bit, 1);
  }
  return add(certificate, NID_key_usage, bits.get(), true);
}

Result<void> add_extended_key_usage(X509* certificate, const CertificateRequest& request) {
  if (request.extended_key_usage.empty()) return {};
  const std::unique_ptr<EXTENDED_KEY_USAGE, Free<EXTENDED_KEY_USAGE_free>> usages(
      EXTENDED_KEY_USAGE_new());
  for (const std::string& name : request.extended_key_usage) {
    const bool known = std::ranges::find(kExtendedKeyUsages, name) != kExtendedKeyUsages.end();
    const bool dotted = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0;
    ASN1_OBJECT* object = known || dotted ? OBJ_txt2obj(name.c_str(), 0) : nullptr;
    if (object == nullptr) {
      return Error{"unknown extended key usage \"" + name +
                   "\"; known are clientAuth, serverAuth, codeSigning, emailProtection, "
                   "timeStamping, OCSPSigning, anyExtendedKeyUsage and dotted numbers"};
    }
    sk_ASN1_OBJECT_push(usages.get(), object);
  }
  return add(certificate, NID_ext_key_usage, usages.get(), false);
}

/// A name that is a text, GEN_DNS or GEN_URI.
Result<void> push_text(GENERAL_NAMES* names, int type, const std::string& written) {
  const bool plain = !written.empty() && std::ranges::all_of(written, [](unsigned char c) {
    return c > ' ' && c < 0x7F;
  });
  if (!plain) {
    return Error{(type == GEN_DNS ? "DNS name \"" : "URI \"") + written +
                 "\" is not printable ASCII without spaces"};
  }
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, written.data(), static_cast<int>(written.size()));
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, type, text);
  sk_GENERAL_NAME_push(names, name);
  return {};
}

Result<void> push_ip_address(GENERAL_NAMES* names, const std::string& address) {
  std::array<unsigned char, 16> bytes{};
  int size = 0;
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) size = 4;
  if (size == 0 && inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) size = 16;
  if (size == 0) return Error{"\"" + address + "\" is not an IPv4 or IPv6 address"};
  ASN1_OCTET_STRING* octets = ASN1_OCTET_STRING_new();
  ASN1_OCTET_STRING_set(octets, bytes.data(), size);
  GENERAL_NAME* name = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(name, GEN_IPADD, octets);
  sk_GENERAL_NAME_push(names, name);
  return {};
}

Result<void> add_alternative_names(X509* certificate, const CertificateRequest& request) {
  const bool no_subject = X509_NAME_entry_count(X509_get_subject_name(certificate)) == 0;
  const std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>> names(GENERAL_NAMES_new());
  for (const std::string& dns_name : request.dns_names) {
    if (auto pushed = push_text(names.get(), GEN_DNS, dns_name); !pushed.ok()) return pushed;
  }
  for (const std::string& uri : request.uris) {
    if (auto pushed = push_text(names.get(), GEN_URI, uri); !pushed.ok()) return pushed;
  }
  for (const std::string& address : request.ip_addresses) {
    if (auto pushed = push_ip_address(names.get(), address); !pushed.ok()) return pushed;
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) return {};
  // RFC 5280 section 4.2.1.6: critical when the subject is empty.
  return add(certificate, NID_subject_alt_name, names.get(), no_subject);
}

Result<void> add_key_identifiers(X509* certificate, const X509* issuer) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  // RFC 5280 section 4.2.1.2, method 1: SHA-1 of the public key's bits.
  if (X509_pubkey_digest(certificate, EVP_sha1(), digest, &size) != 1) {
    return Error{"cannot digest the public key: " + openssl_reason()};
  }
  const OctetStringPtr identifier(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(identifier.get(), digest, static_cast<int>(size));
  if (auto added = add(certificate, NID_subject_key_identifier, identifier.get(), false);
      !added.ok()) {
    return added;
  }
  const auto authority = authority_key_id(issuer);
  if (authority == nullptr) return {};
  return add(certificate, NID_authority_key_identifier, authority.get(), false);
}

}  // namespace

std::unique_ptr<AUTHORITY_KEYID, Free<AUTHORITY_KEYID_free>> authority_key_id(const X509* issuer) {
  const OctetStringPtr identifier(static_cast<ASN1_OCTET_STRING*>(
      X509_get_ext_d2i(issuer, NID_subject_key_identifier, nullptr, nullptr)));
  if (identifier == nullptr) return nullptr;
  std::unique_ptr<AUTHORITY_KEYID, Free<AUTHORITY_KEYID_free>> authority(AUTHORITY_KEYID_new());
  authority->keyid = ASN1_OCTET_STRING_dup(identifier.get());
  return authority;
}

Result<void> add_extensions(X509* certificate, const CertificateRequest& request,
                            const X509* issuer) {
  using Step = Result<void> (*)(X509*, const CertificateRequest&);
  for (const Step step : {Step{add_basic_constraints}, Step{add_key_usage},
                          Step{add_extended_key_usage}, Step{add_alternative_names}}) {
    if (auto added = step(certificate, request); !added.ok()) return added;
  }
  return add_key_identifiers(certificate, issuer);
}

}  // namespace hoplab::pki
