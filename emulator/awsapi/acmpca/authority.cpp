#include "awsapi/acmpca/authority.h"

#include <algorithm>

#include "pki/import.h"
#include "pki/pem.h"
#include "pki/signing_request.h"

namespace hoplab::awsapi::acmpca {

namespace {

struct NamePart {
  const char* member;
  const char* type;
};
/// The most specific first, as RFC 2253 wants them.
constexpr NamePart kNameParts[] = {{"CommonName", "CN"},
                                   {"Title", "title"},
                                   {"GenerationQualifier", "generationQualifier"},
                                   {"Pseudonym", "pseudonym"},
                                   {"Initials", "initials"},
                                   {"GivenName", "GN"},
                                   {"Surname", "SN"},
                                   {"SerialNumber", "serialNumber"},
                                   {"DistinguishedNameQualifier", "dnQualifier"},
                                   {"Locality", "L"},
                                   {"State", "ST"},
                                   {"OrganizationalUnit", "OU"},
                                   {"Organization", "O"},
                                   {"Country", "C"}};

bool is_over(const Document& authority, std::int64_t now) {
  return text_of(authority.attributes, kStatus) == "DELETED" &&
         now >= authority.attributes.value("RestorableUntil", std::int64_t{0});
}

std::string id_of(const Document& authority) {
  return authority.id.substr(authority.id.rfind('/') + 1);
}

Json list_configuration(const Document& authority) {
  return authority.properties.value("RevocationConfiguration", Json::object())
      .value("CrlConfiguration", Json::object());
}

Result<std::string> list_of(const Document& authority, std::int64_t number, std::int64_t now) {
  const auto identity = identity_of(authority);
  if (!identity) return identity.failure();
  pki::CrlRequest request;
  request.digest = digest_of(text_of(authority.properties, "SigningAlgorithm"));
  request.crl_number = number;
  request.this_update = now;
  request.next_update =
      now + list_configuration(authority).value("ExpirationInDays", std::int64_t{7}) * kDay;
  for (const Json& one : authority.attributes.value(kRevoked, Json::array())) {
    request.revoked.push_back({text_of(one, "Serial"), one["RevokedAt"].get<std::int64_t>()});
  }
  auto pem = pki::make_crl(identity.value(), request);
  if (!pem) return pem.failure();
  auto blocks = pki::pem_decode(pem.value(), pki::PemSurroundings::anything);
  if (!blocks) return blocks.failure();
  return std::move(blocks.value().front().der);
}

}  // namespace

ApiResult<const Document*> authority_of(const Call& call, const Json& in) {
  const std::string arn = in["CertificateAuthorityArn"];
  if (!arn.starts_with("arn:aws:acm-pca:")) {
    return ApiError{"InvalidArnException", "Invalid ARN: " + arn};
  }
  const Document* const found = call.plane.find(arn, kAuthorityType);
  if (found && !is_over(*found, call.now)) return found;
  return ApiError{"ResourceNotFoundException", "Could not find Certificate Authority " + arn};
}

ApiResult<const Document*> active_authority(const Call& call, const Json& in) {
  const auto found = authority_of(call, in);
  if (!found) return found;
  const std::string status = text_of((*found)->attributes, kStatus);
  if (status != "ACTIVE") return invalid_state(**found);
  return found;
}

ApiError invalid_state(const Document& authority) {
  return {"InvalidStateException", "The certificate authority " + authority.id +
                                       " is not in the correct state: it is " +
                                       text_of(authority.attributes, kStatus)};
}

ApiError invalid_args(const std::string& message) {
  return {"InvalidArgsException", message};
}

Result<pki::Identity> identity_of(const Document& authority) {
  return pki::import_pem(
      text_of(authority.attributes, kCertificate) + "\n" + text_of(authority.attributes, kChain),
      text_of(authority.attributes, kPrivateKey), "");
}

pki::SignatureDigest digest_of(std::string_view signing_algorithm) {
  if (signing_algorithm.starts_with("SHA384")) return pki::SignatureDigest::sha384;
  if (signing_algorithm.starts_with("SHA512")) return pki::SignatureDigest::sha512;
  return pki::SignatureDigest::sha256;
}

bool fits(std::string_view key_algorithm, std::string_view signing_algorithm) {
  return signing_algorithm.ends_with(key_algorithm.starts_with("RSA") ? "RSA" : "ECDSA");
}

std::string subject_text(const Json& subject) {
  std::string text;
  for (const NamePart& part : kNameParts) {
    const std::string value = text_of(subject, part.member);
    if (value.empty()) continue;
    text += (text.empty() ? "" : ",") + pki::name_part(part.type, value);
  }
  return text;
}

Refusal publish_list(const Call& call, const Document& authority) {
  const Json configuration = list_configuration(authority);
  const std::string name = text_of(configuration, "S3BucketName");
  const bool active = !text_of(authority.attributes, kCertificate).empty();
  if (!active || !configuration.value("Enabled", false) || name.empty()) return std::nullopt;
  Bucket* const bucket = call.plane.objects().bucket(name);
  if (!bucket) return invalid_args("The S3 bucket " + name + " does not exist");
  auto der = list_of(authority, call.plane.next_number("list of " + authority.id), call.now);
  if (!der) return ApiError{"RequestFailedException", der.error()};
  StoredObject object;
  object.etag = md5_hex(der.value());
  object.content = std::make_shared<const std::string>(std::move(der.value()));
  object.content_type = "application/pkix-crl";
  object.modified = call.now;
  std::string path = text_of(configuration, "CustomPath");
  if (!path.empty() && !path.ends_with('/')) path += '/';
  return call.plane.objects().put(*bucket, path + "crl/" + id_of(authority) + ".crl",
                                  std::move(object));
}

Refusal put(const Call& call, Document document) {
  auto refused = call.plane.put(std::move(document));
  if (refused) return invalid_args(refused->message);
  return std::nullopt;
}

}  // namespace hoplab::awsapi::acmpca
