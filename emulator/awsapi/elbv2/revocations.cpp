// Revocation lists of trust stores (alb.md 1.6 and 10). A list's number is the trust store's next,
// from 1, and never comes again.
#include <algorithm>

#include "awsapi/elbv2/handlers.h"
#include "awsapi/elbv2/trust_store_parts.h"

namespace hoplab::awsapi::elbv2 {

namespace {

// Objects of this bucket are made when somebody asks for their place.
constexpr const char* kDownloads = "hoplab-trust-store-contents";

ApiError no_such_revocation(std::int64_t id) {
  return {"RevocationIdNotFound",
          "The specified revocation ID '" + std::to_string(id) + "' does not exist"};
}

std::int64_t number_of(const Document& revocation) {
  return revocation.attributes["RevocationId"].get<std::int64_t>();
}

const Document* with_number(const std::vector<const Document*>& all, std::int64_t id) {
  const auto found =
      std::ranges::find_if(all, [&](const Document* one) { return number_of(*one) == id; });
  return found == all.end() ? nullptr : *found;
}

Json describe_revocation(const Document& one) {
  return {{"TrustStoreArn", one.properties["TrustStoreArn"]},
          {"RevocationId", one.attributes["RevocationId"]},
          {"RevocationType", "CRL"},
          {"NumberOfRevokedEntries", one.attributes["NumberOfRevokedEntries"]}};
}

/// The document of in["RevocationContents"]'s item `from`.
ApiResult<Document> made(const Call& call, const Document& store, const Json& from,
                         std::int64_t number) {
  const std::string bucket = text_of(from, "S3Bucket"), key = text_of(from, "S3Key");
  const StoredObject* const object =
      call.plane.objects().find(bucket, key, text_of(from, "S3ObjectVersion"));
  if (!object) {
    return ApiError{"RevocationContentNotFound",
                    "The specified revocation file s3://" + bucket + "/" + key + " does not exist"};
  }
  Document document =
      call.plane.made(store.id + "#" + std::to_string(number), kRevocationType, call.caller);
  document.properties = {{"TrustStoreArn", store.id}, {"RevocationContents", Json::array({from})}};
  document.attributes["RevocationId"] = number;
  document.content = object->content;
  return document;
}

/// Counts what each list has; an error when the store cannot have them all.
Refusal count_entries(const Document& store, const std::vector<const Document*>& present,
                      std::vector<Document>& added) {
  pki::TrustStoreContents contents;
  contents.ca_bundle_pem = *store.content;
  for (const Document* one : present) {
    contents.revocations.push_back({number_of(*one), *one->content});
  }
  for (const Document& one : added) {
    contents.revocations.push_back({number_of(one), *one.content});
  }
  auto built = pki::TrustStore::build(contents);
  if (!built) return named_error(built.error());
  for (const pki::RevocationSummary& summary : built.value()->revocations()) {
    for (Document& one : added) {
      if (number_of(one) == summary.revocation_id) {
        one.attributes["NumberOfRevokedEntries"] = summary.entries;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<const Document*> revocations_of(const Call& call, const std::string& trust_store) {
  std::vector<const Document*> found = call.plane.all(kRevocationType);
  std::erase_if(
      found, [&](const Document* one) { return one->properties["TrustStoreArn"] != trust_store; });
  return found;
}

ApiResult<Json> location_of(const Call& call, const Document& document) {
  ObjectStore& objects = call.plane.objects();
  objects.buckets().try_emplace(kDownloads,
                                Bucket{document.account, document.region, 0, false, {}, {}, {}});
  const std::string key = std::string(last_part(document.id));
  StoredObject object;
  object.content = document.content;
  object.etag = md5_hex(*document.content);
  object.modified = call.now;
  if (auto refused = objects.put(*objects.bucket(kDownloads), key, std::move(object))) {
    return *refused;
  }
  std::string path = key;
  if (const auto hash = path.find('#'); hash != std::string::npos) path.replace(hash, 1, "%23");
  return Json{{"Location", call.endpoint + "/" + kDownloads + "/" + path +
                               "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=600"}};
}

ApiResult<Json> add_trust_store_revocations(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  const auto present = revocations_of(call, (*store)->id);
  std::vector<Document> added;
  for (const Json& from : in.value("RevocationContents", Json::array())) {
    auto one = made(call, **store, from, call.plane.next_number((*store)->id));
    if (!one) return one.error();
    added.push_back(std::move(*one));
  }
  if (auto refused = count_entries(**store, present, added)) return *refused;
  Json described = Json::array();
  for (const Document& one : added) described.push_back(describe_revocation(one));
  Change change;
  change.put = std::move(added);
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json{{"TrustStoreRevocations", std::move(described)}};
}

ApiResult<Json> remove_trust_store_revocations(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  const auto present = revocations_of(call, (*store)->id);
  Change change;
  for (const auto id : in["RevocationIds"].get<std::vector<std::int64_t>>()) {
    const Document* const one = with_number(present, id);
    if (!one) return no_such_revocation(id);
    change.remove.push_back(one->id);
  }
  if (auto refused = call.plane.change(std::move(change))) return *refused;
  return Json::object();
}

ApiResult<Json> describe_trust_store_revocations(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  const auto present = revocations_of(call, (*store)->id);
  const auto ids = in.value("RevocationIds", std::vector<std::int64_t>());
  std::vector<Json> items;
  for (const std::int64_t id : ids) {
    const Document* const one = with_number(present, id);
    if (!one) return no_such_revocation(id);
    items.push_back(describe_revocation(*one));
  }
  if (ids.empty()) {
    for (const Document* one : present) items.push_back(describe_revocation(*one));
  }
  return paged(in, "TrustStoreRevocations", std::move(items));
}

ApiResult<Json> get_trust_store_revocation_content(const Call& call, const Json& in) {
  const auto store = find(call, kTrustStoreType, in["TrustStoreArn"]);
  if (!store) return store.error();
  const auto id = in["RevocationId"].get<std::int64_t>();
  const Document* const one = with_number(revocations_of(call, (*store)->id), id);
  if (!one) return no_such_revocation(id);
  return location_of(call, *one);
}

}  // namespace hoplab::awsapi::elbv2
