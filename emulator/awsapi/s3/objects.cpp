// Objects: put, get, head, delete, copy, tags.
#include "awsapi/s3/s3.h"
#include "awsapi/scalar.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/percent.h"

namespace hoplab::awsapi::s3 {

namespace {

constexpr std::string_view kMetadata = "x-amz-meta-";

ApiError no_such_key(const S3Request& asked) {
  return {"NoSuchKey", "The specified key does not exist: " + asked.key, 404};
}

/// Without aws-chunked, which was the transfer's.
std::string content_encoding(std::string_view field) {
  constexpr std::string_view kChunked = "aws-chunked";
  if (!field.starts_with(kChunked)) return std::string(field);
  field.remove_prefix(kChunked.size());
  while (field.starts_with(',') || field.starts_with(' ')) field.remove_prefix(1);
  return std::string(field);
}

void put_fields(const StoredObject& object, ApiAnswer& answer) {
  answer.headers.emplace_back("ETag", "\"" + object.etag + "\"");
  if (object.version != "null") answer.headers.emplace_back("x-amz-version-id", object.version);
}

ApiResult<ApiAnswer> copy(const Call& call, Bucket& bucket, const S3Request& asked,
                          std::string_view source) {
  source.remove_prefix(source.starts_with('/') ? 1 : 0);
  const std::string decoded = percent_decoded(source);
  const std::size_t slash = std::min(decoded.find('/'), decoded.size());
  const std::string key = decoded.substr(std::min(slash + 1, decoded.size()));
  const StoredObject* const from = call.plane.objects().find(decoded.substr(0, slash), key);
  if (!from) return no_such_key(asked);
  StoredObject object = *from;
  object.modified = call.now;
  const std::string etag = object.etag;
  if (auto refused = call.plane.objects().put(bucket, asked.key, std::move(object))) {
    return *refused;
  }
  return xml_answer("CopyObjectResult", element("ETag", "\"" + etag + "\"") +
                                            element("LastModified", iso8601_seconds(call.now)));
}

ApiResult<ApiAnswer> put(const Call& call, Bucket& bucket, const S3Request& asked,
                         const ApiRequest& request) {
  const std::string_view source = request.header("x-amz-copy-source");
  if (!source.empty()) return copy(call, bucket, asked, source);
  StoredObject object;
  object.etag = md5_hex(asked.body);
  object.content = std::make_shared<const std::string>(asked.body);
  object.content_type = request.header("Content-Type");
  object.content_encoding = content_encoding(request.header("Content-Encoding"));
  object.tags = last_of_each(request.header("x-amz-tagging"));
  object.modified = call.now;
  for (const auto& [name, value] : request.headers) {
    const std::string lower = lower_case(name);
    if (lower.starts_with(kMetadata)) object.metadata[lower.substr(kMetadata.size())] = value;
  }
  if (auto refused = call.plane.objects().put(bucket, asked.key, std::move(object))) {
    return *refused;
  }
  ApiAnswer made = empty_answer(200);
  put_fields(*call.plane.objects().find(asked.bucket, asked.key), made);
  return made;
}

ApiAnswer get(const StoredObject& object) {
  ApiAnswer made = empty_answer(200);
  made.content_type = object.content_type.empty() ? "binary/octet-stream" : object.content_type;
  put_fields(object, made);
  made.headers.emplace_back("Last-Modified",
                            http_date(Time(std::chrono::seconds(object.modified))));
  if (!object.content_encoding.empty()) {
    made.headers.emplace_back("Content-Encoding", object.content_encoding);
  }
  if (!object.tags.empty()) {
    made.headers.emplace_back("x-amz-tagging-count", std::to_string(object.tags.size()));
  }
  for (const auto& [name, value] : object.metadata) {
    made.headers.emplace_back(std::string(kMetadata) + name, value);
  }
  made.shared_body = object.content;
  return made;
}

ApiResult<ApiAnswer> of_tags(Bucket& bucket, const S3Request& asked) {
  const auto found = bucket.objects.find(asked.key);
  if (found == bucket.objects.end()) return no_such_key(asked);
  if (asked.method == "GET") return xml_answer("Tagging", tagging_of(found->second.tags));
  if (asked.method == "DELETE") {
    found->second.tags.clear();
    return empty_answer(204);
  }
  auto tags = tags_of_document(asked.body);
  if (!tags) return tags.error();
  found->second.tags = std::move(*tags);
  return empty_answer(200);
}

}  // namespace

ApiResult<ApiAnswer> of_object(const Call& call, const S3Request& asked,
                               const ApiRequest& request) {
  ObjectStore& objects = call.plane.objects();
  if (!objects.bucket(asked.bucket)) {
    // The CDK's own is made when it is asked for.
    S3Request of_its_bucket{"HEAD", asked.bucket, "", {}, ""};
    if (auto there = of_bucket(call, of_its_bucket); !there) return there.error();
  }
  Bucket& bucket = *objects.bucket(asked.bucket);
  if (asked.query.contains("tagging")) return of_tags(bucket, asked);
  if (asked.query.contains("uploads") || asked.query.contains("uploadId") ||
      asked.query.contains("acl")) {
    return not_emulated(asked);
  }
  if (asked.method == "PUT") return put(call, bucket, asked, request);
  const auto version = asked.query.find("versionId");
  const std::string wanted =
      version == asked.query.end() || version->second == "null" ? std::string() : version->second;
  if (asked.method == "DELETE") {
    objects.remove(bucket, asked.key, wanted);
    return empty_answer(204);
  }
  if (asked.method != "GET" && asked.method != "HEAD") return not_emulated(asked);
  const StoredObject* const object = objects.find(asked.bucket, asked.key, wanted);
  if (!object) return no_such_key(asked);
  return get(*object);
}

}  // namespace hoplab::awsapi::s3
