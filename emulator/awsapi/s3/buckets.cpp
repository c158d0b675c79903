// Buckets: their life, their settings, which are kept and given back and have no effect here.
#include <algorithm>

#include "awsapi/s3/s3.h"
#include "awsapi/xml_reader.h"
#include "base/clock.h"

namespace hoplab::awsapi::s3 {

namespace {

struct Setting {
  std::string_view name;  // of the sub-resource
  std::string_view none;  // the error's code when nothing is set; empty: a document of nothing
  std::string_view root;  // of that document
};

// aws-api.md 4
constexpr Setting kSettings[] = {
    {"policy", "NoSuchBucketPolicy", ""},
    {"cors", "NoSuchCORSConfiguration", ""},
    {"website", "NoSuchWebsiteConfiguration", ""},
    {"lifecycle", "NoSuchLifecycleConfiguration", ""},
    {"replication", "ReplicationConfigurationNotFoundError", ""},
    {"encryption", "ServerSideEncryptionConfigurationNotFoundError", ""},
    {"object-lock", "ObjectLockConfigurationNotFoundError", ""},
    {"tagging", "NoSuchTagSet", ""},
    {"publicAccessBlock", "NoSuchPublicAccessBlockConfiguration", ""},
    {"ownershipControls", "OwnershipControlsNotFoundError", ""},
    {"acl", "", "AccessControlPolicy"},
    {"versioning", "", "VersioningConfiguration"},
    {"accelerate", "", "AccelerateConfiguration"},
    {"requestPayment", "", "RequestPaymentConfiguration"},
    {"logging", "", "BucketLoggingStatus"},
    {"notification", "", "NotificationConfiguration"},
};

const Setting* setting_of(const S3Request& asked) {
  const auto* const found = std::ranges::find_if(
      kSettings, [&](const Setting& one) { return asked.query.contains(std::string(one.name)); });
  return found == std::end(kSettings) ? nullptr : found;
}

std::string owner(const Bucket& bucket) {
  return "<Owner>" + element("ID", bucket.account) + "</Owner>";
}

ApiAnswer default_of(const Setting& setting, const Bucket& bucket) {
  std::string content;
  if (setting.name == "requestPayment") content = element("Payer", "BucketOwner");
  if (setting.name == "acl") {
    content = owner(bucket) + "<AccessControlList/>";
  }
  return xml_answer(setting.root, content);
}

ApiResult<ApiAnswer> of_setting(const Setting& setting, Bucket& bucket, const S3Request& asked) {
  const std::string name(setting.name);
  if (asked.method == "GET") {
    const auto kept = bucket.settings.find(name);
    if (kept != bucket.settings.end()) {
      ApiAnswer made;
      made.content_type = setting.name == "policy" ? "application/json" : "application/xml";
      made.body = kept->second;
      return made;
    }
    if (setting.none.empty()) return default_of(setting, bucket);
    return ApiError{std::string(setting.none), "The bucket has no " + name + " configuration", 404};
  }
  if (asked.method == "DELETE") {
    bucket.settings.erase(name);
    return empty_answer(204);
  }
  if (asked.method != "PUT") return not_emulated(asked);
  if (setting.name == "versioning") {
    const auto read = read_xml(asked.body, XmlLimits());
    if (!read) return ApiError{"MalformedXML", read.error()};
    bucket.versioned = read.value().text_of("Status") == "Enabled";
  }
  bucket.settings[name] = asked.body;
  return empty_answer(setting.name == "tagging" || setting.name == "policy" ? 204 : 200);
}

/// The CDK's, which `cdk bootstrap` would have made (aws-api.md 7).
bool exists_by_itself(std::string_view name) {
  return name.starts_with("cdk-") && name.find("-assets-") != std::string_view::npos;
}

bool is_bucket_name(std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  return plain && name.size() >= 3 && name.size() <= 63;
}

ApiResult<ApiAnswer> create(const Call& call, const S3Request& asked) {
  if (!is_bucket_name(asked.bucket)) {
    return ApiError{"InvalidBucketName", "The specified bucket is not valid: " + asked.bucket};
  }
  const Bucket* const present = call.plane.objects().bucket(asked.bucket);
  if (present && present->account != call.caller.account) {
    return ApiError{"BucketAlreadyExists", "The requested bucket name is not available", 409};
  }
  if (present && call.caller.region != "us-east-1") {  // where AWS says that all is well
    return ApiError{"BucketAlreadyOwnedByYou", "You own that bucket already", 409};
  }
  call.plane.objects().buckets().try_emplace(
      asked.bucket, Bucket{call.caller.account, call.caller.region, call.now, false, {}, {}, {}});
  ApiAnswer made = empty_answer(200);
  made.headers.emplace_back("Location", "/" + asked.bucket);
  return made;
}

ApiResult<ApiAnswer> remove_objects(const Call& call, Bucket& bucket, const S3Request& asked) {
  const auto read = read_xml(asked.body, XmlLimits());
  if (!read) return ApiError{"MalformedXML", read.error()};
  std::string removed;
  for (const XmlElement& one : read.value().children) {
    if (one.name != "Object") continue;
    const std::string key(one.text_of("Key"));
    call.plane.objects().remove(bucket, key, std::string(one.text_of("VersionId")));
    removed += "<Deleted>" + element("Key", key) + "</Deleted>";
  }
  return xml_answer("DeleteResult", removed);
}

ApiResult<ApiAnswer> head(const Bucket& bucket) {
  ApiAnswer made = empty_answer(200);
  made.headers.emplace_back("x-amz-bucket-region", bucket.region);
  return made;
}

ApiResult<ApiAnswer> remove(const Call& call, const Bucket& bucket, const S3Request& asked) {
  if (!bucket.objects.empty()) {
    return ApiError{"BucketNotEmpty", "The bucket you tried to delete is not empty", 409};
  }
  call.plane.objects().buckets().erase(asked.bucket);
  return empty_answer(204);
}

}  // namespace

ApiResult<ApiAnswer> of_buckets(const Call& call) {
  std::string all, of;
  for (const auto& [name, bucket] : call.plane.objects().buckets()) {
    if (bucket.account != call.caller.account) continue;
    of = owner(bucket);
    all += "<Bucket>" + element("Name", name) +
           element("CreationDate", iso8601_seconds(bucket.created)) + "</Bucket>";
  }
  return xml_answer("ListAllMyBucketsResult", of + "<Buckets>" + all + "</Buckets>");
}

ApiResult<ApiAnswer> of_bucket(const Call& call, const S3Request& asked) {
  const Setting* const setting = setting_of(asked);
  if (asked.method == "PUT" && !setting) return create(call, asked);
  Bucket* bucket = call.plane.objects().bucket(asked.bucket);
  if (!bucket && exists_by_itself(asked.bucket)) {
    if (auto made = create(call, asked); !made) return made.error();
    bucket = call.plane.objects().bucket(asked.bucket);
  }
  if (!bucket) return no_such_bucket(asked.bucket);
  if (setting) return of_setting(*setting, *bucket, asked);
  if (asked.method == "HEAD") return head(*bucket);
  if (asked.method == "DELETE") return remove(call, *bucket, asked);
  if (asked.method == "POST" && asked.query.contains("delete")) {
    return remove_objects(call, *bucket, asked);
  }
  if (asked.method != "GET") return not_emulated(asked);
  if (asked.query.contains("location")) {
    return xml_answer("LocationConstraint", bucket->region == "us-east-1" ? "" : bucket->region);
  }
  return list_objects(*bucket, asked);
}

}  // namespace hoplab::awsapi::s3
