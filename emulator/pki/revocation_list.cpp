// CRL rules: see revocation_list.h.
#include "pki/revocation_list.h"

#include <openssl/obj_mac.h>

#include <limits>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/pem.h"
#include "pki/supported_algorithms.h"

namespace hoplab::pki {
namespace {

std::optional<std::string> read_crl(std::string_view pem, CrlPtr& out) {
  auto blocks = pem_decode(pem, PemSurroundings::anything);
  if (!blocks.ok()) return blocks.error();
  if (blocks.value().empty()) return "there is no PEM block of type X509 CRL in the file";
  if (blocks.value().front().label != "X509 CRL") {
    return "the file holds a \"" + blocks.value().front().label + "\", not an X509 CRL";
  }
  // The words that the load balancer's API was observed to use.
  if (blocks.value().size() > 1) return "More than one CRL objects in the revocation file";
  const std::string& der = blocks.value().front().der;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  out.reset(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
  if (out == nullptr || at != end) return "the block is not a CRL";
  return std::nullopt;
}

std::optional<std::string> forbidden_extension(const X509_EXTENSION* extension) {
  auto* raw = const_cast<X509_EXTENSION*>(extension);
  char name[128];
  OBJ_obj2txt(name, sizeof name, X509_EXTENSION_get_object(raw), 0);
  const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(raw));
  const bool partial = nid == NID_delta_crl || nid == NID_issuing_distribution_point ||
                       nid == NID_certificate_issuer;
  if (partial || X509_EXTENSION_get_critical(raw) != 0) return std::string(name);
  return std::nullopt;
}

// Delta, partitioned and indirect lists do not say what a whole list says; read as one, they would
// revoke too little or the wrong certificates.
std::optional<std::string> check_extensions(X509_CRL* crl) {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    if (const auto name = forbidden_extension(X509_CRL_get_ext(crl, i))) {
      return "the list has the extension \"" + *name +
             "\": delta, partitioned and indirect lists, and critical extensions, are not "
             "supported";
    }
  }
  STACK_OF(X509_REVOKED)* entries = X509_CRL_get_REVOKED(crl);
  for (int i = 0; i < sk_X509_REVOKED_num(entries); ++i) {
    const X509_REVOKED* entry = sk_X509_REVOKED_value(entries, i);
    for (int k = 0; k < X509_REVOKED_get_ext_count(entry); ++k) {
      if (const auto name = forbidden_extension(X509_REVOKED_get_ext(entry, k))) {
        return "the entry " + serial_text(X509_REVOKED_get0_serialNumber(entry)) +
               " has the extension \"" + *name + "\", which is not supported";
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> check_algorithm(const X509_CRL* crl) {
  const X509_ALGOR* algorithm = nullptr;
  X509_CRL_get0_signature(crl, nullptr, &algorithm);
  const auto unsupported = unsupported_signature(algorithm);
  if (!unsupported) return std::nullopt;
  return "incorrect algorithm: the list is signed with " + *unsupported +
         "; SHA-256, SHA-384 or SHA-512 with RSA or ECDSA is needed";
}

std::optional<std::string> read_span(const X509_CRL* crl, TimeSpan& out) {
  const auto from = to_seconds(X509_CRL_get0_lastUpdate(crl));
  if (!from) return "thisUpdate is not a time";
  const ASN1_TIME* next_update = X509_CRL_get0_nextUpdate(crl);
  const auto until = next_update == nullptr
                         ? std::optional(std::numeric_limits<std::int64_t>::max())
                         : to_seconds(next_update);
  if (!until) return "nextUpdate is not a time";
  out = TimeSpan{*from, *until};
  return std::nullopt;
}

std::optional<std::string> find_issuer(X509_CRL* crl, const STACK_OF(X509) * cas,
                                       const X509*& out) {
  const X509_NAME* name = X509_CRL_get_issuer(crl);
  std::string problem = "no CA of the trust store has the list's issuer name \"" +
                        name_text(name) + "\"; add that CA to the bundle first";
  for (int i = 0; i < sk_X509_num(cas); ++i) {
    X509* ca = sk_X509_value(cas, i);
    if (X509_NAME_cmp(X509_get_subject_name(ca), name) != 0) continue;
    if ((X509_get_key_usage(ca) & KU_CRL_SIGN) == 0) {  // all bits when there is no key usage
      problem = "the CA \"" + name_text(name) +
                "\" may not sign lists (no cRLSign in its key usage)";
    } else if (X509_CRL_verify(crl, X509_get0_pubkey(ca)) == 1) {
      out = ca;
      return std::nullopt;
    } else {
      problem = "the list's signature is not by the trust store's CA \"" + name_text(name) + "\"";
    }
  }
  return problem;
}

}  // namespace

Result<RevocationList> read_revocation_list(const RevocationContent& content,
                                            const STACK_OF(X509) * cas,
                                            const TrustStoreLimits& limits) {
  const ErrorQueueGuard guard;
  const auto refuse = [&](const std::string& why) {
    return Error{"InvalidRevocationContent: revocation " + std::to_string(content.revocation_id) +
                 ": " + why};
  };
  if (content.crl_pem.size() > limits.crl_bytes) {
    return refuse("the file has " + std::to_string(content.crl_pem.size()) +
                  " bytes; at most " + std::to_string(limits.crl_bytes) + " are allowed");
  }
  RevocationList list;
  if (const auto problem = read_crl(content.crl_pem, list.crl)) return refuse(*problem);
  if (const auto problem = check_algorithm(list.crl.get())) return refuse(*problem);
  if (const auto problem = check_extensions(list.crl.get())) return refuse(*problem);
  if (const auto problem = read_span(list.crl.get(), list.span)) return refuse(*problem);
  if (const auto problem = find_issuer(list.crl.get(), cas, list.issuer)) return refuse(*problem);
  return list;
}

}  // namespace hoplab::pki
