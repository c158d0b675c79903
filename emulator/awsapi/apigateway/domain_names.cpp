// Custom domain names, public and private ones, base path mappings and access associations.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr const char* kRoot = "(none)";  // the base path of a mapping without one (aws-api.md 4)
// API Gateway's own zones: one a Region for regional names, one for all that CloudFront serves.
constexpr const char* kRegionalZone = "ZLY8HYME6SFDD";
constexpr const char* kEdgeZone = "Z2FDTNDATAQYW2";

std::string kind_of_name(const Json& domain) {
  const auto types = texts_of(domain.value("EndpointConfiguration", Json::object()), "Types");
  return types.empty() ? "EDGE" : types.front();
}

/// "api.example.com", or, with in["DomainNameId"], the private one of that name and id.
ApiResult<const Document*> domain_of(const Call& call, const Json& in) {
  const std::string name = in["DomainName"], id = text_of(in, "DomainNameId");
  const Entity& entity = id.empty() ? kDomainNames : kPrivateDomainNames;
  for (const Document* one : call.plane.all(entity.type, call.caller)) {
    if (text_of(one->properties, "DomainName") == name &&
        (id.empty() || text_of(one->attributes, "DomainNameId") == id)) {
      return one;
    }
  }
  return not_found(entity.noun);
}

const Entity& entity_of(const Document& domain) {
  return domain.type == kDomainNameType ? kDomainNames : kPrivateDomainNames;
}

/// The type of a domain name's mappings, and the property that names it there.
std::string_view mapping_type(const Document& domain) {
  return domain.type == kDomainNameType ? kBasePathMappingType : kBasePathMappingV2Type;
}
const char* mapping_key(const Document& domain) {
  return domain.type == kDomainNameType ? "DomainName" : "DomainNameArn";
}

std::vector<const Document*> mappings_of(const Call& call, const Document& domain) {
  auto all = call.plane.all(mapping_type(domain), call.caller);
  std::erase_if(all, [&](const Document* one) {
    return text_of(one->properties, mapping_key(domain)) != domain.id;
  });
  return all;
}

std::string base_path_of(const Json& in) {
  const std::string path = text_of(in, "BasePath");
  return path.empty() || path == "/" ? kRoot : path;
}

Json shown_mapping(const Document& mapping) {
  Json value = shown(kBasePathMappings, mapping);
  value["BasePath"] = base_path_of(value);
  return value;
}

/// Its domain name, and the mapping of in["BasePath"]; null: there is none.
ApiResult<std::pair<const Document*, const Document*>> mapping_of(const Call& call,
                                                                  const Json& in) {
  const auto domain = domain_of(call, in);
  if (!domain) return domain.error();
  for (const Document* one : mappings_of(call, **domain)) {
    if (base_path_of(one->properties) == base_path_of(in)) return std::pair(*domain, one);
  }
  return std::pair(*domain, static_cast<const Document*>(nullptr));
}

Refusal check_mapping(const Call& call, const Json& mapping) {
  const auto api = find(call, kRestApis, text_of(mapping, "RestApiId"));
  if (!api) return bad_request("Invalid REST API identifier specified");
  const std::string stage = text_of(mapping, "Stage");
  const auto stages = of_api(call, kStageType, (*api)->id);
  const bool there = std::ranges::any_of(
      stages, [&](const Document* one) { return text_of(one->properties, "StageName") == stage; });
  if (!stage.empty() && !there) return bad_request("Invalid stage identifier specified");
  return std::nullopt;
}

/// What AWS says of a new name by its kind.
void add_attributes(const Call& call, const std::string& kind, Document& domain) {
  const std::string name = text_of(domain.properties, "DomainName");
  const std::string id = new_id(call, "domain " + name, 10);
  Json& add = domain.attributes;
  add["DomainNameStatus"] = "AVAILABLE";
  if (kind == "PRIVATE") {
    add["DomainNameId"] = id;
  } else if (kind == "REGIONAL") {
    add["RegionalDomainName"] = "d-" + id + ".execute-api." + domain.region + ".amazonaws.com";
    add["RegionalHostedZoneId"] = kRegionalZone;
  } else {
    add["DistributionDomainName"] = "d" + id + ".cloudfront.net";
    add["DistributionHostedZoneId"] = kEdgeZone;
    add["CertificateUploadDate"] = call.now;
  }
  const std::string resource = kind == "PRIVATE" ? name + "+" + id : name;
  add["DomainNameArn"] =
      "arn:aws:apigateway:" + domain.region + ":" + domain.account + ":/domainnames/" + resource;
}

/// A name has a certificate: of AWS's own choice, by its kind.
Refusal check_certificate(const Call& call, const std::string& kind, const Json& in) {
  const char* const member = kind == "REGIONAL" ? "RegionalCertificateArn" : "CertificateArn";
  const std::string arn = text_of(in, member);
  if (arn.empty()) return bad_request("A certificate is needed: " + std::string(member));
  if (!call.plane.find(arn, "AWS::CertificateManager::Certificate")) {
    return bad_request("Invalid certificate ARN: " + arn);
  }
  return std::nullopt;
}

}  // namespace

void show_domain_name(Json& value) {
  show_as_text(value, "Policy");
}

Refusal keep_domain_name(Json& value) {
  if (text_of(value, "Policy").empty()) value.erase("Policy");
  return keep_as_json(value, "Policy");
}

ApiResult<Json> create_domain_name(const Call& call, const Json& in) {
  const std::string kind = kind_of_name(in), name = in["DomainName"];
  if (kind != "EDGE" && kind != "REGIONAL" && kind != "PRIVATE") {
    return bad_request("Invalid endpoint type '" + kind + "'");
  }
  if (auto refused = check_certificate(call, kind, in)) return *refused;
  const Document* const taken = call.plane.find(name, kDomainNameType);
  if (kind != "PRIVATE" && taken) {
    return conflict("The domain name you provided already exists.");
  }
  if (kind != "PRIVATE" && in.contains("Policy")) {
    return bad_request("A policy can only be specified with PRIVATE domain names");
  }
  const Entity& entity = kind == "PRIVATE" ? kPrivateDomainNames : kDomainNames;
  Json given = in;
  given["EndpointConfiguration"]["Types"] = Json::array({kind});
  given["SecurityPolicy"] = given.value("SecurityPolicy", "TLS_1_2");
  auto document = made(call, entity, name, given);
  if (!document) return document.error();
  add_attributes(call, kind, *document);
  if (kind == "PRIVATE") document->id = text_of(document->attributes, "DomainNameArn");
  return put_and_show(call, entity, std::move(*document));
}

ApiResult<Json> get_domain_name(const Call& call, const Json& in) {
  const auto domain = domain_of(call, in);
  if (!domain) return domain.error();
  return shown(entity_of(**domain), **domain);
}

ApiResult<Json> get_domain_names(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Entity* entity : {&kDomainNames, &kPrivateDomainNames}) {
    if (text_of(in, "ResourceOwner") == "OTHER_ACCOUNTS") break;
    for (const Document* one : call.plane.all(entity->type, call.caller)) {
      items.push_back(shown(*entity, *one));
    }
  }
  return paged_by_position(in, std::move(items));
}

ApiResult<Json> update_domain_name(const Call& call, const Json& in) {
  const auto domain = domain_of(call, in);
  if (!domain) return domain.error();
  Json value = shown(entity_of(**domain), **domain);
  const std::string before = kind_of_name(value);
  const std::string fixed = std::string(kOwnOfDomainName) + "|DomainName|Tags";
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(value, kDomainName, fixed, operations)) return *refused;
  const std::string kind = kind_of_name(value);
  if (kind != before && (kind == "PRIVATE" || before == "PRIVATE")) {
    return bad_request("A domain name does not become private, nor the other way round");
  }
  if (auto refused = check_certificate(call, kind, value)) return *refused;
  Document document = **domain;
  if (auto refused = take(entity_of(**domain), std::move(value), document)) return *refused;
  if (kind != before) add_attributes(call, kind, document);
  return put_and_show(call, entity_of(**domain), std::move(document));
}

ApiResult<Json> delete_domain_name(const Call& call, const Json& in) {
  const auto domain = domain_of(call, in);
  if (!domain) return domain.error();
  Change one;
  for (const Document* mapping : mappings_of(call, **domain)) one.remove.push_back(mapping->id);
  one.remove.push_back((*domain)->id);
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

// ---- Base path mappings
// --------------------------------------------------------------------------

ApiResult<Json> create_base_path_mapping(const Call& call, const Json& in) {
  const auto place = mapping_of(call, in);
  if (!place) return place.error();
  if (place->second) return conflict("Base path already exists for this domain name");
  if (auto refused = check_mapping(call, in)) return *refused;
  const Document& domain = *place->first;
  Json given = in;
  given["BasePath"] = base_path_of(in);
  if (text_of(in, "Stage").empty()) given.erase("Stage");
  auto document =
      made(call, kBasePathMappings, domain.id + "/basepathmappings/" + base_path_of(in), given);
  if (!document) return document.error();
  document->type = mapping_type(domain);
  document->properties[mapping_key(domain)] = domain.id;
  return put_and_show(call, kBasePathMappings, std::move(*document));
}

ApiResult<Json> get_base_path_mapping(const Call& call, const Json& in) {
  const auto place = mapping_of(call, in);
  if (!place) return place.error();
  if (!place->second) return not_found(kBasePathMappings.noun);
  return shown_mapping(*place->second);
}

ApiResult<Json> get_base_path_mappings(const Call& call, const Json& in) {
  const auto domain = domain_of(call, in);
  if (!domain) return domain.error();
  std::vector<Json> items;
  for (const Document* one : mappings_of(call, **domain)) items.push_back(shown_mapping(*one));
  return paged_by_position(in, std::move(items));
}

/// A patch calls the API "/restapiId" (of base path mappings alone).
ApiResult<Json> update_base_path_mapping(const Call& call, const Json& in) {
  const auto place = mapping_of(call, in);
  if (!place) return place.error();
  if (!place->second) return not_found(kBasePathMappings.noun);
  Json value = shown_mapping(*place->second);
  Json operations = in.value("PatchOperations", Json::array());
  for (Json& one : operations) {
    if (one["Path"] == "/restapiId") one["Path"] = "/restApiId";
  }
  if (auto refused = patch(value, kBasePathMapping, "", operations)) return *refused;
  if (auto refused = check_mapping(call, value)) return *refused;
  Document document = *place->second;
  value["BasePath"] = base_path_of(value);
  document.id = place->first->id + "/basepathmappings/" + text_of(value, "BasePath");
  if (auto refused = take(kBasePathMappings, std::move(value), document)) return *refused;
  const bool moved = document.id != place->second->id;
  if (moved && call.plane.find(document.id, document.type)) {
    return conflict("Base path already exists for this domain name");
  }
  const Json answer = shown_mapping(document);
  Change one;
  if (moved) one.remove.push_back(place->second->id);
  one.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> delete_base_path_mapping(const Call& call, const Json& in) {
  const auto place = mapping_of(call, in);
  if (!place) return place.error();
  if (!place->second) return not_found(kBasePathMappings.noun);
  return removed(call, place->second->id);
}

// ---- Access associations
// -------------------------------------------------------------------------

namespace {

Json shown_association(const Document& association) {
  Json value = shown(kAccessAssociations, association);
  value["DomainNameAccessAssociationArn"] = association.id;
  return value;
}

}  // namespace

ApiResult<Json> create_access_association(const Call& call, const Json& in) {
  const std::string arn = in["DomainNameArn"], endpoint = in["AccessAssociationSource"];
  const Document* const domain = call.plane.find(arn, kDomainNameV2Type);
  if (!domain) return not_found(kPrivateDomainNames.noun);
  if (!call.plane.find(endpoint, "AWS::EC2::VPCEndpoint")) {
    return bad_request("Invalid Vpc endpoint ID: " + endpoint);
  }
  const std::string id = "arn:aws:apigateway:" + call.caller.region + ":" + call.caller.account +
                         ":/domainnameaccessassociations/domainname/" +
                         text_of(domain->properties, "DomainName") + "+" +
                         text_of(domain->attributes, "DomainNameId") + "/vpcesource/" + endpoint;
  if (call.plane.find(id, kAccessAssociationType)) {
    return conflict("The domain name access association already exists");
  }
  auto document = made(call, kAccessAssociations, id, in);
  if (!document) return document.error();
  const Json answer = shown_association(*document);
  Change one;
  one.put.push_back(std::move(*document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> get_access_associations(const Call& call, const Json& in) {
  std::vector<Json> items;
  const bool others = text_of(in, "ResourceOwner") == "OTHER_ACCOUNTS";
  for (const Document* one : call.plane.all(kAccessAssociationType)) {
    const bool own = one->account == call.caller.account && one->region == call.caller.region;
    const Document* const domain =
        call.plane.find(text_of(one->properties, "DomainNameArn"), kDomainNameV2Type);
    const bool of_own_name = domain && domain->account == call.caller.account;
    if (others ? !own && of_own_name : own) items.push_back(shown_association(*one));
  }
  return paged_by_position(in, std::move(items));
}

ApiResult<Json> delete_access_association(const Call& call, const Json& in) {
  const auto found = find(call, kAccessAssociations, in["DomainNameAccessAssociationArn"]);
  if (!found) return found.error();
  return removed(call, (*found)->id);
}

/// By whom the name belongs to.
ApiResult<Json> reject_access_association(const Call& call, const Json& in) {
  const Document* const found =
      call.plane.find(text_of(in, "DomainNameAccessAssociationArn"), kAccessAssociationType);
  const Document* const domain = call.plane.find(text_of(in, "DomainNameArn"), kDomainNameV2Type);
  if (!found || !domain || domain->account != call.caller.account ||
      text_of(found->properties, "DomainNameArn") != domain->id) {
    return not_found(kAccessAssociations.noun);
  }
  return removed(call, found->id);
}

}  // namespace hoplab::awsapi::apigateway
