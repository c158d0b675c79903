// Lists of a bucket's objects: ListObjectsV2, ListObjects, ListObjectVersions.
#include <algorithm>

#include "awsapi/s3/s3.h"
#include "awsapi/scalar.h"
#include "base/clock.h"

namespace hoplab::awsapi::s3 {

namespace {

constexpr std::int64_t kMostKeys = 1000;

std::string parameter(const S3Request& asked, const std::string& name) {
  const auto found = asked.query.find(name);
  return found == asked.query.end() ? std::string() : found->second;
}

std::string facts(const std::string& key, const StoredObject& object) {
  return element("Key", key) + element("LastModified", iso8601_seconds(object.modified)) +
         element("ETag", "\"" + object.etag + "\"") +
         element("Size", std::to_string(object.content->size())) +
         element("StorageClass", "STANDARD");
}

struct Chosen {
  std::string content;
  std::string last;  // key or prefix
  std::int64_t count = 0;
  bool more = false;
};

/// Keys behind `after` that begin with the prefix; those that share what comes up to a delimiter
/// are one common prefix.
Chosen choose(const Bucket& bucket, const S3Request& asked, const std::string& after,
              std::int64_t most) {
  const std::string prefix = parameter(asked, "prefix");
  const std::string delimiter = parameter(asked, "delimiter");
  Chosen chosen;
  std::string common;
  for (const auto& [key, object] : bucket.objects) {
    if (!key.starts_with(prefix) || key <= after) continue;
    const std::size_t cut =
        delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    const std::string group = cut == std::string::npos ? "" : key.substr(0, cut + delimiter.size());
    if (!group.empty() && (group == common || group <= after)) continue;
    if (chosen.count == most) {
      chosen.more = true;
      break;
    }
    common = group;
    chosen.content += group.empty()
                          ? "<Contents>" + facts(key, object) + "</Contents>"
                          : "<CommonPrefixes>" + element("Prefix", group) + "</CommonPrefixes>";
    chosen.last = group.empty() ? key : group;
    ++chosen.count;
  }
  return chosen;
}

ApiAnswer versions(const Bucket& bucket, const S3Request& asked) {
  std::string content = element("Name", asked.bucket) + element("IsTruncated", "false");
  const auto one = [&](const std::string& key, const StoredObject& object) {
    const auto newest = bucket.objects.find(key);
    const bool latest = newest != bucket.objects.end() && newest->second.version == object.version;
    content += "<Version>" + facts(key, object) + element("VersionId", object.version) +
               element("IsLatest", latest ? "true" : "false") + "</Version>";
  };
  for (const auto& [id, object] : bucket.versions) one(id.first, object);
  for (const auto& [key, object] : bucket.objects) {
    if (!bucket.versions.contains({key, object.version})) one(key, object);
  }
  return xml_answer("ListVersionsResult", content);
}

}  // namespace

ApiResult<ApiAnswer> list_objects(const Bucket& bucket, const S3Request& asked) {
  if (asked.query.contains("versions")) return versions(bucket, asked);
  if (asked.query.contains("uploads")) return not_emulated(asked);
  const bool second = parameter(asked, "list-type") == "2";
  const auto wanted = integer_from_text(parameter(asked, "max-keys"));
  const std::int64_t most = std::clamp(wanted.value_or(kMostKeys), std::int64_t{0}, kMostKeys);
  std::string after = parameter(asked, second ? "continuation-token" : "marker");
  if (second && after.empty()) after = parameter(asked, "start-after");
  const Chosen chosen = choose(bucket, asked, after, most);
  std::string content = element("Name", asked.bucket) +
                        element("Prefix", parameter(asked, "prefix")) +
                        element("MaxKeys", std::to_string(most)) +
                        element("IsTruncated", chosen.more ? "true" : "false");
  if (second) content += element("KeyCount", std::to_string(chosen.count));
  if (asked.query.contains("delimiter")) {
    content += element("Delimiter", parameter(asked, "delimiter"));
  }
  if (chosen.more) {
    content += element(second ? "NextContinuationToken" : "NextMarker", chosen.last);
  }
  return xml_answer("ListBucketResult", content + chosen.content);
}

}  // namespace hoplab::awsapi::s3
