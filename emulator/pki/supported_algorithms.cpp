// Supported keys and signatures: see supported_algorithms.h.
#include "pki/supported_algorithms.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/rsa.h>

#include "pki/lean_library.h"

namespace hoplab::pki {
namespace {

constexpr int kMinRsaBits = 2048;
constexpr int kMaxRsaBits = 8192;

std::string object_text(const ASN1_OBJECT* object) {
  char text[128];
  return OBJ_obj2txt(text, sizeof text, object, 0) > 0 ? text : "unknown";
}

bool supported_hash(int nid) {
  return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

// RSASSA-PSS names its hash in its parameters; none given means SHA-1 (RFC 4055 section 3.1).
std::optional<std::string> unsupported_pss(const X509_ALGOR* algorithm) {
  const ErrorQueueGuard guard;
  const std::unique_ptr<RSA_PSS_PARAMS, Free<RSA_PSS_PARAMS_free>> parameters(
      static_cast<RSA_PSS_PARAMS*>(
          ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter)));
  if (parameters == nullptr) return "RSASSA-PSS with unreadable parameters";
  const X509_ALGOR* hash = parameters->hashAlgorithm;
  if (hash == nullptr) return "RSASSA-PSS with SHA-1";
  if (supported_hash(OBJ_obj2nid(hash->algorithm))) return std::nullopt;
  return "RSASSA-PSS with " + object_text(hash->algorithm);
}

// The curve is read from the algorithm's parameters: a key may also spell its curve out, which
// would pass for a named one after decoding (CVE-2020-0601 was that kind of confusion).
std::optional<std::string> unsupported_curve(const X509_ALGOR* algorithm) {
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(nullptr, &type, &value, algorithm);
  if (type != V_ASN1_OBJECT) return "an EC key without a named curve";
  const auto* curve = static_cast<const ASN1_OBJECT*>(value);
  const int nid = OBJ_obj2nid(curve);
  if (nid == NID_X9_62_prime256v1 || nid == NID_secp384r1 || nid == NID_secp521r1) {
    return std::nullopt;
  }
  return "an EC key on the curve " + object_text(curve);
}

/// Null when it is no RSA key.
BignumPtr rsa_exponent(const EVP_PKEY* key) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &value);
  return BignumPtr(value);
}

/// A key may be bound to one hash, mask and least salt (RFC 4055 section 3.3); TLS has the three
/// hashes with the same one for the mask and a salt of its length (RFC 8446 section 4.2.3).
bool signs_in_tls(EVP_PKEY* pss_key) {
  for (const char* hash : {"SHA256", "SHA384", "SHA512"}) {
    const std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* padding = nullptr;
    if (EVP_DigestVerifyInit_ex(context.get(), &padding, hash, lean_library(), nullptr, pss_key,
                                nullptr) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
        EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> unsupported_rsa(const X509* certificate) {
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (key == nullptr) return "an RSA key that cannot be decoded";
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return "an RSA key of " + std::to_string(bits) + " bits";
  }
  // OpenSSL checks no signature of such a key, which would take long.
  const BignumPtr exponent = rsa_exponent(key);
  if (exponent != nullptr && bits > OPENSSL_RSA_SMALL_MODULUS_BITS &&
      BN_num_bits(exponent.get()) > OPENSSL_RSA_MAX_PUBEXP_BITS) {
    return "an RSA key of " + std::to_string(bits) + " bits with an exponent of " +
           std::to_string(BN_num_bits(exponent.get())) + " bits";
  }
  if (EVP_PKEY_is_a(key, "RSA-PSS") && !signs_in_tls(key)) {
    return "an RSASSA-PSS key for signatures that TLS does not have";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> unsupported_key(const X509* certificate) {
  const ErrorQueueGuard guard;
  ASN1_OBJECT* type = nullptr;
  X509_ALGOR* algorithm = nullptr;
  X509_PUBKEY_get0_param(&type, nullptr, nullptr, &algorithm, X509_get_X509_PUBKEY(certificate));
  switch (OBJ_obj2nid(type)) {
    case NID_rsaEncryption:
    case NID_rsassaPss: return unsupported_rsa(certificate);
    case NID_X9_62_id_ecPublicKey: return unsupported_curve(algorithm);
    default: return "a key of type " + object_text(type);
  }
}

std::optional<std::string> outside_fips(const X509* certificate) {
  const ErrorQueueGuard guard;
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  const BignumPtr exponent = rsa_exponent(key);
  if (exponent == nullptr) return std::nullopt;
  constexpr int kLeastBits = 17, kMostBits = 256;
  if (const int bits = BN_num_bits(exponent.get()); bits < kLeastBits || bits > kMostBits) {
    const std::unique_ptr<char, decltype([](char* text) { OPENSSL_free(text); })> text(
        BN_bn2dec(exponent.get()));
    return "the RSA exponent " + std::string(text.get());
  }
  if (const int bits = EVP_PKEY_get_bits(key); bits % 2 != 0) {
    return "an RSA modulus of " + std::to_string(bits) + " bits, an odd number,";
  }
  return std::nullopt;
}

std::optional<std::string> unsupported_signature(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* type = nullptr;
  X509_ALGOR_get0(&type, nullptr, nullptr, algorithm);
  switch (OBJ_obj2nid(type)) {
    case NID_sha256WithRSAEncryption:
    case NID_sha384WithRSAEncryption:
    case NID_sha512WithRSAEncryption:
    case NID_ecdsa_with_SHA256:
    case NID_ecdsa_with_SHA384:
    case NID_ecdsa_with_SHA512: return std::nullopt;
    case NID_rsassaPss: return unsupported_pss(algorithm);
    default: return object_text(type);
  }
}

std::optional<std::string> unsupported_signature(const X509* certificate) {
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(nullptr, &algorithm, certificate);
  return unsupported_signature(algorithm);
}

}  // namespace hoplab::pki
