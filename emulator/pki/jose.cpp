#include "pki/jose.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>

#include "base/base64.h"

namespace hoplab::pki {

namespace {

using DigestContextPtr = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using KeyContextPtr = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using ParametersPtr = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* data_of(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Result<std::string> sign_sha256(EVP_PKEY* key, std::string_view input) {
  const ErrorQueueGuard guard;
  const DigestContextPtr context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, data_of(input), input.size()) != 1) {
    return Error{"cannot sign: " + openssl_reason()};
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), data_of(signature), &size, data_of(input), input.size()) != 1) {
    return Error{"cannot sign: " + openssl_reason()};
  }
  signature.resize(size);
  return signature;
}

std::string bytes_of(const BIGNUM* number) {
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, data_of(bytes));
  return bytes;
}

BignumPtr number_of(std::string_view bytes) {
  return BignumPtr(BN_bin2bn(data_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

BignumPtr parameter(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return nullptr;
  return BignumPtr(number);
}

}  // namespace

std::string base64url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.find_first_of("+/") != std::string_view::npos) return std::nullopt;
  std::string plain(text);
  std::ranges::replace(plain, '-', '+');
  std::ranges::replace(plain, '_', '/');
  return from_base64(plain);
}

Result<std::string> sign_rs256(EVP_PKEY* key, std::string_view input) {
  return sign_sha256(key, input);
}

bool verify_rs256(EVP_PKEY* key, std::string_view input, std::string_view signature) {
  const ErrorQueueGuard guard;
  const DigestContextPtr context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(input),
                          input.size()) == 1;
}

Result<std::string> sign_es256(EVP_PKEY* key, std::string_view input) {
  constexpr std::size_t kHalf = 32;
  const auto der = sign_sha256(key, input);
  if (!der) return der.failure();
  const ErrorQueueGuard guard;
  const unsigned char* at = data_of(std::string_view(der.value()));
  const EcdsaPtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.value().size())));
  std::string raw(2 * kHalf, '\0');
  if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), data_of(raw), kHalf) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), data_of(raw) + kHalf, kHalf) < 0) {
    return Error{"cannot sign with ES256: the key is not of P-256"};
  }
  return raw;
}

std::optional<RsaPublicKey> rsa_public_key(const EVP_PKEY* key) {
  const ErrorQueueGuard guard;
  const BignumPtr modulus = parameter(key, OSSL_PKEY_PARAM_RSA_N);
  const BignumPtr exponent = parameter(key, OSSL_PKEY_PARAM_RSA_E);
  if (!modulus || !exponent) return std::nullopt;
  return RsaPublicKey{bytes_of(modulus.get()), bytes_of(exponent.get())};
}

std::shared_ptr<EVP_PKEY> rsa_key(const RsaPublicKey& numbers) {
  constexpr std::size_t kMost = 2048;  // bytes: 16384 bits, as OpenSSL takes
  if (numbers.modulus.size() > kMost || numbers.exponent.size() > kMost) return nullptr;
  const ErrorQueueGuard guard;
  const BignumPtr modulus = number_of(numbers.modulus), exponent = number_of(numbers.exponent);
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1) {
    return nullptr;
  }
  const ParametersPtr parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

std::string public_key_pem(const EVP_PKEY* key) {
  const ErrorQueueGuard guard;
  const BioPtr memory(BIO_new(BIO_s_mem()));
  if (!memory || PEM_write_bio_PUBKEY(memory.get(), key) != 1) return {};
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace hoplab::pki
