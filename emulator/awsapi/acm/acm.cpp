// Certificate Manager: certificates that are imported with their keys, and requested ones, which
// are issued at once (aws-api.md 5). A certificate on a listener cannot be deleted.
#include <algorithm>

#include "awsapi/acmpca/issuing.h"
#include "awsapi/control_plane.h"
#include "awsapi/select.h"
#include "awsapi/services.h"
#include "pki/alternative_names.h"
#include "pki/certificate_text.h"
#include "pki/import.h"

#include <openssl/x509v3.h>

namespace hoplab::awsapi::acm {

namespace {

constexpr std::string_view kType = "AWS::CertificateManager::Certificate";

constexpr Member kTag[] = {text("Key").needed(), text("Value")};
constexpr Member kOfCertificate[] = {text("CertificateArn").needed()};
constexpr Member kImportIn[] = {text("CertificateArn"), blob("Certificate").needed(),
                                blob("PrivateKey").needed(), blob("CertificateChain"),
                                list("Tags", kTag)};
constexpr Member kArnOut[] = {text("CertificateArn")};
constexpr Member kOptions[] = {
    choice("CertificateTransparencyLoggingPreference", "ENABLED|DISABLED"),
    choice("Export", "ENABLED|DISABLED")};
constexpr Member kValidationOption[] = {text("DomainName").needed(),
                                        text("ValidationDomain").needed()};
constexpr Member kRequestIn[] = {text("DomainName").needed(),
                                 choice("ValidationMethod", "EMAIL|DNS|HTTP"),
                                 texts("SubjectAlternativeNames"),
                                 text("IdempotencyToken"),
                                 list("DomainValidationOptions", kValidationOption),
                                 structure("Options", kOptions),
                                 text("CertificateAuthorityArn"),
                                 list("Tags", kTag),
                                 choice("KeyAlgorithm", "RSA_2048|EC_prime256v1|EC_secp384r1")};
constexpr Member kResourceRecord[] = {text("Name"), text("Type"), text("Value")};
constexpr Member kValidation[] = {
    text("DomainName"), text("ValidationDomain"), text("ValidationStatus"),
    structure("ResourceRecord", kResourceRecord), text("ValidationMethod")};
constexpr Member kDetail[] = {text("CertificateArn"),
                              text("DomainName"),
                              texts("SubjectAlternativeNames"),
                              list("DomainValidationOptions", kValidation),
                              text("Serial"),
                              text("Subject"),
                              text("Issuer"),
                              timestamp("CreatedAt"),
                              timestamp("IssuedAt"),
                              timestamp("ImportedAt"),
                              text("Status"),
                              timestamp("NotBefore"),
                              timestamp("NotAfter"),
                              text("KeyAlgorithm"),
                              texts("InUseBy"),
                              text("Type"),
                              text("CertificateAuthorityArn"),
                              text("RenewalEligibility"),
                              structure("Options", kOptions)};
constexpr Member kDescribeOut[] = {structure("Certificate", kDetail)};
constexpr Member kGetOut[] = {text("Certificate"), text("CertificateChain")};
constexpr Member kFilters[] = {texts("extendedKeyUsage"), texts("keyUsage"), texts("keyTypes")};
constexpr Member kListIn[] = {texts("CertificateStatuses"), structure("Includes", kFilters),
                              text("NextToken"), integer("MaxItems").range(1, 1000)};
constexpr Member kSummary[] = {
    text("CertificateArn"), text("DomainName"), texts("SubjectAlternativeNameSummaries"),
    text("Status"),         text("Type"),       boolean("InUse")};
constexpr Member kListOut[] = {text("NextToken"), list("CertificateSummaryList", kSummary)};
constexpr Member kTagsIn[] = {text("CertificateArn").needed(), list("Tags", kTag).needed()};
constexpr Member kTagsOut[] = {list("Tags", kTag)};

ApiResult<const Document*> find(const Call& call, const Json& in) {
  const std::string arn = in["CertificateArn"];
  const Document* const found = call.plane.find(arn, kType);
  if (found) return found;
  return ApiError{"ResourceNotFoundException", "Could not find certificate " + arn + "."};
}

/// Load balancers whose listeners have it.
std::vector<std::string> users_of(const Call& call, const std::string& arn) {
  std::vector<std::string> users;
  const auto look = [&](const Document& one, const std::string& user) {
    for (const Json& certificate : one.properties.value("Certificates", Json::array())) {
      const bool new_one = std::ranges::find(users, user) == users.end();
      if (text_of(certificate, "CertificateArn") == arn && new_one) users.push_back(user);
    }
  };
  for (const Document* one : call.plane.all("AWS::ElasticLoadBalancingV2::Listener")) {
    look(*one, text_of(one->properties, "LoadBalancerArn"));
  }
  for (const Document* one : call.plane.all("AWS::ElasticLoadBalancingV2::ListenerCertificate")) {
    const Document* const listener = call.plane.find(text_of(one->properties, "ListenerArn"),
                                                     "AWS::ElasticLoadBalancingV2::Listener");
    if (listener) look(*one, text_of(listener->properties, "LoadBalancerArn"));
  }
  return users;
}

std::string new_arn(const Call& call, const std::string& domain) {
  std::string id = call.plane.new_id("certificate/" + call.caller.account + "/" + domain, 32);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
  return "arn:aws:acm:" + call.caller.region + ":" + call.caller.account + ":certificate/" + id;
}

/// What a certificate says of itself.
void take_certificate(const pki::Identity& identity, Document& document) {
  const X509* const certificate = identity.x509();
  const auto names = pki::alternative_names(certificate, GEN_DNS);
  std::string domain = names.empty() ? std::string() : names.front();
  const std::string subject = identity.subject();
  if (domain.empty() && subject.starts_with("CN=")) {
    domain = subject.substr(3, subject.find(',') - 3);
  }
  document.properties["DomainName"] = domain;
  document.properties["SubjectAlternativeNames"] = names;
  document.attributes["Serial"] = identity.serial();
  document.attributes["Subject"] = subject;
  document.attributes["NotBefore"] = pki::to_seconds(X509_get0_notBefore(certificate)).value_or(0);
  document.attributes["NotAfter"] = pki::to_seconds(X509_get0_notAfter(certificate)).value_or(0);
}

ApiResult<Json> import_certificate(const Call& call, const Json& in) {
  const std::string pem = in["Certificate"], key = in["PrivateKey"];
  const std::string chain = text_of(in, "CertificateChain");
  const auto identity = pki::import_pem(pem + "\n" + chain, key, "");
  if (!identity) {
    return ApiError{"ValidationException", "The certificate cannot be used: " + identity.error()};
  }
  Document document = call.plane.made("", kType, call.caller);
  if (in.contains("CertificateArn")) {
    const auto present = find(call, in);
    if (!present) return present.error();
    document = **present;
  }
  take_certificate(identity.value(), document);
  if (document.id.empty()) {
    document.id = new_arn(call, text_of(document.properties, "DomainName"));
    document.attributes["CreatedAt"] = call.now;
  }
  document.attributes["Type"] = "IMPORTED";
  document.attributes["ImportedAt"] = call.now;
  document.attributes["Certificate"] = pem;
  document.attributes["PrivateKey"] = key;
  document.attributes["CertificateChain"] = chain;
  auto tags = tags_of(in.value("Tags", Json::array()));
  if (!tags) return tags.error();
  if (!tags->empty()) document.tags = std::move(*tags);
  Json answer{{"CertificateArn", document.id}};
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return answer;
}

Json names_of(const Document& document) {
  Json names = document.properties.value("SubjectAlternativeNames", Json::array());
  const Json& domain = document.properties["DomainName"];
  if (std::ranges::find(names, domain) == names.end()) names.insert(names.begin(), domain);
  return names;
}

/// By the private authority that it names; others are minted for traffic.
Refusal issue_privately(const Call& call, Document& document) {
  const std::string authority = text_of(document.properties, "CertificateAuthorityArn");
  if (authority.empty()) return std::nullopt;
  const auto key =
      pki::key_algorithm_from_text(document.properties.value("KeyAlgorithm", "RSA_2048"));
  const auto pair = acmpca::issue_for_names(call, authority, names_of(document), *key);
  if (!pair) return pair.error();
  document.attributes["Certificate"] = pair->certificate;
  document.attributes["PrivateKey"] = pair->private_key;
  document.attributes["CertificateChain"] = pair->chain;
  return std::nullopt;
}

/// The same request with the same token is the same certificate.
const Document* requested(const Call& call, const std::string& token, const Json& properties) {
  for (const Document* one : call.plane.all(kType, call.caller)) {
    const bool same = !token.empty() && text_of(one->attributes, "IdempotencyToken") == token;
    if (same && one->properties == properties) return one;
  }
  return nullptr;
}

ApiResult<Json> request_certificate(const Call& call, const Json& in) {
  Document document = call.plane.made("", kType, call.caller);
  for (const char* const member : {"DomainName", "SubjectAlternativeNames", "ValidationMethod",
                                   "CertificateAuthorityArn", "KeyAlgorithm"}) {
    if (in.contains(member)) document.properties[member] = in[member];
  }
  const std::string token = text_of(in, "IdempotencyToken");
  if (const Document* const present = requested(call, token, document.properties)) {
    return Json{{"CertificateArn", present->id}};
  }
  document.id = new_arn(call, in["DomainName"]);
  document.attributes = {
      {"Type", in.contains("CertificateAuthorityArn") ? "PRIVATE" : "AMAZON_ISSUED"},
      {"CreatedAt", call.now},
      {"IssuedAt", call.now},
      {"IdempotencyToken", token}};
  auto tags = tags_of(in.value("Tags", Json::array()));
  if (!tags) return tags.error();
  document.tags = std::move(*tags);
  if (auto refused = issue_privately(call, document)) return *refused;
  Json answer{{"CertificateArn", document.id}};
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return answer;
}

ApiResult<Json> describe_certificate(const Call& call, const Json& in) {
  const auto found = find(call, in);
  if (!found) return found.error();
  const Document& document = **found;
  Json detail = document.attributes;
  detail["CertificateArn"] = document.id;
  detail["DomainName"] = document.properties["DomainName"];
  detail["SubjectAlternativeNames"] = names_of(document);
  detail["Status"] = "ISSUED";
  detail["KeyAlgorithm"] = document.properties.value("KeyAlgorithm", "RSA_2048");
  detail["InUseBy"] = users_of(call, document.id);
  detail["RenewalEligibility"] = "INELIGIBLE";
  detail["Options"] = {{"CertificateTransparencyLoggingPreference", "ENABLED"}};
  if (detail["Type"] == "AMAZON_ISSUED") {
    for (const Json& name : detail["SubjectAlternativeNames"]) {
      detail["DomainValidationOptions"].push_back(
          {{"DomainName", name},
           {"ValidationDomain", name},
           {"ValidationStatus", "SUCCESS"},
           {"ResourceRecord",
            {{"Name", "_hoplab." + name.get<std::string>() + "."},
             {"Type", "CNAME"},
             {"Value", "_hoplab.acm-validations.aws."}}},
           {"ValidationMethod", document.properties.value("ValidationMethod", "DNS")}});
    }
  }
  return Json{{"Certificate", std::move(detail)}};
}

ApiResult<Json> get_certificate(const Call& call, const Json& in) {
  const auto found = find(call, in);
  if (!found) return found.error();
  if (!(*found)->attributes.contains("Certificate")) {
    return ApiError{"ResourceNotFoundException",
                    "hoplab has the text of imported and private certificates only"};
  }
  return Json((*found)->attributes);
}

ApiResult<Json> list_certificates(const Call& call, const Json& in) {
  std::vector<Json> items;
  const auto statuses = texts_of(in, "CertificateStatuses");
  const bool none = !statuses.empty() && std::ranges::find(statuses, "ISSUED") == statuses.end();
  for (const Document* one : call.plane.all(kType, call.caller)) {
    if (none) break;
    items.push_back({{"CertificateArn", one->id},
                     {"DomainName", one->properties["DomainName"]},
                     {"SubjectAlternativeNameSummaries", names_of(*one)},
                     {"Status", "ISSUED"},
                     {"Type", one->attributes["Type"]},
                     {"InUse", !users_of(call, one->id).empty()}});
  }
  Json page = in;
  if (in.contains("MaxItems")) page["MaxResults"] = in["MaxItems"];
  return paged_by_token(page, "CertificateSummaryList", std::move(items));
}

ApiResult<Json> delete_certificate(const Call& call, const Json& in) {
  const auto found = find(call, in);
  if (!found) return found.error();
  if (!users_of(call, (*found)->id).empty()) {
    return ApiError{"ResourceInUseException", "Certificate " + (*found)->id + " is in use."};
  }
  if (auto refused = call.plane.remove((*found)->id)) return *refused;
  return Json::object();
}

ApiResult<Json> add_tags(const Call& call, const Json& in) {
  const auto found = find(call, in);
  if (!found) return found.error();
  Document document = **found;
  for (const Json& one : in["Tags"]) document.tags[text_of(one, "Key")] = text_of(one, "Value");
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> remove_tags(const Call& call, const Json& in) {
  const auto found = find(call, in);
  if (!found) return found.error();
  Document document = **found;
  for (const Json& one : in["Tags"]) document.tags.erase(text_of(one, "Key"));
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> list_tags(const Call& call, const Json& in) {
  const auto found = find(call, in);
  if (!found) return found.error();
  return Json{{"Tags", tag_list((*found)->tags)}};
}

constexpr Operation kOperations[] = {
    {"AddTagsToCertificate", kTagsIn, {}, add_tags},
    {"DeleteCertificate", kOfCertificate, {}, delete_certificate},
    {"DescribeCertificate", kOfCertificate, kDescribeOut, describe_certificate},
    {"GetCertificate", kOfCertificate, kGetOut, get_certificate},
    {"ImportCertificate", kImportIn, kArnOut, import_certificate},
    {"ListCertificates", kListIn, kListOut, list_certificates},
    {"ListTagsForCertificate", kOfCertificate, kTagsOut, list_tags},
    {"RemoveTagsFromCertificate", kTagsIn, {}, remove_tags},
    {"RequestCertificate", kRequestIn, kArnOut, request_certificate},
};

}  // namespace

constexpr Service kService{"acm", Protocol::json, "", "", "CertificateManager", "1.1", kOperations};

}  // namespace hoplab::awsapi::acm
