// Trust stores: CA bundles that are read from S3 and copied (alb.md 1.5 and 10).
#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/trust_store_parts.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr std::size_t kMostTrustStores = 20;  // a Region, of an account

/// The bundle that in["CaCertificatesBundleS3..."] names, taken over into the document.
Refusal take_bundle(const Call& call, const Json& in, Document& document) {
  constexpr std::string_view kMembers[] = {"CaCertificatesBundleS3Bucket",
                                           "CaCertificatesBundleS3Key",
                                           "CaCertificatesBundleS3ObjectVersion"};
  const std::string bucket = text_of(in, kMembers[0]), key = text_of(in, kMembers[1]);
  const StoredObject* const object =
      call.plane.objects().find(bucket, key, text_of(in, kMembers[2]));
  if (!object) {
    return ApiError{"CaCertificatesBundleNotFound", "The specified CA certificate bundle s3://" +
                                                        bucket + "/" + key + " does not exist"};
  }
  pki::TrustStoreContents contents;
  contents.ca_bundle_pem = *object->content;
  auto built = pki::TrustStore::build(contents);
  if (!built) return named_error(built.error());
  for (const std::string_view member : kMembers) {
    const std::string name(member);
    document.properties.erase(name);
    if (in.contains(name)) document.properties[name] = in[name];
  }
  document.attributes["NumberOfCaCertificates"] = built.value()->ca_count();
  document.content = object->content;
  return std::nullopt;
}

ApiError in_use(const std::string& arn) {
  return {"TrustStoreInUse", "Trust store '" + arn + "' is currently in use by a listener"};
}

}  // namespace

ApiError named_error(const std::string& error) {
  const std::size_t colon = error.find(": ");
  if (colon == std::string::npos) return validation_error(error);
  return {error.substr(0, colon), error.substr(colon + 2)};
}

Json describe_trust_store(const Call& call, const Document& store) {
  std::int64_t entries = 0;
  for (const Document* one : revocations_of(call, store.id)) {
    entries += one->attributes.value("NumberOfRevokedEntries", std::int64_t{0});
  }
  return {{"Name", store.properties["Name"]},
          {"TrustStoreArn", store.id},
          {"Status", "ACTIVE"},
          {"NumberOfCaCertificates", store.attributes["NumberOfCaCertificates"]},
          {"TotalRevokedEntries", entries}};
}

std::vector<const Document*> listeners_with(const Call& call, const std::string& trust_store) {
  std::vector<const Document*> found = call.plane.all(kListenerType);
  std::erase_if(found, [&](const Document* one) {
    const auto mutual = one->properties.find("MutualAuthentication");
    return mutual == one->properties.end() || text_of(*mutual, "TrustStoreArn") != trust_store;
  });
  return found;
}

ApiResult<Json> create_trust_store(const Call& call, const Json& in) {
  const std::string name = in["Name"];
  if (auto refused = check_name("trust store", name)) return *refused;
  if (name.find("--") != std::string::npos) {
    return validation_error("The trust store name '" + name + "' cannot have two hyphens in a row");
  }
  const auto others = call.plane.all(kTrustStoreType, call.caller);
  const bool taken = std::ranges::any_of(
      others, [&](const Document* one) { return one->properties["Name"] == name; });
  if (taken) {
    return ApiError{"DuplicateTrustStoreName",
                    "A trust store with the same name '" + name + "' exists"};
  }
  if (others.size() >= kMostTrustStores) {
    return ApiError{"TooManyTrustStores", "The maximum number of trust stores, " +
                                              std::to_string(kMostTrustStores) + ", is reached"};
  }
  const std::string resource = "truststore/" + name + "/";
  const std::string id = call.plane.new_id(arn_of(call, resource), 16);
  Document document = call.plane.made(arn_of(call, resource + id), kTrustStoreType, call.caller);
  document.properties["Name"] = name;
  document.attributes["TrustStoreArn"] = document.id;
  document.attributes["Status"] = "ACTIVE";
  if (auto refused = take_tags(in, document)) return *refused;
  if (auto refused = take_bundle(call, in, document)) return *refused;
  return put_and_describe(call, std::move(document), "TrustStores", describe_trust_store);
}

ApiResult<Json> modify_trust_store(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  Document document = **store;
  if (auto refused = take_bundle(call, in, document)) return *refused;
  return put_and_describe(call, std::move(document), "TrustStores", describe_trust_store);
}

ApiResult<Json> delete_trust_store(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  const std::string arn = (*store)->id;
  if (!listeners_with(call, arn).empty()) return in_use(arn);
  Change change;
  for (const Document* one : revocations_of(call, arn)) change.remove.push_back(one->id);
  change.remove.push_back(arn);
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> describe_trust_stores(const Call& call, const Json& in) {
  const auto chosen = choose(call, kTrustStoreType, in, "TrustStoreArns");
  if (!chosen) return chosen.error();
  std::vector<Json> items;
  for (const Document* one : *chosen) items.push_back(describe_trust_store(call, *one));
  return paged(in, "TrustStores", std::move(items));
}

ApiResult<Json> describe_trust_store_associations(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  std::vector<Json> items;
  for (const Document* one : listeners_with(call, (*store)->id)) {
    items.push_back({{"ResourceArn", one->id}});
  }
  return paged(in, "TrustStoreAssociations", std::move(items));
}

ApiResult<Json> delete_shared_trust_store_association(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  const std::string resource = in["ResourceArn"];
  Change change;
  for (const Document* one : listeners_with(call, (*store)->id)) {
    if (one->properties["LoadBalancerArn"] != resource && one->id != resource) continue;
    if (one->account == (*store)->account) {
      return ApiError{"DeleteAssociationSameAccount",
                      "The association is within the same account: change the listener instead"};
    }
    Document listener = *one;
    listener.attributes["TrustStoreAssociationStatus"] = "removed";
    change.put.push_back(std::move(listener));
  }
  if (change.put.empty()) {
    return ApiError{"AssociationNotFound", "The specified association does not exist"};
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> get_trust_store_ca_certificates_bundle(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  return location_of(call, **store);
}

ApiResult<Json> get_resource_policy(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["ResourceArn"]);
  if (!store) return store.error();
  return ApiError{"ResourceNotFound", "The resource has no policy"};
}

}  // namespace hoplab::awsapi::elbv2
