// What S3 holds: buckets and their objects, in memory and bounded.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "awsapi/api_error.h"

namespace hoplab::awsapi {

struct StoredObject {
  std::shared_ptr<const std::string> content;
  std::string etag;  // MD5 in hex, without quotes
  std::string version;
  std::string content_type;
  std::string content_encoding;
  std::map<std::string, std::string> metadata;  // of x-amz-meta-..., without that
  std::map<std::string, std::string> tags;
  std::int64_t modified = 0;  // seconds since the epoch
};

struct Bucket {
  std::string account, region;
  std::int64_t created = 0;
  bool versioned = false;
  std::map<std::string, std::string> settings;  // a sub-resource's document, by its name ("policy")
  std::map<std::string, StoredObject> objects;  // by key: the newest version
  /// Older ones, and the newest: by key and version.
  std::map<std::pair<std::string, std::string>, StoredObject> versions;
};

class ObjectStore {
 public:
  explicit ObjectStore(std::size_t most_bytes) : most_(most_bytes) {}

  [[nodiscard]] std::map<std::string, Bucket, std::less<>>& buckets() noexcept { return buckets_; }
  [[nodiscard]] Bucket* bucket(std::string_view name);
  /// Null: no such object, or no such version of it.
  [[nodiscard]] const StoredObject* find(std::string_view bucket, const std::string& key,
                                         const std::string& version = {}) const;
  /// Takes the place of what the key had. Refused where all objects would be more than fits.
  Refusal put(Bucket& bucket, const std::string& key, StoredObject object);
  /// Of a versioned bucket without `version`, what is older stays; with it, that one goes.
  void remove(Bucket& bucket, const std::string& key, const std::string& version = {});

 private:
  std::map<std::string, Bucket, std::less<>> buckets_;
  std::size_t most_;
  std::size_t held_ = 0;
  std::uint64_t next_version_ = 1;
};

/// MD5 in hex, which an ETag is.
std::string md5_hex(std::string_view content);

}  // namespace hoplab::awsapi
