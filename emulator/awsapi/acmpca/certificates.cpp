// Certificates that authorities issue, by AWS's templates, and their revocation.
// https://docs.aws.amazon.com/privateca/latest/userguide/UsingTemplates.html
#include <algorithm>
#include <chrono>

#include "awsapi/acmpca/authority.h"
#include "awsapi/acmpca/handlers.h"
#include "awsapi/acmpca/issuing.h"
#include "awsapi/scalar.h"
#include "base/ascii.h"
#include "pki/certificate_text.h"
#include "pki/import.h"
#include "pki/signing_request.h"

namespace hoplab::awsapi::acmpca {

namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::string_view kTemplates = "arn:aws:acm-pca:::template/";

using Usages = std::vector<std::string>;

/// What a template makes of a certificate; the names with "_APIPassthrough" and the like are the
/// same, and take more over of what is asked.
struct Template {
  std::string_view name;
  bool is_ca;
  int path_length;          // -1: none
  std::string_view usages;  // extended, with ',' between them
};
constexpr Template kKnown[] = {
    {"RootCACertificate", true, -1, ""},
    {"SubordinateCACertificate_PathLen0", true, 0, ""},
    {"SubordinateCACertificate_PathLen1", true, 1, ""},
    {"SubordinateCACertificate_PathLen2", true, 2, ""},
    {"SubordinateCACertificate_PathLen3", true, 3, ""},
    {"EndEntityCertificate", false, -1, "serverAuth,clientAuth"},
    {"EndEntityClientAuthCertificate", false, -1, "clientAuth"},
    {"EndEntityServerAuthCertificate", false, -1, "serverAuth"},
    {"CodeSigningCertificate", false, -1, "codeSigning"},
    {"OCSPSigningCertificate", false, -1, "OCSPSigning"},
};

struct UsageName {
  std::string_view of_api, name;
};
constexpr UsageName kUsageNames[] = {
    {"SERVER_AUTH", "serverAuth"},     {"CLIENT_AUTH", "clientAuth"},
    {"CODE_SIGNING", "codeSigning"},   {"EMAIL_PROTECTION", "emailProtection"},
    {"TIME_STAMPING", "timeStamping"}, {"OCSP_SIGNING", "OCSPSigning"}};

struct Chosen {
  const Template* form = nullptr;
  bool of_api = false;  // it takes ApiPassthrough
};

/// Of an ARN; empty: the default's.
ApiResult<Chosen> template_of(const std::string& arn) {
  std::string name = arn.empty() ? std::string(kTemplates) + "EndEntityCertificate/V1" : arn;
  const ApiError unknown = invalid_args("hoplab does not have the template " + arn);
  if (!name.starts_with(kTemplates) || !name.ends_with("/V1")) return unknown;
  name = name.substr(kTemplates.size(), name.size() - kTemplates.size() - 3);
  Chosen chosen;
  for (const std::string_view suffix :
       {"_APICSRPassthrough", "_APIPassthrough", "_CSRPassthrough"}) {
    if (!name.ends_with(suffix)) continue;
    chosen.of_api = suffix != "_CSRPassthrough";
    name.resize(name.size() - suffix.size());
    break;
  }
  const auto* const found = std::ranges::find(kKnown, name, &Template::name);
  if (found == std::end(kKnown)) return unknown;
  chosen.form = found;
  return chosen;
}

Usages split(std::string_view list) {
  Usages all;
  while (!list.empty()) {
    all.emplace_back(list.substr(0, list.find(',')));
    list.remove_prefix(std::min(all.back().size() + 1, list.size()));
  }
  return all;
}

/// That many months later, in the last day of a shorter month.
std::int64_t months_later(std::int64_t from, std::int64_t months) {
  using namespace std::chrono;
  const sys_seconds time{seconds(from)};
  const sys_days day = floor<days>(time);
  year_month_day date = year_month_day(day) + std::chrono::months(static_cast<int>(months));
  if (!date.ok()) date = date.year() / date.month() / last;
  return (sys_days(date).time_since_epoch() + (time - day)).count();
}

/// "20301231235959", or with two digits of the year.
std::optional<std::int64_t> end_date(std::int64_t digits) {
  std::string text = std::to_string(digits);
  if (text.size() < 12) text.insert(0, 12 - text.size(), '0');
  if (text.size() == 12) text.insert(0, text < "5" ? "20" : "19");
  if (text.size() != 14) return std::nullopt;
  const std::string iso = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2) +
                          "T" + text.substr(8, 2) + ":" + text.substr(10, 2) + ":" +
                          text.substr(12, 2) + "Z";
  const auto read = scalar_from_text(iso, Kind::timestamp);
  if (!read) return std::nullopt;
  return read->get<std::int64_t>();
}

ApiResult<std::int64_t> time_of(const Json& validity, std::int64_t now) {
  const std::string type = text_of(validity, "Type");
  const std::int64_t value = validity["Value"];
  constexpr std::int64_t kMost = 12'000;
  const bool counted = type == "DAYS" || type == "MONTHS" || type == "YEARS";
  if (value < 1 || (counted && value > kMost)) return invalid_args("Invalid validity value");
  if (type == "ABSOLUTE") return value;
  if (type == "DAYS") return now + value * kDay;
  if (type == "MONTHS") return months_later(now, value);
  if (type == "YEARS") return months_later(now, 12 * value);
  const auto end = end_date(value);
  if (!end) return invalid_args("Invalid END_DATE " + std::to_string(value));
  return *end;
}

/// What a request may say beside its CSR, where the template lets it.
Refusal take_passthrough(const Json& in, const Chosen& chosen, pki::CertificateRequest& request) {
  const Json passed = in.value("ApiPassthrough", Json::object());
  if (passed.empty()) return std::nullopt;
  if (!chosen.of_api) {
    return invalid_args("ApiPassthrough needs a template whose name has APIPassthrough");
  }
  if (passed.contains("Subject")) request.subject = subject_text(passed["Subject"]);
  const Json extensions = passed.value("Extensions", Json::object());
  if (extensions.contains("SubjectAlternativeNames")) {
    request.dns_names.clear();
    request.uris.clear();
    request.ip_addresses.clear();
    for (const Json& name : extensions["SubjectAlternativeNames"]) {
      if (name.contains("DnsName")) request.dns_names.push_back(name["DnsName"]);
      if (name.contains("IpAddress")) request.ip_addresses.push_back(name["IpAddress"]);
      const std::string uri = text_of(name, "UniformResourceIdentifier");
      if (!uri.empty()) request.uris.push_back(uri);
    }
  }
  if (extensions.contains("ExtendedKeyUsage")) {
    request.extended_key_usage.clear();
    for (const Json& usage : extensions["ExtendedKeyUsage"]) {
      const std::string type = text_of(usage, "ExtendedKeyUsageType");
      const auto* const found = std::ranges::find(kUsageNames, type, &UsageName::of_api);
      request.extended_key_usage.push_back(found == std::end(kUsageNames)
                                               ? text_of(usage, "ExtendedKeyUsageObjectIdentifier")
                                               : std::string(found->name));
    }
  }
  return std::nullopt;
}

/// 32 digits, which the certificate's ARN has, too.
std::string new_serial(const Call& call, const Document& authority) {
  std::string serial = call.plane.new_id("certificate of " + authority.id, 32);
  serial[0] = '5';  // positive, and always whole
  return serial;
}

ApiResult<pki::CertificateRequest> request_of(const Call& call, const Json& in,
                                              const Document& authority, const Chosen& chosen,
                                              const pki::SigningRequest& asked) {
  pki::CertificateRequest request;
  request.subject = asked.subject;
  request.dns_names = asked.dns_names;
  request.uris = asked.uris;
  request.ip_addresses = asked.ip_addresses;
  request.is_ca = chosen.form->is_ca;
  if (chosen.form->path_length >= 0) request.path_length = chosen.form->path_length;
  request.extended_key_usage = split(chosen.form->usages);
  request.key_usage = Usages{"digitalSignature", "keyEncipherment"};
  if (request.is_ca) request.key_usage = Usages{"digitalSignature", "keyCertSign", "cRLSign"};
  request.digest = digest_of(text_of(in, "SigningAlgorithm"));
  request.serial = new_serial(call, authority);
  request.not_before = call.now - kHour;
  if (in.contains("ValidityNotBefore")) {
    const auto begin = time_of(in["ValidityNotBefore"], call.now);
    if (!begin) return begin.error();
    request.not_before = *begin;
  }
  const auto end = time_of(in["Validity"], call.now);
  if (!end) return end.error();
  request.not_after = *end;
  if (auto refused = take_passthrough(in, chosen, request)) return *refused;
  const std::int64_t last = authority.attributes.value("NotAfter", request.not_after);
  if (request.not_after > last) {
    return ApiError{"ValidationException",
                    "The certificate validity specified exceeds the certificate authority "
                    "validity"};
  }
  return request;
}

/// What a certificate of an authority stands below.
std::string chain_below(const Document& authority) {
  return text_of(authority.attributes, kCertificate) + text_of(authority.attributes, kChain);
}

/// Serials as they are compared: upper case, without colons and leading zeros.
std::string plain_serial(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == ':' || (plain.empty() && c == '0')) continue;
    plain += upper_case(c);
  }
  return plain;
}

const Document* issued_with(const Call& call, const Document& authority,
                            const std::string& serial) {
  for (const Document* one : call.plane.all(kCertificateType)) {
    if (text_of(one->properties, "CertificateAuthorityArn") == authority.id &&
        plain_serial(text_of(one->attributes, "Serial")) == plain_serial(serial)) {
      return one;
    }
  }
  return nullptr;
}

/// By the authority's key: its own first certificate, or another's below it.
Result<pki::Identity> signed_by(const Document& authority, const pki::CertificateRequest& request,
                                EVP_PKEY* key, bool of_itself) {
  if (!of_itself) {
    const auto issuer = identity_of(authority);
    if (!issuer) return issuer.failure();
    return pki::issue(request, issuer.value(), key);
  }
  const auto own = pki::private_key_of_pem(text_of(authority.attributes, kPrivateKey));
  if (!own) return own.failure();
  if (EVP_PKEY_eq(own.value().get(), key) != 1) {
    return Error{"a root certificate is for the authority's own signing request"};
  }
  return pki::self_sign(request, own.value().get());
}

}  // namespace

ApiResult<Json> issue_certificate(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  const auto chosen = template_of(text_of(in, "TemplateArn"));
  if (!chosen) return chosen.error();
  const bool of_itself = chosen->form->name == "RootCACertificate";
  const std::string status = text_of((*authority)->attributes, kStatus);
  const bool may = status == "ACTIVE" || (of_itself && status == "PENDING_CERTIFICATE");
  if (!may) return invalid_state(**authority);
  if (!fits(text_of((*authority)->properties, "KeyAlgorithm"), text_of(in, "SigningAlgorithm"))) {
    return invalid_args("The signing algorithm is not one of the authority's key");
  }
  const std::string token = text_of(in, "IdempotencyToken");
  Json& answered = call.plane.answered()["IssueCertificate/" + (*authority)->id + "/" + token];
  if (!token.empty() && answered.is_object()) return answered;
  const auto asked = pki::read_signing_request(in["Csr"].get<std::string>());
  if (!asked) {
    return ApiError{"MalformedCSRException",
                    "The certificate signing request is malformed: " + asked.error()};
  }
  auto request = request_of(call, in, **authority, *chosen, asked.value());
  if (!request) return request.error();
  const auto made = signed_by(**authority, *request, asked.value().key.get(), of_itself);
  if (!made) return invalid_args(made.error());
  Document document =
      call.plane.made((*authority)->id + "/certificate/" + lower_case(*request->serial),
                      kCertificateType, call.caller);
  for (const char* const member : {"CertificateAuthorityArn", "SigningAlgorithm", "TemplateArn"}) {
    if (in.contains(member)) document.properties[member] = in[member];
  }
  document.attributes = {{"Certificate", made.value().cert_pem()},
                         {"Serial", made.value().serial()},
                         {"SelfSigned", of_itself}};
  if (!of_itself) document.attributes["CertificateChain"] = chain_below(**authority);
  const Json answer{{"CertificateArn", document.id}};
  if (auto refused = put(call, std::move(document))) return *refused;
  if (!token.empty()) answered = answer;
  return answer;
}

ApiResult<Json> get_certificate(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  const std::string arn = in["CertificateArn"];
  if (!arn.starts_with((*authority)->id + "/certificate/")) {
    return ApiError{"InvalidArnException", "Invalid certificate ARN: " + arn};
  }
  const Document* const found = call.plane.find(arn, kCertificateType);
  if (found) return Json(found->attributes);
  return ApiError{"ResourceNotFoundException", "Could not find certificate " + arn};
}

ApiResult<Json> revoke_certificate(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  if (text_of((*authority)->attributes, kCertificate).empty() ||
      text_of((*authority)->attributes, kStatus) == "DELETED") {
    return invalid_state(**authority);
  }
  const Document* const found = issued_with(call, **authority, in["CertificateSerial"]);
  if (!found) {
    return ApiError{"ResourceNotFoundException", "Could not find a certificate with the serial " +
                                                     text_of(in, "CertificateSerial")};
  }
  if (found->attributes.value("SelfSigned", false)) {
    return ApiError{"InvalidRequestException", "Self-signed certificate can not be revoked"};
  }
  if (found->attributes.contains("RevokedAt")) {
    return ApiError{"RequestAlreadyProcessedException", "The certificate is revoked already"};
  }
  Document certificate = *found, document = **authority;
  certificate.attributes["RevokedAt"] = call.now;
  document.attributes[kRevoked].push_back(
      {{"Serial", certificate.attributes["Serial"]}, {"RevokedAt", call.now}});
  if (auto refused = publish_list(call, document)) return *refused;
  Change change;
  change.put = {std::move(certificate), std::move(document)};
  if (auto refused = call.plane.change(std::move(change))) return invalid_args(refused->message);
  return Json::object();
}

ApiResult<IssuedPair> issue_for_names(const Call& call, const std::string& authority_arn,
                                      const std::vector<std::string>& names,
                                      pki::KeyAlgorithm key) {
  const auto authority = active_authority(call, {{"CertificateAuthorityArn", authority_arn}});
  if (!authority) return authority.error();
  const auto issuer = identity_of(**authority);
  if (!issuer) return invalid_args(issuer.error());
  pki::CertificateRequest request;
  request.subject = pki::name_part("CN", names.front());
  request.dns_names = names;
  request.key = key;
  request.extended_key_usage = {"serverAuth", "clientAuth"};
  request.not_before = call.now - kHour;
  request.not_after = months_later(call.now, 13);
  request.serial = new_serial(call, **authority);
  const auto made = pki::issue(request, issuer.value());
  if (!made) return invalid_args(made.error());
  Document document =
      call.plane.made((*authority)->id + "/certificate/" + lower_case(*request.serial),
                      kCertificateType, call.caller);
  document.properties["CertificateAuthorityArn"] = (*authority)->id;
  document.attributes = {{"Certificate", made.value().cert_pem()},
                         {"Serial", made.value().serial()},
                         {"CertificateChain", chain_below(**authority)}};
  if (auto refused = put(call, std::move(document))) return *refused;
  return IssuedPair{made.value().cert_pem(), made.value().key_pem(), chain_below(**authority)};
}

}  // namespace hoplab::awsapi::acmpca
