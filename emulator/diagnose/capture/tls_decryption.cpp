#include "diagnose/capture/tls_decryption.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "pki/hex.h"

namespace hoplab::diagnose {

namespace {

template <class T, void (*release)(T*)>
struct Freer {
  void operator()(T* object) const { release(object); }
};
template <class T, void (*release)(T*)>
using Owned = std::unique_ptr<T, Freer<T, release>>;

constexpr std::size_t kTagSize = 16, kNonceSize = 12, kExplicitNonce = 8, kBlock = 16;

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string big_endian(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = size; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value);
  return bytes;
}

/// HKDF-Expand-Label of RFC 8446 7.1, without a context; at most a digest's size.
std::string expand_label(const std::string& digest, const std::string& secret,
                         const std::string& label, std::size_t size) {
  const std::string full = "tls13 " + label;
  const std::string info =
      big_endian(size, 2) + static_cast<char>(full.size()) + full + std::string(1, '\0') + '\x01';
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned int made = 0;
  const EVP_MD* const md = EVP_get_digestbyname(digest.c_str());
  if (!md || !HMAC(md, secret.data(), static_cast<int>(secret.size()), raw(info), info.size(),
                   raw(out), &made)) {
    return {};
  }
  out.resize(std::min<std::size_t>(size, made));
  return out;
}

/// The PRF of RFC 5246 5.
std::string prf(const std::string& digest, std::string secret, std::string seed, std::size_t size) {
  const Owned<EVP_KDF, EVP_KDF_free> kdf(EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr));
  const Owned<EVP_KDF_CTX, EVP_KDF_CTX_free> context(EVP_KDF_CTX_new(kdf.get()));
  std::string name = digest, out(size, '\0');
  const std::array parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed.data(), seed.size()),
      OSSL_PARAM_construct_end()};
  if (EVP_KDF_derive(context.get(), raw(out), size, parameters.data()) != 1) return {};
  return out;
}

std::size_t key_size(const CipherSuite& suite) {
  const EVP_CIPHER* const cipher = EVP_get_cipherbyname(suite.cipher.c_str());
  return cipher ? static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher)) : 0;
}

bool is_chacha(const CipherSuite& suite) {
  return suite.cipher == "ChaCha20-Poly1305";
}

}  // namespace

// ---- Secrets and suites -------------------------------------------------------------------------

TlsSecrets::TlsSecrets(std::string_view lines) {
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto first = line.find(' ');
    const auto second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const auto random = pki::bytes_from_hex(line.substr(first + 1, second - first - 1));
    const auto secret = pki::bytes_from_hex(line.substr(second + 1));
    if (random && secret) secrets_[{std::string(line.substr(0, first)), *random}] = *secret;
  }
}

const std::string* TlsSecrets::find(std::string_view label, std::string_view client_random) const {
  const auto found = secrets_.find(std::pair(std::string(label), std::string(client_random)));
  return found == secrets_.end() ? nullptr : &found->second;
}

std::optional<CipherSuite> cipher_suite(std::uint16_t number) {
  const Owned<SSL_CTX, SSL_CTX_free> context(SSL_CTX_new(TLS_client_method()));
  const Owned<SSL, SSL_free> ssl(context ? SSL_new(context.get()) : nullptr);
  const std::string wire = big_endian(number, 2);
  const SSL_CIPHER* const found = ssl ? SSL_CIPHER_find(ssl.get(), raw(wire)) : nullptr;
  if (!found) return std::nullopt;
  const char* const cipher = OBJ_nid2sn(SSL_CIPHER_get_cipher_nid(found));
  const EVP_MD* digest = SSL_CIPHER_get_handshake_digest(found);
  // Suites from before TLS 1.2 name none of their own: RFC 5246 5 gives them SHA-256.
  if (digest && EVP_MD_get_type(digest) == NID_md5_sha1) digest = EVP_sha256();
  if (!cipher || !digest || !EVP_get_cipherbyname(cipher)) return std::nullopt;
  CipherSuite suite{cipher, EVP_MD_get0_name(digest), 0, SSL_CIPHER_is_aead(found) == 1};
  if (!suite.aead) {
    const EVP_MD* const mac = EVP_get_digestbynid(SSL_CIPHER_get_digest_nid(found));
    if (!mac) return std::nullopt;
    suite.mac_size = static_cast<std::size_t>(EVP_MD_get_size(mac));
  }
  return suite;
}

// ---- Records ------------------------------------------------------------------------------------

RecordKeys::RecordKeys(const CipherSuite& suite, std::string secret)
    : suite_(suite), secret_(std::move(secret)) {
  derive();
}

void RecordKeys::derive() {
  key_ = expand_label(suite_.digest, secret_, "key", key_size(suite_));
  iv_ = expand_label(suite_.digest, secret_, "iv", kNonceSize);
  sequence_ = 0;
}

void RecordKeys::update() {
  secret_ = expand_label(suite_.digest, secret_, "traffic upd", secret_.size());
  derive();
}

RecordKeys::RecordKeys(const CipherSuite& suite, const Tls12& from)
    : suite_(suite), encrypt_then_mac_(from.encrypt_then_mac) {
  constexpr std::size_t kSalt = 4;
  const std::size_t key = key_size(suite);
  const std::size_t iv = !suite.aead ? 0 : is_chacha(suite) ? kNonceSize : kSalt;
  const std::string block = prf(suite.digest, from.master_secret,
                                "key expansion" + from.server_random + from.client_random,
                                2 * (suite.mac_size + key + iv));
  if (block.empty()) return;
  const std::size_t keys = 2 * suite.mac_size, ivs = keys + 2 * key;
  key_ = block.substr(keys + (from.of_client ? 0 : key), key);
  iv_ = block.substr(ivs + (from.of_client ? 0 : iv), iv);
}

std::string RecordKeys::nonce() const {
  std::string nonce = iv_;
  const std::string counted = big_endian(sequence_, kNonceSize);
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    nonce[i] = static_cast<char>(nonce[i] ^ counted[i]);
  }
  return nonce;
}

std::optional<std::string> RecordKeys::open_aead(std::string_view nonce, std::string_view added,
                                                 std::string_view sealed) const {
  const EVP_CIPHER* const cipher = EVP_get_cipherbyname(suite_.cipher.c_str());
  if (!cipher || key_.empty() || nonce.size() != kNonceSize || sealed.size() < kTagSize)
    return std::nullopt;
  const std::string_view text = sealed.substr(0, sealed.size() - kTagSize);
  std::string tag(sealed.substr(text.size())), out(text.size() + kBlock, '\0');
  const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
  int size = 0, rest = 0;
  const bool opened =
      EVP_DecryptInit_ex(context.get(), cipher, nullptr, nullptr, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, kNonceSize, nullptr) == 1 &&
      EVP_DecryptInit_ex(context.get(), nullptr, nullptr, raw(std::string_view(key_)),
                         raw(nonce)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &size, raw(added),
                        static_cast<int>(added.size())) == 1 &&
      EVP_DecryptUpdate(context.get(), raw(out), &size, raw(text), static_cast<int>(text.size())) ==
          1 &&
      EVP_DecryptFinal_ex(context.get(), raw(out) + size, &rest) == 1;
  if (!opened) return std::nullopt;
  out.resize(static_cast<std::size_t>(size + rest));
  return out;
}

/// The MAC is not looked at: who opens a capture wants to read it.
std::optional<std::string> RecordKeys::open_cbc(std::string_view body) const {
  if (encrypt_then_mac_) {
    if (body.size() < suite_.mac_size) return std::nullopt;
    body.remove_suffix(suite_.mac_size);
  }
  const EVP_CIPHER* const cipher = EVP_get_cipherbyname(suite_.cipher.c_str());
  if (!cipher || key_.empty() || body.size() < 2 * kBlock || body.size() % kBlock != 0)
    return std::nullopt;
  const std::string_view iv = body.substr(0, kBlock), text = body.substr(kBlock);
  std::string out(text.size() + kBlock, '\0');
  const Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool opened = EVP_DecryptInit_ex(context.get(), cipher, nullptr,
                                         raw(std::string_view(key_)), raw(iv)) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
                      EVP_DecryptUpdate(context.get(), raw(out), &size, raw(text),
                                        static_cast<int>(text.size())) == 1;
  if (!opened || size <= 0) return std::nullopt;
  out.resize(static_cast<std::size_t>(size));
  const std::size_t padding = static_cast<std::uint8_t>(out.back()) + std::size_t{1};
  const std::size_t behind = padding + (encrypt_then_mac_ ? 0 : suite_.mac_size);
  if (behind > out.size()) return std::nullopt;
  out.resize(out.size() - behind);
  return out;
}

std::optional<std::string> RecordKeys::open_12(std::uint8_t type, std::string_view body) const {
  if (!suite_.aead) return open_cbc(body);
  std::string nonce = is_chacha(suite_) ? this->nonce() : iv_;
  if (!is_chacha(suite_)) {
    if (body.size() < kExplicitNonce) return std::nullopt;
    nonce += body.substr(0, kExplicitNonce);
    body.remove_prefix(kExplicitNonce);
  }
  if (body.size() < kTagSize) return std::nullopt;
  const std::string added = big_endian(sequence_, 8) + static_cast<char>(type) + "\x03\x03" +
                            big_endian(body.size() - kTagSize, 2);
  return open_aead(nonce, added, body);
}

std::optional<RecordKeys::Opened> RecordKeys::open(std::uint8_t type, std::string_view body) {
  Opened opened{type, {}};
  if (secret_.empty()) {
    auto text = open_12(type, body);
    if (!text) return std::nullopt;
    opened.text = std::move(*text);
  } else {
    const std::string added = static_cast<char>(type) + ("\x03\x03" + big_endian(body.size(), 2));
    auto text = open_aead(nonce(), added, body);
    if (!text) return std::nullopt;
    text->resize(text->find_last_not_of('\0') + 1);  // npos + 1 is 0
    if (text->empty()) return std::nullopt;
    opened.type = static_cast<std::uint8_t>(text->back());
    text->pop_back();
    opened.text = std::move(*text);
  }
  ++sequence_;
  return opened;
}

}  // namespace hoplab::diagnose
