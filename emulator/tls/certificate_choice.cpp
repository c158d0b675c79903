#include "tls/certificate_choice.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

#include "pki/certificate_text.h"

namespace hoplab::tls {

namespace {

using Octets = std::span<const unsigned char>;

/// Takes a big-endian length of `width` bytes and as many octets; nothing when they are not there.
std::optional<Octets> take_vector(Octets& from, std::size_t width) {
  if (from.size() < width) return std::nullopt;
  std::size_t size = 0;
  for (std::size_t i = 0; i < width; ++i) size = size << 8 | from[i];
  from = from.subspan(width);
  if (from.size() < size) return std::nullopt;
  const Octets taken = from.first(size);
  from = from.subspan(size);
  return taken;
}

std::optional<Octets> extension(SSL* ssl, unsigned type) {
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, type, &data, &size) != 1) return std::nullopt;
  return Octets(data, size);
}

/// RFC 6066 section 3: a list of names, of which the host name is the only kind.
std::optional<std::string_view> server_name(SSL* ssl) {
  auto body = extension(ssl, TLSEXT_TYPE_server_name);
  if (!body) return std::nullopt;
  auto list = take_vector(*body, 2);
  if (!list || list->empty() || list->front() != TLSEXT_NAMETYPE_host_name) return std::nullopt;
  *list = list->subspan(1);
  const auto name = take_vector(*list, 2);
  if (!name || name->empty()) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(name->data()), name->size());
}

/// The 16-bit numbers of an extension that is one list of them; nothing when it is not sent.
std::optional<std::vector<unsigned>> numbers(SSL* ssl, unsigned type, std::size_t length_width) {
  auto body = extension(ssl, type);
  if (!body) return std::nullopt;
  std::vector<unsigned> all;
  const auto list = take_vector(*body, length_width);
  for (std::size_t i = 0; list && i + 1 < list->size(); i += 2) {
    all.push_back(static_cast<unsigned>((*list)[i] << 8 | (*list)[i + 1]));
  }
  return all;
}

bool has(const std::vector<unsigned>& all, unsigned wanted) {
  return std::ranges::find(all, wanted) != all.end();
}

/// What the ClientHello says of certificates (RFC 8446 section 4.2.3, RFC 8422 section 5.1).
class ClientOffer {
 public:
  explicit ClientOffer(SSL* ssl)
      : ssl_(ssl),
        signatures_(numbers(ssl, TLSEXT_TYPE_signature_algorithms, 2)),
        groups_(numbers(ssl, TLSEXT_TYPE_supported_groups, 2)) {
    const auto versions = numbers(ssl, TLSEXT_TYPE_supported_versions, 1);
    tls13_ = versions && has(*versions, TLS1_3_VERSION) &&
             SSL_get_max_proto_version(ssl) == TLS1_3_VERSION;
  }

  [[nodiscard]] bool can_use(const ServerCertificate& one) const {
    if (tls13_)
      return signatures_ && any_signature(one.ecdsa ? exact_ecdsa(one.curve) : Schemes(kRsaPss));
    if (!offers_cipher(one.ecdsa ? NID_auth_ecdsa : NID_auth_rsa)) return false;
    if (one.ecdsa && groups_ && !has(*groups_, group_of(one.curve))) return false;
    return !signatures_ || any_signature(one.ecdsa ? Schemes(kEcdsa) : Schemes(kRsa));
  }

 private:
  using Schemes = std::span<const unsigned>;
  static constexpr unsigned kEcdsa[] = {0x0403, 0x0503, 0x0603, 0x0203};
  static constexpr unsigned kRsa[] = {0x0401, 0x0501, 0x0601, 0x0201, 0x0804, 0x0805, 0x0806};
  static constexpr unsigned kRsaPss[] = {0x0804, 0x0805, 0x0806};

  static Schemes exact_ecdsa(int curve) {
    switch (curve) {
      case NID_secp384r1: return Schemes(kEcdsa).subspan(1, 1);
      case NID_secp521r1: return Schemes(kEcdsa).subspan(2, 1);
      default: return Schemes(kEcdsa).first(1);
    }
  }
  static unsigned group_of(int curve) {
    switch (curve) {
      case NID_secp384r1: return 24;
      case NID_secp521r1: return 25;
      default: return 23;
    }
  }

  [[nodiscard]] bool any_signature(Schemes schemes) const {
    return std::ranges::any_of(schemes, [this](unsigned one) { return has(*signatures_, one); });
  }

  /// Whether a cipher of TLS 1.2 or older that the listener has too authenticates that way.
  [[nodiscard]] bool offers_cipher(int authentication) const {
    const unsigned char* list = nullptr;
    const std::size_t size = SSL_client_hello_get0_ciphers(ssl_, &list);
    for (std::size_t i = 0; i + 1 < size; i += 2) {
      const SSL_CIPHER* cipher = SSL_CIPHER_find(ssl_, list + i);
      if (cipher && SSL_CIPHER_get_auth_nid(cipher) == authentication &&
          sk_SSL_CIPHER_find(SSL_get_ciphers(ssl_), cipher) >= 0) {
        return true;
      }
    }
    return false;
  }

  SSL* ssl_;
  std::optional<std::vector<unsigned>> signatures_, groups_;
  bool tls13_ = false;
};

/// AWS's order; a greater one is better.
auto rank(const ServerCertificate& one, std::int64_t now) {
  return std::tuple(one.ecdsa, now < one.not_after, one.hash_bits, one.key_bits,
                    one.not_after - one.not_before);
}

int hash_bits_of(const X509* certificate) {
  int hash = NID_undef;
  if (X509_get_signature_info(const_cast<X509*>(certificate), &hash, nullptr, nullptr, nullptr) !=
      1) {
    return 0;
  }
  const EVP_MD* digest = EVP_get_digestbynid(hash);
  return !digest || hash == NID_md5 ? 0 : EVP_MD_get_size(digest) * 8;
}

}  // namespace

ServerCertificate::ServerCertificate(std::shared_ptr<ssl_ctx_st> its_context)
    : context(std::move(its_context)) {
  const X509* certificate = SSL_CTX_get0_certificate(context.get());
  const EVP_PKEY* key = X509_get0_pubkey(certificate);
  ecdsa = EVP_PKEY_is_a(key, "EC") == 1;
  key_bits = EVP_PKEY_get_bits(key);
  if (ecdsa) {
    char name[64];
    if (EVP_PKEY_get_group_name(key, name, sizeof name, nullptr) == 1) curve = OBJ_sn2nid(name);
  }
  hash_bits = hash_bits_of(certificate);
  not_before = pki::to_seconds(X509_get0_notBefore(certificate)).value_or(0);
  not_after = pki::to_seconds(X509_get0_notAfter(certificate)).value_or(0);
}

const ServerCertificate* choose_certificate(SSL* ssl, std::span<const ServerCertificate> list,
                                            std::int64_t now) {
  const auto name = server_name(ssl);
  if (!name) return nullptr;
  const ClientOffer offer(ssl);
  const ServerCertificate* best = nullptr;
  bool best_is_usable = false;
  for (const ServerCertificate& one : list) {
    X509* certificate = SSL_CTX_get0_certificate(one.context.get());
    if (X509_check_host(certificate, name->data(), name->size(), 0, nullptr) != 1) continue;
    const bool usable = offer.can_use(one);
    const bool better =
        !best || (usable != best_is_usable ? usable : rank(one, now) > rank(*best, now));
    if (!better) continue;
    best = &one;
    best_is_usable = usable;
  }
  return best;
}

}  // namespace hoplab::tls
