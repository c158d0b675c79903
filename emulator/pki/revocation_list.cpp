// CRL rules: see revocation_list.h.
#include "pki/revocation_list.h"

#include <limits>
#include <utility>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/pem.h"
#include "pki/revocation_entries.h"
#include "pki/supported_algorithms.h"

namespace hoplab::pki {
namespace {

std::optional<std::string> read_crl(std::string_view pem, std::string& out) {
  auto blocks = pem_decode(pem, PemSurroundings::anything);
  if (!blocks.ok()) return blocks.error();
  if (blocks.value().empty()) return "there is no PEM block of type X509 CRL in the file";
  if (blocks.value().front().label != "X509 CRL") {
    return "the file holds a \"" + blocks.value().front().label + "\", not an X509 CRL";
  }
  // The words that the load balancer's API was observed to use.
  if (blocks.value().size() > 1) return "More than one CRL objects in the revocation file";
  out = std::move(blocks.value().front().der);
  return std::nullopt;
}

std::optional<std::string> check_extensions(const RevocationParts& parts) {
  const X509_CRL* crl = parts.frame.get();
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    if (const auto name = forbidden_extension(X509_CRL_get_ext(crl, i))) {
      return "the list has the extension \"" + *name +
             "\": delta, partitioned and indirect lists, and critical extensions, are not "
             "supported";
    }
  }
  if (parts.odd_entry.empty()) return std::nullopt;
  return parts.odd_entry;
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

std::optional<std::string> find_issuer(const RevocationParts& parts, const STACK_OF(X509) * cas,
                                       const X509*& out) {
  const X509_NAME* name = X509_CRL_get_issuer(parts.frame.get());
  std::string problem = "no CA of the trust store has the list's issuer name \"" + name_text(name) +
                        "\"; add that CA to the bundle first";
  for (int i = 0; i < sk_X509_num(cas); ++i) {
    X509* ca = sk_X509_value(cas, i);
    if (X509_NAME_cmp(X509_get_subject_name(ca), name) != 0) continue;
    if ((X509_get_key_usage(ca) & KU_CRL_SIGN) == 0) {  // all bits when there is no key usage
      problem =
          "the CA \"" + name_text(name) + "\" may not sign lists (no cRLSign in its key usage)";
    } else if (is_signed_by(parts, X509_get0_pubkey(ca))) {
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
    return refuse("the file has " + std::to_string(content.crl_pem.size()) + " bytes; at most " +
                  std::to_string(limits.crl_bytes) + " are allowed");
  }
  std::string der;
  if (const auto problem = read_crl(content.crl_pem, der)) return refuse(*problem);
  auto parts = take_apart(der);
  if (!parts) return refuse("the block is not a CRL");
  RevocationList list;
  const X509_CRL* crl = parts->frame.get();
  if (const auto problem = check_algorithm(crl)) return refuse(*problem);
  if (const auto problem = check_extensions(*parts)) return refuse(*problem);
  if (const auto problem = read_span(crl, list.span)) return refuse(*problem);
  if (const auto problem = find_issuer(*parts, cas, list.issuer)) return refuse(*problem);
  list.entries = parts->entries;
  list.serials = std::move(parts->serials);
  return list;
}

}  // namespace hoplab::pki
