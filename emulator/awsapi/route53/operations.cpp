// Route 53's operations: what each takes and answers, and where. Health checks, traffic policies,
// delegation sets and query logs are not among them.
#include "awsapi/route53/handlers.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::route53 {

namespace {

constexpr std::string_view kTypes =
    "SOA|A|TXT|NS|CNAME|MX|NAPTR|PTR|SRV|SPF|AAAA|CAA|DS|TLSA|SSHFP|SVCB|HTTPS";
constexpr std::string_view kResourceTypes = "healthcheck|hostedzone";

constexpr Member kVpc[] = {text("VPCRegion").needed(), text("VPCId").needed()};
constexpr Member kConfig[] = {text("Comment"), boolean("PrivateZone")};
constexpr Member kZone[] = {text("Id"), text("Name"), text("CallerReference"),
                            structure("Config", kConfig), integer("ResourceRecordSetCount")};
constexpr Member kChangeInfo[] = {text("Id"), text("Status"), timestamp("SubmittedAt"),
                                  text("Comment")};
constexpr Member kDelegation[] = {texts("NameServers").items("NameServer")};
constexpr Member kSummaryOwner[] = {text("OwningAccount")};
constexpr Member kSummary[] = {text("HostedZoneId"), text("Name"),
                               structure("Owner", kSummaryOwner)};
constexpr Member kValue[] = {text("Value").needed()};
constexpr Member kAlias[] = {text("HostedZoneId").needed(), text("DNSName").needed(),
                             boolean("EvaluateTargetHealth").needed()};
constexpr Member kGeoLocation[] = {text("ContinentCode"), text("CountryCode"),
                                   text("SubdivisionCode")};
constexpr Member kRecord[] = {text("Name").needed(),
                              choice("Type", kTypes).needed(),
                              text("SetIdentifier"),
                              integer("Weight").range(0, 255),
                              text("Region"),
                              structure("GeoLocation", kGeoLocation),
                              choice("Failover", "PRIMARY|SECONDARY"),
                              boolean("MultiValueAnswer"),
                              integer("TTL").range(0, 2'147'483'647),
                              list("ResourceRecords", kValue).items("ResourceRecord"),
                              structure("AliasTarget", kAlias)};
constexpr Member kChange[] = {choice("Action", "CREATE|DELETE|UPSERT").needed(),
                              structure("ResourceRecordSet", kRecord).needed()};
constexpr Member kBatch[] = {text("Comment"), list("Changes", kChange).items("Change").needed()};
constexpr Member kTag[] = {text("Key"), text("Value")};
constexpr Member kTagSet[] = {text("ResourceType"), text("ResourceId"),
                              list("Tags", kTag).items("Tag")};
constexpr Member kSigning[] = {text("ServeSignature"), text("StatusMessage")};

constexpr Member kMaxItems = integer("MaxItems").range(1, 300).in_query("maxitems");

constexpr Member kCreateIn[] = {text("Name").needed(), structure("VPC", kVpc),
                                text("CallerReference").needed(),
                                structure("HostedZoneConfig", kConfig)};
constexpr Member kCreateOut[] = {structure("HostedZone", kZone),
                                 structure("ChangeInfo", kChangeInfo),
                                 structure("DelegationSet", kDelegation), structure("VPC", kVpc),
                                 text("Location").in_header("Location")};
constexpr Member kOfId[] = {text("Id").in_path("Id").needed()};
constexpr Member kGetOut[] = {structure("HostedZone", kZone),
                              structure("DelegationSet", kDelegation),
                              list("VPCs", kVpc).items("VPC")};
constexpr Member kListIn[] = {
    text("Marker").in_query("marker"), kMaxItems,
    choice("HostedZoneType", "PrivateHostedZone").in_query("hostedzonetype")};
constexpr Member kListOut[] = {list("HostedZones", kZone).items("HostedZone"), text("Marker"),
                               boolean("IsTruncated"), text("NextMarker"), text("MaxItems")};
constexpr Member kByNameIn[] = {text("DNSName").in_query("dnsname"),
                                text("HostedZoneId").in_query("hostedzoneid"), kMaxItems};
constexpr Member kByNameOut[] = {list("HostedZones", kZone).items("HostedZone"),
                                 text("DNSName"),
                                 text("HostedZoneId"),
                                 boolean("IsTruncated"),
                                 text("NextDNSName"),
                                 text("NextHostedZoneId"),
                                 text("MaxItems")};
constexpr Member kByVpcIn[] = {text("VPCId").in_query("vpcid").needed(),
                               text("VPCRegion").in_query("vpcregion").needed(), kMaxItems,
                               text("NextToken").in_query("nexttoken")};
constexpr Member kByVpcOut[] = {list("HostedZoneSummaries", kSummary).items("HostedZoneSummary"),
                                text("MaxItems"), text("NextToken")};
constexpr Member kCountOut[] = {integer("HostedZoneCount")};
constexpr Member kCommentIn[] = {text("Id").in_path("Id").needed(), text("Comment")};
constexpr Member kZoneOut[] = {structure("HostedZone", kZone)};
constexpr Member kChangeOut[] = {structure("ChangeInfo", kChangeInfo)};
constexpr Member kOfZone[] = {text("HostedZoneId").in_path("Id").needed()};
constexpr Member kDnssecOut[] = {structure("Status", kSigning), texts("KeySigningKeys")};
constexpr Member kVpcIn[] = {text("HostedZoneId").in_path("Id").needed(),
                             structure("VPC", kVpc).needed(), text("Comment")};
constexpr Member kAuthorizationIn[] = {text("HostedZoneId").in_path("Id").needed(),
                                       structure("VPC", kVpc).needed()};
constexpr Member kAuthorizationOut[] = {text("HostedZoneId"), structure("VPC", kVpc)};
constexpr Member kAuthorizationsOut[] = {text("HostedZoneId"), list("VPCs", kVpc).items("VPC")};
constexpr Member kChangeRecordsIn[] = {text("HostedZoneId").in_path("Id").needed(),
                                       structure("ChangeBatch", kBatch).needed()};
constexpr Member kListRecordsIn[] = {
    text("HostedZoneId").in_path("Id").needed(), text("StartRecordName").in_query("name"),
    choice("StartRecordType", kTypes).in_query("type"),
    text("StartRecordIdentifier").in_query("identifier"), kMaxItems};
constexpr Member kListRecordsOut[] = {
    list("ResourceRecordSets", kRecord).items("ResourceRecordSet"),
    boolean("IsTruncated"),
    text("NextRecordName"),
    text("NextRecordType"),
    text("NextRecordIdentifier"),
    text("MaxItems")};
constexpr Member kChangeTagsIn[] = {
    choice("ResourceType", kResourceTypes).in_path("ResourceType").needed(),
    text("ResourceId").in_path("ResourceId").needed(), list("AddTags", kTag).items("Tag"),
    texts("RemoveTagKeys").items("Key")};
constexpr Member kListTagsIn[] = {
    choice("ResourceType", kResourceTypes).in_path("ResourceType").needed(),
    text("ResourceId").in_path("ResourceId").needed()};
constexpr Member kListTagsOut[] = {structure("ResourceTagSet", kTagSet)};
constexpr Member kSeveralIn[] = {
    choice("ResourceType", kResourceTypes).in_path("ResourceType").needed(),
    texts("ResourceIds").items("ResourceId").needed()};
constexpr Member kSeveralOut[] = {list("ResourceTagSets", kTagSet).items("ResourceTagSet")};

constexpr Operation kOperations[] = {
    {"CreateHostedZone", kCreateIn, kCreateOut, create_hosted_zone, "POST",
     "/2013-04-01/hostedzone", 201},
    {"GetHostedZone", kOfId, kGetOut, get_hosted_zone, "GET", "/2013-04-01/hostedzone/{Id}"},
    {"ListHostedZones", kListIn, kListOut, list_hosted_zones, "GET", "/2013-04-01/hostedzone"},
    {"ListHostedZonesByName", kByNameIn, kByNameOut, list_hosted_zones_by_name, "GET",
     "/2013-04-01/hostedzonesbyname"},
    {"ListHostedZonesByVPC", kByVpcIn, kByVpcOut, list_hosted_zones_by_vpc, "GET",
     "/2013-04-01/hostedzonesbyvpc"},
    {"GetHostedZoneCount",
     {},
     kCountOut,
     get_hosted_zone_count,
     "GET",
     "/2013-04-01/hostedzonecount"},
    {"UpdateHostedZoneComment", kCommentIn, kZoneOut, update_hosted_zone_comment, "POST",
     "/2013-04-01/hostedzone/{Id}"},
    {"DeleteHostedZone", kOfId, kChangeOut, delete_hosted_zone, "DELETE",
     "/2013-04-01/hostedzone/{Id}"},
    {"GetChange", kOfId, kChangeOut, get_change, "GET", "/2013-04-01/change/{Id}"},
    {"GetDNSSEC", kOfZone, kDnssecOut, get_dnssec, "GET", "/2013-04-01/hostedzone/{Id}/dnssec"},
    {"AssociateVPCWithHostedZone", kVpcIn, kChangeOut, associate_vpc, "POST",
     "/2013-04-01/hostedzone/{Id}/associatevpc"},
    {"DisassociateVPCFromHostedZone", kVpcIn, kChangeOut, disassociate_vpc, "POST",
     "/2013-04-01/hostedzone/{Id}/disassociatevpc"},
    {"CreateVPCAssociationAuthorization", kAuthorizationIn, kAuthorizationOut,
     create_vpc_association_authorization, "POST",
     "/2013-04-01/hostedzone/{Id}/authorizevpcassociation"},
    {"DeleteVPCAssociationAuthorization",
     kAuthorizationIn,
     {},
     delete_vpc_association_authorization,
     "POST",
     "/2013-04-01/hostedzone/{Id}/deauthorizevpcassociation"},
    {"ListVPCAssociationAuthorizations", kOfZone, kAuthorizationsOut,
     list_vpc_association_authorizations, "GET",
     "/2013-04-01/hostedzone/{Id}/authorizevpcassociation"},
    {"ChangeResourceRecordSets", kChangeRecordsIn, kChangeOut, change_resource_record_sets, "POST",
     "/2013-04-01/hostedzone/{Id}/rrset"},
    {"ListResourceRecordSets", kListRecordsIn, kListRecordsOut, list_resource_record_sets, "GET",
     "/2013-04-01/hostedzone/{Id}/rrset"},
    {"ChangeTagsForResource",
     kChangeTagsIn,
     {},
     change_tags,
     "POST",
     "/2013-04-01/tags/{ResourceType}/{ResourceId}"},
    {"ListTagsForResource", kListTagsIn, kListTagsOut, list_tags, "GET",
     "/2013-04-01/tags/{ResourceType}/{ResourceId}"},
    {"ListTagsForResources", kSeveralIn, kSeveralOut, list_tags_of_several, "POST",
     "/2013-04-01/tags/{ResourceType}"},
};

}  // namespace

constexpr Service kService{"route53",    Protocol::rest_xml,
                           "2013-04-01", "https://route53.amazonaws.com/doc/2013-04-01/",
                           "",           "",
                           kOperations};

}  // namespace hoplab::awsapi::route53
