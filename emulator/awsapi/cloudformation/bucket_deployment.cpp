#include "awsapi/cloudformation/bucket_deployment.h"

#include <set>

#include "awsapi/cloudformation/zip_archive.h"
#include "awsapi/select.h"

namespace hoplab::awsapi::cloudformation {

namespace {

StoredObject object_with(const Call& call, std::string content) {
  StoredObject object;
  object.etag = md5_hex(content);
  object.content = std::make_shared<const std::string>(std::move(content));
  object.content_type = "binary/octet-stream";
  object.modified = call.now;
  return object;
}

}  // namespace

Refusal deploy_to_bucket(const Call& call, const Json& properties) {
  const std::string name = text_of(properties, "DestinationBucketName");
  std::string prefix = text_of(properties, "DestinationBucketKeyPrefix");
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  Bucket* const to = call.plane.objects().bucket(name);
  if (!to) return ApiError{"NoSuchBucket", "The specified bucket does not exist: " + name};
  const auto buckets = texts_of(properties, "SourceBucketNames");
  const auto keys = texts_of(properties, "SourceObjectKeys");
  std::set<std::string> copied;
  for (std::size_t i = 0; i < keys.size() && i < buckets.size(); ++i) {
    const StoredObject* const from = call.plane.objects().find(buckets[i], keys[i]);
    if (!from) {
      return ApiError{"NoSuchKey",
                      "The specified key does not exist: s3://" + buckets[i] + "/" + keys[i]};
    }
    const auto content = from->content;
    auto files = read_zip(*content);
    if (!files) {
      return ApiError{"InvalidArchive",
                      "s3://" + buckets[i] + "/" + keys[i] + ": " + files.error()};
    }
    for (auto& [path, text] : files.value()) {
      copied.insert(prefix + path);
      const std::string key = prefix + path;
      if (auto refused = call.plane.objects().put(*to, key, object_with(call, std::move(text)))) {
        return refused;
      }
    }
  }
  if (text_of(properties, "Prune") == "false" || properties.value("Prune", Json()) == false) {
    return std::nullopt;
  }
  std::set<std::string> others;
  for (const auto& [key, object] : to->objects) {
    if (key.starts_with(prefix) && !copied.contains(key)) others.insert(key);
  }
  for (const std::string& key : others) call.plane.objects().remove(*to, key);
  return std::nullopt;
}

void empty_bucket(const Call& call, const Json& properties) {
  Bucket* const bucket = call.plane.objects().bucket(text_of(properties, "BucketName"));
  if (!bucket) return;
  const auto versions = bucket->versions;
  for (const auto& [key, object] : versions) {
    call.plane.objects().remove(*bucket, key.first, key.second);
  }
  const auto objects = bucket->objects;
  for (const auto& [key, object] : objects) call.plane.objects().remove(*bucket, key);
}

}  // namespace hoplab::awsapi::cloudformation
