#include "offline/verification.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"

namespace hoplab::offline {

namespace {

using pki::VerifyStatus;

/// The rule that a client breaks who gets this status.
const char* rule_of(VerifyStatus status) {
  switch (status) {
    case VerifyStatus::client_cert_max_chain_depth_exceeded:
      return "at most 4 certificates are sent, and at most 4 are on the path";
    case VerifyStatus::client_cert_max_size_exceeded:
      return "a leaf has at most 16 KB, and all that is sent at most 64 KB";
    case VerifyStatus::client_cert_crl_hit:
      return "no revocation list of the trust store names a certificate of the path";
    case VerifyStatus::client_cert_crl_processing_error:
      return "a CA with revocation lists has one that is current";
    case VerifyStatus::client_cert_untrusted:
      return "the path leads to a CA of the trust store, by signatures of SHA-2 with RSA or ECDSA";
    case VerifyStatus::client_cert_not_yet_valid:
      return "notBefore is past for every certificate of the path";
    case VerifyStatus::client_cert_expired:
      return "notAfter is ahead for every certificate of the path";
    case VerifyStatus::client_cert_type_unsupported:
      return "keys are RSA of 2048 to 8192 bits, or EC on P-256, P-384 or P-521";
    case VerifyStatus::client_cert_invalid:
      return "certificates are well-formed, and the leaf is X.509v3";
    case VerifyStatus::client_cert_purpose_invalid:
      return "the leaf may authenticate clients, and the CAs above it may issue it";
    case VerifyStatus::client_cert_rejected:
      return "the leaf is none of the listener's rejected subjects, and one of its identity "
             "filters, "
             "if it has some, accepts it";
    case VerifyStatus::success:
    case VerifyStatus::client_cert_incompatible:
    case VerifyStatus::unmapped_connection_error: break;
  }
  return "OpenSSL builds a path to the trust store without an error";
}

/// "2, CN=Root CA,O=Example": 0 is the leaf.
std::string place_of(const pki::Judgement& judgement) {
  const int index = judgement.certificate_index;
  if (index < 0) return "none by itself";
  const std::string place = std::to_string(index) + (index == 0 ? " (the leaf)" : "");
  return judgement.certificate_subject.empty() ? place
                                               : place + ", " + judgement.certificate_subject;
}

bool ends(const Verification& verification) {
  return verification.judgement.holds.until != std::numeric_limits<std::int64_t>::max();
}

pki::Judgement unreadable_block(const PresentedChain::Unreadable& block) {
  pki::Judgement judgement;
  judgement.status = VerifyStatus::client_cert_invalid;
  judgement.certificate_index = block.index;
  judgement.reason =
      "the CERTIFICATE block at line " + std::to_string(block.line) +
      " does not hold an X.509 certificate; issue it again, or leave it out if it is "
      "not the leaf";
  return judgement;
}

pki::Judgement judgement_on(const pki::TrustStore& store, const PresentedChain& chain,
                            std::int64_t at, const pki::JudgeOptions& options) {
  if (chain.bytes > pki::kMostPresentedBytes) return pki::too_large_to_read();
  if (chain.unreadable) return unreadable_block(*chain.unreadable);
  return pki::judge(store, chain.leaf(), chain.certificates.get(), at, options);
}

}  // namespace

Verification verify_chain(const pki::TrustStore& store, const PresentedChain& chain,
                          std::int64_t at, const pki::JudgeOptions& options) {
  Verification verification;
  verification.at = at;
  if (chain.leaf()) verification.leaf_subject = pki::subject_text(chain.leaf());
  verification.judgement = judgement_on(store, chain, at, options);
  return verification;
}

std::string_view code_of(VerifyStatus status) {
  std::string_view code = pki::to_log_text(status);
  if (code.starts_with("Failed:")) code.remove_prefix(std::string_view("Failed:").size());
  return code;
}

std::string verification_text(const Verification& verification) {
  const pki::Judgement& judgement = verification.judgement;
  if (judgement.ok()) {
    return "ACCEPT\ncertificate: " + verification.leaf_subject +
           "\njudged at:   " + pki::iso_time(verification.at) + "\nholds until: " +
           (ends(verification) ? pki::iso_time(judgement.holds.until) : "the trust store changes") +
           "\n";
  }
  return "REJECT " + std::string(code_of(judgement.status)) +
         "\ncertificate: " + place_of(judgement) + "\nrule:        " + rule_of(judgement.status) +
         "\nreason:      " + judgement.reason + "\n";
}

std::string verification_json(const Verification& verification, const std::string& id) {
  const pki::Judgement& judgement = verification.judgement;
  nlohmann::ordered_json json;
  if (!id.empty()) json["id"] = nlohmann::ordered_json::parse(id);
  json["verdict"] = judgement.ok() ? "ACCEPT" : "REJECT";
  json["code"] = code_of(judgement.status);
  json["verifyStatus"] = pki::to_log_text(judgement.status);
  json["certificate"] = nullptr;
  if (judgement.certificate_index >= 0) {
    json["certificate"] = {{"index", judgement.certificate_index},
                           {"subject", judgement.certificate_subject}};
  }
  json["reason"] = judgement.reason;
  json["validUntil"] = nullptr;
  if (judgement.ok() && ends(verification)) {
    json["validUntil"] = pki::iso_time(judgement.holds.until);
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace hoplab::offline
