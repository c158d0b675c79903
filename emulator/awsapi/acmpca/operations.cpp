// ACM Private CA's operations: what each takes and answers.
#include "awsapi/acmpca/handlers.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::acmpca {

namespace {

constexpr std::string_view kKeyAlgorithms =
    "RSA_2048|RSA_3072|RSA_4096|EC_prime256v1|EC_secp384r1|EC_secp521r1";
constexpr std::string_view kSigningAlgorithms =
    "SHA256WITHECDSA|SHA384WITHECDSA|SHA512WITHECDSA|SHA256WITHRSA|SHA384WITHRSA|SHA512WITHRSA";

constexpr Member kTag[] = {text("Key").needed(), text("Value")};
constexpr Member kSubject[] = {text("Country"),
                               text("Organization"),
                               text("OrganizationalUnit"),
                               text("DistinguishedNameQualifier"),
                               text("State"),
                               text("CommonName"),
                               text("SerialNumber"),
                               text("Locality"),
                               text("Title"),
                               text("Surname"),
                               text("GivenName"),
                               text("Initials"),
                               text("Pseudonym"),
                               text("GenerationQualifier")};
constexpr Member kConfiguration[] = {choice("KeyAlgorithm", kKeyAlgorithms).needed(),
                                     choice("SigningAlgorithm", kSigningAlgorithms).needed(),
                                     structure("Subject", kSubject).needed()};
constexpr Member kExtensionOfList[] = {boolean("OmitExtension").needed()};
constexpr Member kListConfiguration[] = {
    boolean("Enabled").needed(),
    integer("ExpirationInDays").range(1, 5000),
    text("CustomCname"),
    text("S3BucketName"),
    choice("S3ObjectAcl", "PUBLIC_READ|BUCKET_OWNER_FULL_CONTROL"),
    structure("CrlDistributionPointExtensionConfiguration", kExtensionOfList),
    choice("CrlType", "COMPLETE"),
    text("CustomPath")};
constexpr Member kOcspConfiguration[] = {boolean("Enabled").needed(), text("OcspCustomCname")};
constexpr Member kRevocation[] = {structure("CrlConfiguration", kListConfiguration),
                                  structure("OcspConfiguration", kOcspConfiguration)};
constexpr Member kAuthority[] = {text("Arn"),
                                 text("OwnerAccount"),
                                 timestamp("CreatedAt"),
                                 timestamp("LastStateChangeAt"),
                                 text("Type"),
                                 text("Serial"),
                                 text("Status"),
                                 timestamp("NotBefore"),
                                 timestamp("NotAfter"),
                                 structure("CertificateAuthorityConfiguration", kConfiguration),
                                 structure("RevocationConfiguration", kRevocation),
                                 timestamp("RestorableUntil"),
                                 text("KeyStorageSecurityStandard"),
                                 text("UsageMode")};

constexpr Member kCreateIn[] = {
    structure("CertificateAuthorityConfiguration", kConfiguration).needed(),
    structure("RevocationConfiguration", kRevocation),
    choice("CertificateAuthorityType", "ROOT|SUBORDINATE").needed(),
    text("IdempotencyToken"),
    choice("KeyStorageSecurityStandard",
           "FIPS_140_2_LEVEL_2_OR_HIGHER|FIPS_140_2_LEVEL_3_OR_HIGHER|CCPC_LEVEL_1_OR_HIGHER"),
    list("Tags", kTag),
    choice("UsageMode", "GENERAL_PURPOSE|SHORT_LIVED_CERTIFICATE")};
constexpr Member kOfAuthority[] = {text("CertificateAuthorityArn").needed()};
constexpr Member kDescribeOut[] = {structure("CertificateAuthority", kAuthority)};
constexpr Member kListIn[] = {integer("MaxResults").range(1, 1000), text("NextToken"),
                              choice("ResourceOwner", "SELF|OTHER_ACCOUNTS")};
constexpr Member kListOut[] = {text("NextToken"), list("CertificateAuthorities", kAuthority)};
constexpr Member kCsrOut[] = {text("Csr")};
constexpr Member kCertificateOut[] = {text("Certificate"), text("CertificateChain")};
constexpr Member kImportIn[] = {text("CertificateAuthorityArn").needed(),
                                blob("Certificate").needed(), blob("CertificateChain")};
constexpr Member kUpdateIn[] = {text("CertificateAuthorityArn").needed(),
                                structure("RevocationConfiguration", kRevocation),
                                choice("Status", "ACTIVE|DISABLED")};
constexpr Member kDeleteIn[] = {text("CertificateAuthorityArn").needed(),
                                integer("PermanentDeletionTimeInDays").range(7, 30)};
constexpr Member kValidity[] = {integer("Value").needed(),
                                choice("Type", "END_DATE|ABSOLUTE|DAYS|MONTHS|YEARS").needed()};
constexpr Member kUsage[] = {text("ExtendedKeyUsageType"),
                             text("ExtendedKeyUsageObjectIdentifier")};
constexpr Member kName[] = {text("DnsName"), text("UniformResourceIdentifier"), text("IpAddress")};
constexpr Member kExtensions[] = {list("ExtendedKeyUsage", kUsage),
                                  list("SubjectAlternativeNames", kName)};
constexpr Member kPassthrough[] = {structure("Extensions", kExtensions),
                                   structure("Subject", kSubject)};
constexpr Member kIssueIn[] = {structure("ApiPassthrough", kPassthrough),
                               text("CertificateAuthorityArn").needed(),
                               blob("Csr").needed(),
                               choice("SigningAlgorithm", kSigningAlgorithms).needed(),
                               text("TemplateArn"),
                               structure("Validity", kValidity).needed(),
                               structure("ValidityNotBefore", kValidity),
                               text("IdempotencyToken")};
constexpr Member kArnOut[] = {text("CertificateArn")};
constexpr Member kAuthorityArnOut[] = {text("CertificateAuthorityArn")};
constexpr Member kGetIn[] = {text("CertificateAuthorityArn").needed(),
                             text("CertificateArn").needed()};
constexpr Member kRevokeIn[] = {
    text("CertificateAuthorityArn").needed(), text("CertificateSerial").needed(),
    choice("RevocationReason",
           "UNSPECIFIED|KEY_COMPROMISE|CERTIFICATE_AUTHORITY_COMPROMISE|AFFILIATION_CHANGED|"
           "SUPERSEDED|CESSATION_OF_OPERATION|PRIVILEGE_WITHDRAWN|A_A_COMPROMISE")
        .needed()};
constexpr Member kTagIn[] = {text("CertificateAuthorityArn").needed(), list("Tags", kTag).needed()};
constexpr Member kListOfIn[] = {text("CertificateAuthorityArn").needed(),
                                integer("MaxResults").range(1, 1000), text("NextToken")};
constexpr Member kTagsOut[] = {text("NextToken"), list("Tags", kTag)};
constexpr Member kCreatePermissionIn[] = {text("CertificateAuthorityArn").needed(),
                                          text("Principal").needed(), text("SourceAccount"),
                                          texts("Actions").needed()};
constexpr Member kDeletePermissionIn[] = {text("CertificateAuthorityArn").needed(),
                                          text("Principal").needed(), text("SourceAccount")};
constexpr Member kPermission[] = {text("CertificateAuthorityArn"), timestamp("CreatedAt"),
                                  text("Principal"), text("SourceAccount"), texts("Actions")};
constexpr Member kPermissionsOut[] = {text("NextToken"), list("Permissions", kPermission)};
constexpr Member kPutPolicyIn[] = {text("ResourceArn").needed(), text("Policy").needed()};
constexpr Member kOfResource[] = {text("ResourceArn").needed()};
constexpr Member kPolicyOut[] = {text("Policy")};

constexpr Operation kOperations[] = {
    {"CreateCertificateAuthority", kCreateIn, kAuthorityArnOut, create_certificate_authority},
    {"CreatePermission", kCreatePermissionIn, {}, create_permission},
    {"DeleteCertificateAuthority", kDeleteIn, {}, delete_certificate_authority},
    {"DeletePermission", kDeletePermissionIn, {}, delete_permission},
    {"DeletePolicy", kOfResource, {}, delete_policy},
    {"DescribeCertificateAuthority", kOfAuthority, kDescribeOut, describe_certificate_authority},
    {"GetCertificate", kGetIn, kCertificateOut, get_certificate},
    {"GetCertificateAuthorityCertificate", kOfAuthority, kCertificateOut,
     get_certificate_authority_certificate},
    {"GetCertificateAuthorityCsr", kOfAuthority, kCsrOut, get_certificate_authority_csr},
    {"GetPolicy", kOfResource, kPolicyOut, get_policy},
    {"ImportCertificateAuthorityCertificate",
     kImportIn,
     {},
     import_certificate_authority_certificate},
    {"IssueCertificate", kIssueIn, kArnOut, issue_certificate},
    {"ListCertificateAuthorities", kListIn, kListOut, list_certificate_authorities},
    {"ListPermissions", kListOfIn, kPermissionsOut, list_permissions},
    {"ListTags", kListOfIn, kTagsOut, list_tags},
    {"PutPolicy", kPutPolicyIn, {}, put_policy},
    {"RestoreCertificateAuthority", kOfAuthority, {}, restore_certificate_authority},
    {"RevokeCertificate", kRevokeIn, {}, revoke_certificate},
    {"TagCertificateAuthority", kTagIn, {}, tag_certificate_authority},
    {"UntagCertificateAuthority", kTagIn, {}, untag_certificate_authority},
    {"UpdateCertificateAuthority", kUpdateIn, {}, update_certificate_authority},
};

}  // namespace

constexpr Service kService{"acm-pca", Protocol::json, "", "", "ACMPrivateCA", "1.1", kOperations};

}  // namespace hoplab::awsapi::acmpca
