#include "awsapi/route53/zones.h"

#include <algorithm>

#include "awsapi/route53/handlers.h"
#include "awsapi/scalar.h"
#include "base/ascii.h"
#include "model/text_rule.h"

namespace hoplab::awsapi::route53 {

namespace {

constexpr const char* kNameServers[] = {"ns-2048.awsdns-64.com", "ns-2049.awsdns-65.net",
                                        "ns-2050.awsdns-66.org", "ns-2051.awsdns-67.co.uk"};
constexpr const char* kPrivateServers[] = {"ns-1536.awsdns-00.co.uk", "ns-0.awsdns-00.com",
                                           "ns-1024.awsdns-00.org", "ns-512.awsdns-00.net"};

std::string new_id(const Call& call, const std::string& letter, const std::string& name) {
  std::string id = letter + call.plane.new_id(letter + call.caller.account + name, 20);
  std::ranges::transform(id, id.begin(), upper_case);
  return id;
}

std::vector<std::string> servers_of(bool for_vpcs) {
  if (for_vpcs) return {std::begin(kPrivateServers), std::end(kPrivateServers)};
  return {std::begin(kNameServers), std::end(kNameServers)};
}

Json shown_zone(const Call& call, const Document& zone) {
  const Json config = zone.properties.value("HostedZoneConfig", Json::object());
  Json value{{"Id", "/hostedzone/" + zone.id},
             {"Name", text_of(zone.properties, "Name")},
             {"CallerReference", zone.attributes.value("CallerReference", zone.id)},
             {"ResourceRecordSetCount", records_of(call.plane, zone.id).size()}};
  value["Config"] = {{"PrivateZone", is_private(zone)}};
  if (config.contains("Comment")) value["Config"]["Comment"] = config["Comment"];
  return value;
}

Json delegation_of(const Document& zone) {
  return {{"NameServers", servers_of(is_private(zone))}};
}

std::vector<const Document*> zones(const Call& call) {
  auto all = call.plane.all(kZoneType);
  std::erase_if(all, [&](const Document* one) { return one->account != call.caller.account; });
  return all;
}

Refusal check_vpc(const Call& call, const Json& vpc) {
  const std::string id = text_of(vpc, "VPCId");
  const Document* const found = call.plane.find(id, "AWS::EC2::VPC");
  if (found && found->region == text_of(vpc, "VPCRegion")) return std::nullopt;
  return ApiError{"InvalidVPCId", "The VPC: " + id + " in region " + text_of(vpc, "VPCRegion") +
                                      " that you provided is not authorized to make the "
                                      "association or does not exist."};
}

/// The records that every zone has: who serves it, and the start of authority.
std::vector<Document> own_records(const Call& call, const Document& zone, bool for_vpcs) {
  const std::string name = text_of(zone.properties, "Name");
  Json servers = Json::array();
  for (const std::string& one : servers_of(for_vpcs)) servers.push_back({{"Value", one + "."}});
  const std::string first = text_of(servers.front(), "Value");
  const Json start =
      Json::array({{{"Value", first + " awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"}}});
  return {
      record_document(
          call, zone,
          {{"Name", name}, {"Type", "NS"}, {"TTL", 172'800}, {"ResourceRecords", servers}}),
      record_document(call, zone,
                      {{"Name", name}, {"Type", "SOA"}, {"TTL", 900}, {"ResourceRecords", start}})};
}

/// Those from in["Marker"], an index, on, as many as in["MaxItems"].
Json page_of(const Json& in, const char* member, std::vector<Json> items) {
  const auto count = static_cast<std::int64_t>(items.size());
  const std::int64_t begin =
      std::clamp(integer_from_text(text_of(in, "Marker")).value_or(0), std::int64_t{0}, count);
  const std::int64_t most = in.value("MaxItems", std::int64_t{100});
  const std::int64_t end = std::min(count, begin + most);
  Json chosen = Json::array();
  for (std::int64_t i = begin; i < end; ++i) {
    chosen.push_back(std::move(items[static_cast<std::size_t>(i)]));
  }
  Json answer{{member, std::move(chosen)}, {"IsTruncated", end < count}};
  answer["MaxItems"] = std::to_string(most);
  if (end < count) answer["NextMarker"] = std::to_string(end);
  return answer;
}

}  // namespace

ApiError invalid_input(const std::string& message) {
  return {"InvalidInput", message};
}

Refusal change(const Call& call, Change change) {
  auto refused = call.plane.change(std::move(change));
  if (refused) return invalid_input(refused->message);
  return std::nullopt;
}

bool is_private(const Document& zone) {
  return !zone.properties.value("VPCs", Json::array()).empty();
}

ApiResult<const Document*> zone_of(const Call& call, std::string id) {
  constexpr std::string_view kPrefix = "/hostedzone/";
  if (id.starts_with(kPrefix)) id.erase(0, kPrefix.size());
  const Document* const found = call.plane.find(id, kZoneType);
  if (found && found->account == call.caller.account) return found;
  return ApiError{"NoSuchHostedZone", "No hosted zone found with ID: " + id, 404};
}

std::optional<std::string> full_name(const std::string& name) {
  std::string made;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool star = name.compare(i, 4, "\\052") == 0;
    made += star ? '*' : lower_case(name[i]);
    if (star) i += 3;
  }
  if (made.ends_with('.')) made.pop_back();
  std::string_view plain = made;
  if (plain.starts_with("*.")) plain.remove_prefix(2);
  std::size_t label = 0;
  for (const char c : plain) {
    const bool allowed = is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    label = c == '.' ? 0 : label + 1;
    if (!allowed || label > 63) return std::nullopt;
  }
  const bool holes = plain.empty() || plain.front() == '.' || plain.find("..") != plain.npos;
  if (holes || made.size() > 254) return std::nullopt;
  return made + ".";
}

Json new_change(const Call& call, const std::string& comment) {
  const std::string id = new_id(call, "C", "change");
  Json change{{"Id", "/change/" + id}, {"Status", "INSYNC"}, {"SubmittedAt", call.now}};
  if (!comment.empty()) change["Comment"] = comment;
  call.plane.answered()["route53/" + id] = change;
  return change;
}

ApiResult<Json> get_change(const Call& call, const Json& in) {
  std::string id = in["Id"];
  constexpr std::string_view kPrefix = "/change/";
  if (id.starts_with(kPrefix)) id.erase(0, kPrefix.size());
  const auto& answered = call.plane.answered();
  const auto found = answered.find("route53/" + id);
  if (found != answered.end()) return Json{{"ChangeInfo", found->second}};
  return ApiError{"NoSuchChange", "Could not find resource with ID: " + id, 404};
}

ApiResult<Json> create_hosted_zone(const Call& call, const Json& in) {
  const auto name = full_name(in["Name"]);
  if (!name) return ApiError{"InvalidDomainName", text_of(in, "Name") + " is not a valid name"};
  const std::string reference = in["CallerReference"];
  for (const Document* one : zones(call)) {
    if (text_of(one->attributes, "CallerReference") != reference) continue;
    return ApiError{"HostedZoneAlreadyExists",
                    "A hosted zone has already been created with the specified caller reference.",
                    409};
  }
  const bool for_vpcs = in.contains("VPC");
  if (for_vpcs) {
    if (auto refused = check_vpc(call, in["VPC"])) return *refused;
  }
  Document zone = call.plane.made(new_id(call, "Z", *name), kZoneType, call.caller);
  zone.properties["Name"] = *name;
  const std::string comment = text_of(in.value("HostedZoneConfig", Json::object()), "Comment");
  if (!comment.empty()) zone.properties["HostedZoneConfig"] = {{"Comment", comment}};
  if (for_vpcs) zone.properties["VPCs"] = Json::array({in["VPC"]});
  zone.attributes["CallerReference"] = reference;
  zone.attributes["NameServers"] = servers_of(for_vpcs);
  Change made;
  made.put = own_records(call, zone, for_vpcs);
  made.put.insert(made.put.begin(), zone);
  if (auto refused = change(call, std::move(made))) return *refused;
  Json answer{{"HostedZone", shown_zone(call, zone)},
              {"ChangeInfo", new_change(call)},
              {"Location", "https://route53.amazonaws.com/2013-04-01/hostedzone/" + zone.id}};
  answer["DelegationSet"] = delegation_of(zone);
  if (for_vpcs) answer["VPC"] = in["VPC"];
  return answer;
}

ApiResult<Json> get_hosted_zone(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["Id"]);
  if (!zone) return zone.error();
  Json answer{{"HostedZone", shown_zone(call, **zone)}};
  if (is_private(**zone)) {
    answer["VPCs"] = (*zone)->properties["VPCs"];
  } else {
    answer["DelegationSet"] = delegation_of(**zone);
  }
  return answer;
}

ApiResult<Json> list_hosted_zones(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* one : zones(call)) {
    if (in.contains("HostedZoneType") && !is_private(*one)) continue;
    items.push_back(shown_zone(call, *one));
  }
  Json answer = page_of(in, "HostedZones", std::move(items));
  answer["Marker"] = text_of(in, "Marker");
  return answer;
}

ApiResult<Json> list_hosted_zones_by_name(const Call& call, const Json& in) {
  auto all = zones(call);
  const auto key = [](const Document* one) {
    return std::pair(reversed(text_of(one->properties, "Name")), one->id);
  };
  std::ranges::sort(all, {}, key);
  const auto start = full_name(text_of(in, "DNSName"));
  const std::string id = text_of(in, "HostedZoneId");
  if (start) {
    std::erase_if(all,
                  [&](const Document* one) { return key(one) < std::pair(reversed(*start), id); });
  }
  std::vector<Json> items;
  for (const Document* one : all) items.push_back(shown_zone(call, *one));
  Json answer = page_of(in, "HostedZones", std::move(items));
  const std::size_t shown = answer["HostedZones"].size();
  if (shown < all.size()) {
    answer["NextDNSName"] = text_of(all[shown]->properties, "Name");
    answer["NextHostedZoneId"] = all[shown]->id;
  }
  if (start) answer["DNSName"] = *start;
  if (!id.empty()) answer["HostedZoneId"] = id;
  return answer;
}

ApiResult<Json> list_hosted_zones_by_vpc(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* one : call.plane.all(kZoneType)) {
    for (const Json& vpc : one->properties.value("VPCs", Json::array())) {
      if (text_of(vpc, "VPCId") != text_of(in, "VPCId") ||
          text_of(vpc, "VPCRegion") != text_of(in, "VPCRegion")) {
        continue;
      }
      items.push_back({{"HostedZoneId", one->id},
                       {"Name", text_of(one->properties, "Name")},
                       {"Owner", {{"OwningAccount", one->account}}}});
    }
  }
  Json page = in;
  if (in.contains("NextToken")) page["Marker"] = in["NextToken"];
  Json answer = page_of(page, "HostedZoneSummaries", std::move(items));
  if (answer.contains("NextMarker")) answer["NextToken"] = answer["NextMarker"];
  return answer;
}

ApiResult<Json> get_hosted_zone_count(const Call& call, const Json&) {
  return Json{{"HostedZoneCount", zones(call).size()}};
}

ApiResult<Json> update_hosted_zone_comment(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["Id"]);
  if (!zone) return zone.error();
  Document document = **zone;
  document.properties.erase("HostedZoneConfig");
  if (in.contains("Comment"))
    document.properties["HostedZoneConfig"] = {{"Comment", in["Comment"]}};
  const Json answer{{"HostedZone", shown_zone(call, document)}};
  Change made;
  made.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(made))) return *refused;
  return answer;
}

ApiResult<Json> delete_hosted_zone(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["Id"]);
  if (!zone) return zone.error();
  Change made;
  for (const Document* one : records_of(call.plane, (*zone)->id)) {
    const std::string type = text_of(one->properties, "Type");
    if ((type != "NS" && type != "SOA") ||
        text_of(one->properties, "Name") != text_of((*zone)->properties, "Name")) {
      return ApiError{
          "HostedZoneNotEmpty",
          "The specified hosted zone contains non-required resource record sets  and so "
          "cannot be deleted."};
    }
    made.remove.push_back(one->id);
  }
  made.remove.push_back((*zone)->id);
  if (auto refused = change(call, std::move(made))) return *refused;
  return Json{{"ChangeInfo", new_change(call)}};
}

ApiResult<Json> get_dnssec(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["HostedZoneId"]);
  if (!zone) return zone.error();
  return Json{{"Status", {{"ServeSignature", "NOT_SIGNING"}}}, {"KeySigningKeys", Json::array()}};
}

// ---- Tags
// ----------------------------------------------------------------------------------------

namespace {

ApiResult<const Document*> tagged(const Call& call, const Json& in, const std::string& id) {
  if (in["ResourceType"] == "hostedzone") return zone_of(call, id);
  return ApiError{"NoSuchHealthCheck", "A health check with id " + id + " does not exist.", 404};
}

Json tag_set(const Json& in, const Document& zone) {
  return {
      {"ResourceType", in["ResourceType"]}, {"ResourceId", zone.id}, {"Tags", tag_list(zone.tags)}};
}

}  // namespace

ApiResult<Json> change_tags(const Call& call, const Json& in) {
  const auto zone = tagged(call, in, in["ResourceId"]);
  if (!zone) return zone.error();
  Document document = **zone;
  for (const std::string& key : texts_of(in, "RemoveTagKeys")) document.tags.erase(key);
  for (const Json& tag : in.value("AddTags", Json::array())) {
    document.tags[text_of(tag, "Key")] = text_of(tag, "Value");
  }
  Change made;
  made.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(made))) return *refused;
  return Json::object();
}

ApiResult<Json> list_tags(const Call& call, const Json& in) {
  const auto zone = tagged(call, in, in["ResourceId"]);
  if (!zone) return zone.error();
  return Json{{"ResourceTagSet", tag_set(in, **zone)}};
}

ApiResult<Json> list_tags_of_several(const Call& call, const Json& in) {
  Json sets = Json::array();
  for (const std::string& id : texts_of(in, "ResourceIds")) {
    const auto zone = tagged(call, in, id);
    if (!zone) return zone.error();
    sets.push_back(tag_set(in, **zone));
  }
  return Json{{"ResourceTagSets", std::move(sets)}};
}

}  // namespace hoplab::awsapi::route53
