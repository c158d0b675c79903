// Key pairs: see key.h.
//
// OpenSSL 3.0 encodes a provider's key through OSSL_ENCODER and, for a certificate, decodes it
// again: 0.13 ms and 0.37 ms a key, more than making and using it. The two EC structures are short,
// so we write them ourselves (RFC 5915, RFC 5480); other keys go the general way.
#include "pki/key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <array>
#include <mutex>
#include <vector>

#include "pki/lean_library.h"

namespace hoplab::pki {
namespace {

struct AlgorithmRow {
  KeyAlgorithm algorithm;
  std::string_view name;
  int curve_nid;  // 0 unless EC
  int size;       // RSA: bits of the modulus; EC: bytes of the private scalar
};

constexpr std::array<AlgorithmRow, 8> kAlgorithms{{
    {KeyAlgorithm::rsa_1024, "RSA_1024", 0, 1024},
    {KeyAlgorithm::rsa_2048, "RSA_2048", 0, 2048},
    {KeyAlgorithm::rsa_3072, "RSA_3072", 0, 3072},
    {KeyAlgorithm::rsa_4096, "RSA_4096", 0, 4096},
    {KeyAlgorithm::ec_prime256v1, "EC_prime256v1", NID_X9_62_prime256v1, 32},
    {KeyAlgorithm::ec_secp384r1, "EC_secp384r1", NID_secp384r1, 48},
    {KeyAlgorithm::ec_secp521r1, "EC_secp521r1", NID_secp521r1, 66},
    {KeyAlgorithm::ed25519, "Ed25519", 0, 0},
}};

struct EcKey {
  int curve_nid = 0;
  int scalar_size = 0;
  OpensslBytes point;
  std::size_t point_size = 0;
};

std::optional<EcKey> ec_key(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return std::nullopt;
  std::array<char, 64> group{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) != 1) return std::nullopt;
  const int nid = OBJ_txt2nid(group.data());
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.curve_nid == 0 || row.curve_nid != nid) continue;
    unsigned char* point = nullptr;
    const std::size_t size = EVP_PKEY_get1_encoded_public_key(const_cast<EVP_PKEY*>(key), &point);
    if (size == 0) return std::nullopt;
    return EcKey{nid, row.size, OpensslBytes(point), size};
  }
  return std::nullopt;
}

std::string der_element(unsigned char tag, std::string_view content) {
  std::string out(1, static_cast<char>(tag));
  if (content.size() >= 0x100) {
    out += static_cast<char>(0x82);
    out += static_cast<char>(content.size() >> 8);
  } else if (content.size() >= 0x80) {
    out += static_cast<char>(0x81);
  }
  out += static_cast<char>(content.size() & 0xFF);
  return out.append(content);
}

std::string object_der(int nid) {
  unsigned char* der = nullptr;
  const int size = i2d_ASN1_OBJECT(OBJ_nid2obj(nid), &der);
  const OpensslBytes owned(der);
  if (size <= 0) return {};
  return {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
}

// PrivateKeyInfo { 0, {ecPublicKey, curve}, ECPrivateKey { 1, scalar, [1] point } }, which is what
// OpenSSL writes too: the curve stands in the algorithm and is not repeated inside.
std::string ec_pkcs8_der(const EVP_PKEY* key, const EcKey& ec) {
  BIGNUM* scalar = nullptr;
  if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) != 1) return {};
  const std::unique_ptr<BIGNUM, Free<BN_clear_free>> owned(scalar);
  std::string scalar_bytes(static_cast<std::size_t>(ec.scalar_size), '\0');
  if (BN_bn2binpad(scalar, reinterpret_cast<unsigned char*>(scalar_bytes.data()), ec.scalar_size) !=
      ec.scalar_size) {
    return {};
  }
  std::string bits(1, '\0');  // no unused bits
  bits.append(reinterpret_cast<const char*>(ec.point.get()), ec.point_size);
  const std::string private_key =
      der_element(0x30, std::string("\x02\x01\x01", 3) + der_element(0x04, scalar_bytes) +
                            der_element(0xA1, der_element(0x03, bits)));
  const std::string algorithm =
      der_element(0x30, object_der(NID_X9_62_id_ecPublicKey) + object_der(ec.curve_nid));
  return der_element(0x30,
                     std::string("\x02\x01\x00", 3) + algorithm + der_element(0x04, private_key));
}

using ContextPtr = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;

/// The curve alone. To set one up takes OpenSSL longer than to make a key on it.
EVP_PKEY* curve_of(const AlgorithmRow& row) {
  static std::mutex mutex;
  // They stay: OpenSSL may have ended when the process's statics do.
  static auto& curves = *new std::array<KeyPtr, kAlgorithms.size()>;
  const std::lock_guard lock(mutex);
  KeyPtr& curve = curves[static_cast<std::size_t>(&row - kAlgorithms.data())];
  if (curve != nullptr) return curve.get();
  const ContextPtr context(EVP_PKEY_CTX_new_from_name(lean_library(), "EC", nullptr));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_paramgen_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_group_name(context.get(), OBJ_nid2sn(row.curve_nid)) == 1 &&
      EVP_PKEY_paramgen(context.get(), &made) == 1) {
    curve.reset(made);
  }
  return curve.get();
}

EVP_PKEY* generate_ec_key(const AlgorithmRow& row) {
  EVP_PKEY* const curve = curve_of(row);
  if (curve == nullptr) return nullptr;
  const ContextPtr context(EVP_PKEY_CTX_new_from_pkey(lean_library(), curve, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_keygen_init(context.get()) == 1) EVP_PKEY_generate(context.get(), &key);
  return key;
}

}  // namespace

std::string_view to_text(KeyAlgorithm algorithm) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.algorithm == algorithm) return row.name;
  }
  return "?";
}

std::optional<KeyAlgorithm> key_algorithm_from_text(std::string_view name) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

std::string key_algorithm_names() {
  std::string out;
  for (const AlgorithmRow& row : kAlgorithms) {
    if (!out.empty()) out += ", ";
    out += row.name;
  }
  return out;
}

Result<KeyPtr> generate_key(KeyAlgorithm algorithm) {
  const ErrorQueueGuard guard;
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.algorithm != algorithm) continue;
    EVP_PKEY* key = nullptr;
    if (row.curve_nid != 0) {
      key = generate_ec_key(row);
    } else if (row.size != 0) {
      key = EVP_PKEY_Q_keygen(lean_library(), nullptr, "RSA", static_cast<std::size_t>(row.size));
    } else {
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    if (key != nullptr) return KeyPtr(key);
  }
  return Error{"cannot make a key of type " + std::string(to_text(algorithm)) + ": " +
               openssl_reason()};
}

std::string pkcs8_der(const EVP_PKEY* key) {
  const ErrorQueueGuard guard;
  if (const std::optional<EcKey> ec = ec_key(key)) return ec_pkcs8_der(key, *ec);
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>> info(
      EVP_PKEY2PKCS8(key));
  if (info == nullptr) return {};
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  const OpensslBytes owned(der);
  if (size <= 0) return {};
  return {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
}

bool set_public_key(X509* certificate, EVP_PKEY* key) {
  std::optional<EcKey> ec = ec_key(key);
  if (!ec) return X509_set_pubkey(certificate, key) == 1;
  const bool set = X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate),
                                          OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                                          OBJ_nid2obj(ec->curve_nid), ec->point.get(),
                                          static_cast<int>(ec->point_size)) == 1;
  if (set) (void)ec->point.release();
  return set;
}

}  // namespace hoplab::pki
