// Authorities from their making until they are gone: the key at once, a certificate when one is
// imported for it.
#include <algorithm>

#include "awsapi/acmpca/authority.h"
#include "awsapi/acmpca/handlers.h"
#include "pki/certificate_text.h"
#include "pki/import.h"
#include "pki/key.h"
#include "pki/pem.h"
#include "pki/signing_request.h"

namespace hoplab::awsapi::acmpca {

namespace {

constexpr const char* kConfigured[] = {"KeyAlgorithm", "SigningAlgorithm", "Subject"};

std::string new_arn(const Call& call, const std::string& subject) {
  std::string id = call.plane.new_id("authority/" + call.caller.account + "/" + subject, 32);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
  return "arn:aws:acm-pca:" + call.caller.region + ":" + call.caller.account +
         ":certificate-authority/" + id;
}

void set_status(const Call& call, Document& authority, const char* status) {
  authority.attributes[kStatus] = status;
  authority.attributes["LastStateChangeAt"] = call.now;
}

Json described(const Document& authority) {
  Json value = authority.attributes;
  value["Arn"] = authority.id;
  value["OwnerAccount"] = authority.account;
  for (const char* const member : kConfigured) {
    value["CertificateAuthorityConfiguration"][member] = authority.properties.value(member, Json());
  }
  for (const char* const member :
       {"Type", "RevocationConfiguration", "KeyStorageSecurityStandard", "UsageMode"}) {
    value[member] = authority.properties.value(member, Json());
  }
  if (text_of(value, kStatus) != "DELETED") value.erase("RestorableUntil");
  return value;
}

/// With what AWS answers where nothing was asked for.
ApiResult<Json> revocation_of(const Call& call, const Json& in) {
  Json made = in.value("RevocationConfiguration", Json::object());
  const Json list = made.value("CrlConfiguration", Json{{"Enabled", false}});
  const Json ocsp = made.value("OcspConfiguration", Json{{"Enabled", false}});
  if (ocsp["Enabled"] == true) return invalid_args("hoplab has no OCSP responder");
  made["CrlConfiguration"] = list;
  made["OcspConfiguration"] = ocsp;
  if (list["Enabled"] == false) return made;
  const std::string bucket = text_of(list, "S3BucketName");
  if (bucket.empty() || !call.plane.objects().bucket(bucket)) {
    return invalid_args("The S3 bucket '" + bucket + "' of CrlConfiguration does not exist");
  }
  if (!list.contains("ExpirationInDays")) return invalid_args("CrlConfiguration needs days");
  return made;
}

Refusal add_key(Document& authority) {
  const std::string name = text_of(authority.properties, "KeyAlgorithm");
  const auto algorithm = pki::key_algorithm_from_text(name);
  auto key = algorithm ? pki::generate_key(*algorithm) : Result<pki::KeyPtr>(Error{name});
  if (!key) return invalid_args("The key algorithm cannot be used: " + key.error());
  const std::string signing = text_of(authority.properties, "SigningAlgorithm");
  auto request = pki::make_signing_request(subject_text(authority.properties["Subject"]),
                                           key.value().get(), digest_of(signing));
  if (!request) return invalid_args(request.error());
  authority.attributes[kPrivateKey] =
      pki::pem_encode("PRIVATE KEY", pki::pkcs8_der(key.value().get()));
  authority.attributes["CertificateSigningRequest"] = std::move(request.value());
  return std::nullopt;
}

/// The certificates of a text, one after the other, without what stands between them.
std::string certificates_of(const std::string& text) {
  std::string all;
  const auto blocks = pki::pem_decode(text, pki::PemSurroundings::anything);
  if (!blocks) return all;
  for (const pki::PemBlock& one : blocks.value()) {
    if (one.label == "CERTIFICATE") all += pki::pem_encode(one.label, one.der);
  }
  return all;
}

}  // namespace

ApiResult<Json> create_certificate_authority(const Call& call, const Json& in) {
  const std::string token = text_of(in, "IdempotencyToken");
  Json& answered =
      call.plane.answered()["CreateCertificateAuthority/" + call.caller.account + "/" + token];
  if (!token.empty() && answered.is_object()) return answered;
  const Json& asked = in["CertificateAuthorityConfiguration"];
  if (!fits(text_of(asked, "KeyAlgorithm"), text_of(asked, "SigningAlgorithm"))) {
    return invalid_args("The signing algorithm is not one of the key's");
  }
  const std::string subject = subject_text(asked["Subject"]);
  if (subject.empty()) return invalid_args("The subject of a certificate authority is empty");
  Document authority = call.plane.made(new_arn(call, subject), kAuthorityType, call.caller);
  for (const char* const member : kConfigured) authority.properties[member] = asked[member];
  authority.properties["Type"] = in["CertificateAuthorityType"];
  authority.properties["UsageMode"] = in.value("UsageMode", "GENERAL_PURPOSE");
  authority.properties["KeyStorageSecurityStandard"] =
      in.value("KeyStorageSecurityStandard", "FIPS_140_2_LEVEL_3_OR_HIGHER");
  auto revocation = revocation_of(call, in);
  if (!revocation) return revocation.error();
  authority.properties["RevocationConfiguration"] = std::move(*revocation);
  auto tags = tags_of(in.value("Tags", Json::array()));
  if (!tags) return ApiError{"InvalidTagException", tags.error().message};
  authority.tags = std::move(*tags);
  if (auto refused = add_key(authority)) return *refused;
  authority.attributes["CreatedAt"] = call.now;
  set_status(call, authority, "PENDING_CERTIFICATE");
  const Json answer{{"CertificateAuthorityArn", authority.id}};
  if (auto refused = put(call, std::move(authority))) return *refused;
  if (!token.empty()) answered = answer;
  return answer;
}

ApiResult<Json> describe_certificate_authority(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  return Json{{"CertificateAuthority", described(**authority)}};
}

ApiResult<Json> list_certificate_authorities(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* one : call.plane.all(kAuthorityType, call.caller)) {
    if (text_of(in, "ResourceOwner") == "OTHER_ACCOUNTS") break;
    if (authority_of(call, {{"CertificateAuthorityArn", one->id}})) {
      items.push_back(described(*one));
    }
  }
  auto page = paged_by_token(in, "CertificateAuthorities", std::move(items));
  if (!page) return ApiError{"InvalidNextTokenException", page.error().message};
  return page;
}

ApiResult<Json> get_certificate_authority_csr(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  return Json{{"Csr", text_of((*authority)->attributes, "CertificateSigningRequest")}};
}

ApiResult<Json> get_certificate_authority_certificate(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  if (text_of((*authority)->attributes, kCertificate).empty()) return invalid_state(**authority);
  Json answer{{"Certificate", (*authority)->attributes[kCertificate]}};
  const std::string chain = text_of((*authority)->attributes, kChain);
  if (!chain.empty()) answer["CertificateChain"] = chain;
  return answer;
}

ApiResult<Json> import_certificate_authority_certificate(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  const std::string status = text_of(document.attributes, kStatus);
  if (status == "DELETED" || status == "CREATING") return invalid_state(document);
  document.attributes[kCertificate] = certificates_of(in["Certificate"]);
  document.attributes[kChain] = certificates_of(text_of(in, "CertificateChain"));
  const bool chained = !text_of(document.attributes, kChain).empty();
  const auto readable = pki::import_pem(text_of(document.attributes, kCertificate), "", "");
  if (!readable) {
    return ApiError{"MalformedCertificateException", "The certificate is malformed"};
  }
  const auto identity = identity_of(document);
  if (!identity) {
    return ApiError{"CertificateMismatchException",
                    "The certificate is not for the authority's key: " + identity.error()};
  }
  if (!identity.value().is_ca()) {
    return ApiError{"InvalidRequestException", "The certificate is not a CA certificate"};
  }
  const bool root = text_of(document.properties, "Type") == "ROOT";
  if (root == chained) {
    return ApiError{"InvalidRequestException",
                    root ? "A root certificate authority has no certificate chain"
                         : "A subordinate certificate authority needs a certificate chain"};
  }
  const X509* const certificate = identity.value().x509();
  document.attributes["Serial"] = identity.value().serial();
  document.attributes["NotBefore"] = pki::to_seconds(X509_get0_notBefore(certificate)).value_or(0);
  document.attributes["NotAfter"] = pki::to_seconds(X509_get0_notAfter(certificate)).value_or(0);
  if (status != "DISABLED") set_status(call, document, "ACTIVE");
  if (auto refused = publish_list(call, document)) return *refused;
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> update_certificate_authority(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  const std::string status = text_of(document.attributes, kStatus);
  if (in.contains("Status")) {
    if (status != "ACTIVE" && status != "DISABLED") return invalid_state(document);
    if (in["Status"] != status) {
      set_status(call, document, in["Status"] == "ACTIVE" ? "ACTIVE" : "DISABLED");
    }
  }
  if (in.contains("RevocationConfiguration")) {
    if (status == "DELETED") return invalid_state(document);
    auto revocation = revocation_of(call, in);
    if (!revocation) return revocation.error();
    document.properties["RevocationConfiguration"] = std::move(*revocation);
    if (auto refused = publish_list(call, document)) return *refused;
  }
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> delete_certificate_authority(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  const std::string status = text_of(document.attributes, kStatus);
  if (status == "ACTIVE" || status == "DELETED") return invalid_state(document);
  document.attributes["StatusBefore"] = status;
  document.attributes["RestorableUntil"] =
      call.now + in.value("PermanentDeletionTimeInDays", std::int64_t{30}) * kDay;
  set_status(call, document, "DELETED");
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> restore_certificate_authority(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  if (text_of(document.attributes, kStatus) != "DELETED") return invalid_state(document);
  const bool pending = text_of(document.attributes, "StatusBefore") == "PENDING_CERTIFICATE";
  set_status(call, document, pending ? "PENDING_CERTIFICATE" : "DISABLED");
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

}  // namespace hoplab::awsapi::acmpca
