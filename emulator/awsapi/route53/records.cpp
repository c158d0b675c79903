// Record sets: batches of changes, all of them or none, and the list.
#include <algorithm>

#include "awsapi/route53/handlers.h"
#include "awsapi/route53/zones.h"
#include "base/address_range.h"

namespace hoplab::awsapi::route53 {

namespace {

ApiError invalid_batch(const std::string& message) {
  return {"InvalidChangeBatch", "[" + message + "]"};
}

/// "[name='api.example.com.', type='A']", with the set identifier of one of several.
std::string words(const Json& record) {
  const std::string set = text_of(record, "SetIdentifier");
  return "resource record set [name='" + text_of(record, "Name") + "', type='" +
         text_of(record, "Type") + "'" + (set.empty() ? "" : ", set-identifier='" + set + "'") +
         "]";
}

std::string escaped(std::string name) {
  if (name.starts_with('*')) name.replace(0, 1, "\\052");
  return name;
}

/// What hinders `record` in a zone, beside other record sets.
Refusal check_record(const Json& record, const std::string& zone) {
  const std::string name = text_of(record, "Name"), type = text_of(record, "Type");
  if (name != zone && !name.ends_with("." + zone)) {
    return invalid_batch("RRSet with DNS name " + name + " is not permitted in zone " + zone);
  }
  if (type == "CNAME" && name == zone) {
    return invalid_batch("RRSet of type CNAME with DNS name " + name +
                         " is not permitted at apex in zone " + zone);
  }
  const bool alias = record.contains("AliasTarget"), values = record.contains("ResourceRecords");
  if (alias == values || alias == record.contains("TTL")) {
    return invalid_batch(
        "Invalid request: a record set has an AliasTarget, or a TTL and "
        "ResourceRecords");
  }
  for (const Json& one : record.value("ResourceRecords", Json::array())) {
    const std::string value = text_of(one, "Value");
    const auto address = parse_ip(value);
    const bool four = address && address->ipv4();
    if ((type == "A" && !four) || (type == "AAAA" && (!address || four))) {
      return invalid_batch("Invalid Resource Record: '" + value + "' is not a valid IPv" +
                           (type == "A" ? "4" : "6") + " address");
    }
  }
  return std::nullopt;
}

/// The record sets of the batch's zone, while it is done.
class Batch {
 public:
  Batch(const Call& call, const Document& zone) : call_(call), zone_(zone) {
    for (const Document* one : records_of(call.plane, zone.id)) present_[one->id] = *one;
  }

  Refusal apply(const Json& change) {
    Json record = change["ResourceRecordSet"];
    const auto name = full_name(text_of(record, "Name"));
    if (!name)
      return invalid_batch(
          "FATAL problem: DomainLabelEmpty or not a name encountered "
          "with '" +
          text_of(record, "Name") + "'");
    record["Name"] = *name;
    const std::string action = text_of(change, "Action");
    Document document = record_document(call_, zone_, record);
    const auto found = present_.find(document.id);
    if (action == "DELETE") {
      if (found == present_.end()) {
        return invalid_batch("Tried to delete " + words(record) + " but it was not found");
      }
      if (found->second.properties != document.properties) {
        return invalid_batch("Tried to delete " + words(record) +
                             " but the values provided do not match the current values");
      }
      made_.remove.push_back(document.id);
      std::erase_if(made_.put, [&](const Document& one) { return one.id == document.id; });
      present_.erase(found);
      return std::nullopt;
    }
    if (action == "CREATE" && found != present_.end()) {
      return invalid_batch("Tried to create " + words(record) + " but it already exists");
    }
    if (auto refused = check_record(record, text_of(zone_.properties, "Name"))) return refused;
    if (auto refused = check_beside(document)) return refused;
    present_[document.id] = document;
    std::erase_if(made_.put, [&](const Document& one) { return one.id == document.id; });
    made_.put.push_back(std::move(document));
    return std::nullopt;
  }

  [[nodiscard]] Change done() { return std::move(made_); }

 private:
  /// A CNAME is alone at its name, and several record sets of a name and type say which they are.
  [[nodiscard]] Refusal check_beside(const Document& record) const {
    const std::string name = text_of(record.properties, "Name");
    const std::string type = text_of(record.properties, "Type");
    for (const auto& [id, one] : present_) {
      if (id == record.id || text_of(one.properties, "Name") != name) continue;
      const std::string other = text_of(one.properties, "Type");
      if ((type == "CNAME") != (other == "CNAME")) {
        return invalid_batch("RRSet of type " + type + " with DNS name " + name +
                             " is not permitted as it conflicts with other records with the same "
                             "DNS name in zone " +
                             text_of(zone_.properties, "Name"));
      }
      const bool both =
          one.properties.contains("SetIdentifier") && record.properties.contains("SetIdentifier");
      if (type == other && !both) {
        return invalid_batch("RRSet with DNS name " + name + ", type " + type +
                             ", SetIdentifier cannot be created as a non-simple or simple RRSet "
                             "with the same name and type already exists");
      }
    }
    return std::nullopt;
  }

  const Call& call_;
  const Document& zone_;
  std::map<std::string, Document> present_;
  Change made_;
};

}  // namespace

std::string reversed(const std::string& name) {
  std::string made;
  std::string_view left = name;
  if (left.ends_with('.')) left.remove_suffix(1);
  while (!left.empty()) {
    const std::size_t dot = left.rfind('.');
    const std::size_t begin = dot == std::string_view::npos ? 0 : dot + 1;
    made += std::string(left.substr(begin)) + ".";
    left = left.substr(0, begin == 0 ? 0 : dot);
  }
  return made;
}

std::vector<const Document*> records_of(const ControlPlane& plane, const std::string& zone) {
  auto all = plane.all(kRecordType);
  std::erase_if(
      all, [&](const Document* one) { return text_of(one->properties, "HostedZoneId") != zone; });
  std::ranges::sort(all, {}, [](const Document* one) {
    return std::tuple(reversed(text_of(one->properties, "Name")), text_of(one->properties, "Type"),
                      text_of(one->properties, "SetIdentifier"));
  });
  return all;
}

/// A template's values are texts, and its TTL is one, too.
Document record_document(const Call& call, const Document& zone, const Json& record) {
  Document document =
      call.plane.made(zone.id + "/" + text_of(record, "Name") + "/" + text_of(record, "Type") +
                          "/" + text_of(record, "SetIdentifier"),
                      kRecordType, call.caller);
  document.properties = record;
  document.properties["HostedZoneId"] = zone.id;
  if (record.contains("TTL")) {
    document.properties["TTL"] = std::to_string(record["TTL"].get<std::int64_t>());
  }
  if (record.contains("ResourceRecords")) {
    Json values = Json::array();
    for (const Json& one : record["ResourceRecords"]) values.push_back(text_of(one, "Value"));
    document.properties["ResourceRecords"] = std::move(values);
  }
  if (record.contains("AliasTarget")) {
    Json& target = document.properties["AliasTarget"];
    const auto name = full_name(text_of(target, "DNSName"));
    if (name) target["DNSName"] = *name;
  }
  return document;
}

Json shown_record(const Document& record) {
  Json value = record.properties;
  value["Name"] = escaped(text_of(value, "Name"));
  if (value.contains("ResourceRecords")) {
    Json values = Json::array();
    for (const Json& one : value["ResourceRecords"]) values.push_back({{"Value", one}});
    value["ResourceRecords"] = std::move(values);
  }
  return value;
}

ApiResult<Json> change_resource_record_sets(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["HostedZoneId"]);
  if (!zone) return zone.error();
  Batch batch(call, **zone);
  for (const Json& one : in["ChangeBatch"]["Changes"]) {
    if (auto refused = batch.apply(one)) return *refused;
  }
  if (auto refused = change(call, batch.done())) return *refused;
  return Json{{"ChangeInfo", new_change(call, text_of(in["ChangeBatch"], "Comment"))}};
}

ApiResult<Json> list_resource_record_sets(const Call& call, const Json& in) {
  const auto zone = zone_of(call, in["HostedZoneId"]);
  if (!zone) return zone.error();
  const std::string type = text_of(in, "StartRecordType");
  if (!type.empty() && !in.contains("StartRecordName")) {
    return invalid_input("A type to start at needs a name");
  }
  const auto start = full_name(text_of(in, "StartRecordName"));
  const auto from = std::tuple(start ? reversed(*start) : std::string(), type,
                               text_of(in, "StartRecordIdentifier"));
  Json chosen = Json::array(), answer = Json::object();
  const auto most = static_cast<std::size_t>(in.value("MaxItems", std::int64_t{300}));
  answer["IsTruncated"] = false;
  for (const Document* one : records_of(call.plane, (*zone)->id)) {
    const Json& record = one->properties;
    const auto key = std::tuple(reversed(text_of(record, "Name")), text_of(record, "Type"),
                                text_of(record, "SetIdentifier"));
    if (key < from) continue;
    if (chosen.size() == most) {
      answer["IsTruncated"] = true;
      answer["NextRecordName"] = escaped(text_of(record, "Name"));
      answer["NextRecordType"] = record["Type"];
      if (record.contains("SetIdentifier")) {
        answer["NextRecordIdentifier"] = record["SetIdentifier"];
      }
      break;
    }
    chosen.push_back(shown_record(*one));
  }
  answer["ResourceRecordSets"] = std::move(chosen);
  answer["MaxItems"] = std::to_string(most);
  return answer;
}

}  // namespace hoplab::awsapi::route53
