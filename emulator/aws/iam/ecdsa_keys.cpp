// The keys of Signature Version 4A.
#include <openssl/core_names.h>
#include <openssl/ec.h>

#include <array>

#include "aws/iam/signing_keys.h"

namespace hoplab::aws {

namespace {

using GroupPtr = std::unique_ptr<EC_GROUP, pki::Free<EC_GROUP_free>>;
using PointPtr = std::unique_ptr<EC_POINT, pki::Free<EC_POINT_free>>;
using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, pki::Free<EVP_PKEY_CTX_free>>;
using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, pki::Free<EVP_MD_CTX_free>>;

constexpr std::size_t kScalarBytes = 32;

pki::BignumPtr number(std::string_view bytes) {
  return pki::BignumPtr(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                  static_cast<int>(bytes.size()), nullptr));
}

/// Order of P-256 minus two.
pki::BignumPtr greatest_candidate(const EC_GROUP* group) {
  pki::BignumPtr number(BN_dup(EC_GROUP_get0_order(group)));
  if (number) BN_sub_word(number.get(), 2);
  return number;
}

/// The uncompressed point of the private key; empty: OpenSSL does not do it.
std::string public_point(std::string_view secret) {
  const GroupPtr group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const auto scalar = number(secret);
  if (!group || !scalar) return {};
  const PointPtr point(EC_POINT_new(group.get()));
  if (!point ||
      EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1) {
    return {};
  }
  std::string bytes(1 + 2 * kScalarBytes, '\0');
  const auto size =
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), nullptr);
  return size == bytes.size() ? bytes : std::string();
}

pki::KeyPtr public_key(std::string point) {
  std::string group(SN_X9_62_prime256v1);
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const ContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY,
                        const_cast<OSSL_PARAM*>(parameters.data())) != 1) {
    return nullptr;
  }
  return pki::KeyPtr(key);
}

}  // namespace

std::string derive_ecdsa_secret(std::string_view access_key_id,
                                std::string_view secret_access_key) {
  const GroupPtr group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const auto greatest = group ? greatest_candidate(group.get()) : nullptr;
  if (!greatest) return {};
  const std::string key = "AWS4A" + std::string(secret_access_key);
  constexpr int kMostTries = 254;
  for (int counter = 1; counter <= kMostTries; ++counter) {
    // Counter of the function, label, a zero, context with its own counter, length in bits.
    std::string input("\0\0\0\1AWS4-ECDSA-P256-SHA256\0", 27);
    input.append(access_key_id).push_back(static_cast<char>(counter));
    input.append("\0\0\1\0", 4);
    const auto candidate = number(as_text(hmac_sha256(key, input)));
    if (!candidate || BN_cmp(candidate.get(), greatest.get()) > 0) continue;
    if (BN_add_word(candidate.get(), 1) != 1) return {};
    std::string secret(kScalarBytes, '\0');
    BN_bn2binpad(candidate.get(), reinterpret_cast<unsigned char*>(secret.data()),
                 static_cast<int>(secret.size()));
    return secret;
  }
  return {};
}

EVP_PKEY* SigningKeys::ecdsa_key(std::string_view access_key_id,
                                 std::string_view secret_access_key) {
  source_.assign(secret_access_key).append(1, '\0').append(access_key_id);
  if (const auto found = ecdsa_keys_.find(source_); found != ecdsa_keys_.end()) {
    return found->second.get();
  }
  const pki::ErrorQueueGuard guard;
  if (ecdsa_keys_.size() >= kMost) ecdsa_keys_.clear();
  const std::string secret = derive_ecdsa_secret(access_key_id, secret_access_key);
  std::string point = secret.empty() ? std::string() : public_point(secret);
  pki::KeyPtr key = point.empty() ? nullptr : public_key(std::move(point));
  return ecdsa_keys_.emplace(source_, std::move(key)).first->second.get();
}

bool verify_ecdsa(EVP_PKEY* key, std::string_view text, std::string_view signature) {
  const pki::ErrorQueueGuard guard;
  const DigestContextPtr context(EVP_MD_CTX_new());
  return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

}  // namespace hoplab::aws
