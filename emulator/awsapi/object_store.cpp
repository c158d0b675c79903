#include "awsapi/object_store.h"

#include <openssl/evp.h>

#include <array>

#include "base/hex.h"

namespace hoplab::awsapi {

std::string md5_hex(std::string_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_md5(), nullptr) != 1) {
    return {};
  }
  std::string hex(2 * static_cast<std::size_t>(length), '0');
  char* at = hex.data();
  for (unsigned i = 0; i < length; ++i) at = put_hex(at, digest[i], 2);
  return hex;
}

Bucket* ObjectStore::bucket(std::string_view name) {
  const auto found = buckets_.find(name);
  return found == buckets_.end() ? nullptr : &found->second;
}

const StoredObject* ObjectStore::find(std::string_view bucket, const std::string& key,
                                      const std::string& version) const {
  const auto in = buckets_.find(bucket);
  if (in == buckets_.end()) return nullptr;
  if (version.empty()) {
    const auto found = in->second.objects.find(key);
    return found == in->second.objects.end() ? nullptr : &found->second;
  }
  const auto found = in->second.versions.find({key, version});
  return found == in->second.versions.end() ? nullptr : &found->second;
}

Refusal ObjectStore::put(Bucket& bucket, const std::string& key, StoredObject object) {
  const auto old = bucket.objects.find(key);
  const std::size_t freed =
      old == bucket.objects.end() || bucket.versioned ? 0 : old->second.content->size();
  const std::size_t held = held_ - freed + object.content->size();
  if (held > most_) {
    return ApiError{"EntityTooLarge", "hoplab holds " + std::to_string(most_) +
                                          " bytes of objects, and this one would be too many"};
  }
  held_ = held;
  object.version = bucket.versioned ? "v" + std::to_string(next_version_++) : "null";
  if (bucket.versioned) bucket.versions[{key, object.version}] = object;
  bucket.objects[key] = std::move(object);
  return std::nullopt;
}

void ObjectStore::remove(Bucket& bucket, const std::string& key, const std::string& version) {
  const auto newest = bucket.objects.find(key);
  const bool is_newest =
      newest != bucket.objects.end() && (version.empty() || newest->second.version == version);
  const auto older = bucket.versions.find({key, version});
  if (older != bucket.versions.end()) {
    held_ -= older->second.content->size();
    bucket.versions.erase(older);
  } else if (is_newest && newest->second.version == "null") {
    held_ -= newest->second.content->size();
  }
  if (is_newest) bucket.objects.erase(newest);
}

}  // namespace hoplab::awsapi
