// Certificates: see mint.h.
#include "pki/mint.h"

#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <array>

#include "pki/distinguished_name.h"
#include "pki/hex.h"
#include "pki/lean_library.h"
#include "pki/mint_internal.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

constexpr std::size_t kMaxSerialBytes = 20;          // RFC 5280 section 4.1.2.2
constexpr std::int64_t kEndOfTime = 253402300799;    // 9999-12-31T23:59:59Z
constexpr std::int64_t kStartOfTime = -62167219200;  // 0000-01-01T00:00:00Z

Result<IntegerPtr> random_serial() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return Error{"no random bytes for a serial number: " + openssl_reason()};
  }
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive, always 16 bytes
  IntegerPtr serial(ASN1_INTEGER_new());
  ASN1_STRING_set(serial.get(), bytes.data(), static_cast<int>(bytes.size()));
  return serial;
}

Result<void> check(const CertificateRequest& request) {
  if (request.not_after < request.not_before) return Error{"not_after lies before not_before"};
  if (request.path_length && !request.is_ca) return Error{"path_length needs is_ca"};
  if (request.path_length && *request.path_length < 0) return Error{"path_length is negative"};
  if (request.version != 1 && request.version != 3) return Error{"version must be 1 or 3"};
  const bool extensions = request.is_ca || !request.dns_names.empty() || !request.uris.empty() ||
                          !request.ip_addresses.empty() || request.key_usage.has_value() ||
                          !request.extended_key_usage.empty();
  if (request.version == 1 && extensions) {
    return Error{
        "a version 1 certificate has no extensions, so it can be no CA and has no "
        "alternative names or key usages"};
  }
  return {};
}

Result<void> fill(X509* certificate, const CertificateRequest& request, EVP_PKEY* key,
                  const X509* issuer) {
  auto subject = parse_name(request.subject);
  if (!subject.ok()) return Error{subject.error()};
  auto serial = request.serial ? parse_serial(*request.serial) : random_serial();
  if (!serial.ok()) return Error{serial.error()};
  auto not_before = make_time(request.not_before, "not_before");
  if (!not_before.ok()) return Error{not_before.error()};
  auto not_after = make_time(request.not_after, "not_after");
  if (!not_after.ok()) return Error{not_after.error()};
  const X509_NAME* issuer_name =
      issuer == certificate ? subject.value().get() : X509_get_subject_name(issuer);
  const bool filled = X509_set_version(certificate, request.version - 1) == 1 &&
                      X509_set_serialNumber(certificate, serial.value().get()) == 1 &&
                      X509_set_subject_name(certificate, subject.value().get()) == 1 &&
                      X509_set_issuer_name(certificate, issuer_name) == 1 &&
                      X509_set1_notBefore(certificate, not_before.value().get()) == 1 &&
                      X509_set1_notAfter(certificate, not_after.value().get()) == 1 &&
                      set_public_key(certificate, key);
  if (!filled) return Error{"cannot fill in the certificate: " + openssl_reason()};
  if (request.version == 1) return {};
  return add_extensions(certificate, request, issuer);
}

Result<void> sign(X509* certificate, const CertificateRequest& request, EVP_PKEY* key) {
  auto digest = signing_digest(key, request.digest);
  if (!digest.ok()) return Error{digest.error()};
  if (request.rsa_pss && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
    return Error{"rsa_pss needs an RSA key to sign with"};
  }
  EVP_PKEY_CTX* parameters = nullptr;
  const auto context = begin_signature(key, digest.value(), &parameters);
  bool ready = context != nullptr;
  if (ready && request.rsa_pss) {
    ready = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  if (!ready || X509_sign_ctx(certificate, context.get()) <= 0) {
    return Error{"cannot sign the certificate: " + openssl_reason()};
  }
  return {};
}

/// With a key of its own where `given` is null.
Result<Identity> mint(const CertificateRequest& request, const Identity* issuer,
                      EVP_PKEY* given = nullptr) {
  const ErrorQueueGuard guard;
  const auto refuse = [&](const std::string& why) {
    return Error{"certificate \"" + request.subject + "\": " + why};
  };
  if (auto checked = check(request); !checked.ok()) return refuse(checked.error());
  auto state = std::make_shared<Identity::State>();
  if (given != nullptr) {
    EVP_PKEY_up_ref(given);
    state->key.reset(given);
  } else {
    auto key = generate_key(request.key);
    if (!key.ok()) return refuse(key.error());
    state->key = std::move(key).value();
  }
  state->built.reset(X509_new());
  X509* certificate = state->built.get();
  const X509* issuer_certificate = issuer == nullptr ? certificate : issuer->state().built.get();
  EVP_PKEY* issuer_key = issuer == nullptr ? state->key.get() : issuer->private_key();
  if (auto filled = fill(certificate, request, state->key.get(), issuer_certificate);
      !filled.ok()) {
    return refuse(filled.error());
  }
  if (auto signed_ = sign(certificate, request, issuer_key); !signed_.ok()) {
    return refuse(signed_.error());
  }
  state->der = certificate_der(certificate);
  if (state->der.empty()) return refuse("cannot encode it: " + openssl_reason());
  state->self_signed = issuer == nullptr;
  if (issuer != nullptr && !issuer->state().self_signed) {
    state->above.push_back(*issuer);
    const auto& further = issuer->state().above;
    state->above.insert(state->above.end(), further.begin(), further.end());
  }
  return Identity(std::move(state));
}

}  // namespace

const EVP_MD* digest_of(SignatureDigest digest) {
  switch (digest) {
    case SignatureDigest::sha256: return EVP_sha256();
    case SignatureDigest::sha384: return EVP_sha384();
    case SignatureDigest::sha512: return EVP_sha512();
    case SignatureDigest::sha1: return EVP_sha1();
  }
  return nullptr;
}

Result<const EVP_MD*> signing_digest(const EVP_PKEY* key, SignatureDigest digest) {
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) return digest_of(digest);
  if (digest == SignatureDigest::sha256) return static_cast<const EVP_MD*>(nullptr);
  return Error{"an Ed25519 issuer signs without a digest of choice; leave the digest out"};
}

std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> begin_signature(EVP_PKEY* key,
                                                                   const EVP_MD* digest,
                                                                   EVP_PKEY_CTX** parameters) {
  std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  const char* name = digest == nullptr ? nullptr : EVP_MD_get0_name(digest);
  const bool begun = EVP_DigestSignInit_ex(context.get(), parameters, name, library_of(key),
                                           nullptr, key, nullptr) == 1;
  return begun ? std::move(context) : nullptr;
}

Result<IntegerPtr> parse_serial(std::string_view hex) {
  const std::string shown(hex);
  const bool negative = hex.starts_with('-');
  if (negative) hex.remove_prefix(1);
  std::string even = hex.size() % 2 != 0 ? "0" + std::string(hex) : std::string(hex);
  const auto bytes = bytes_from_hex(even);
  if (!bytes || bytes->empty()) return Error{"serial \"" + shown + "\" is not hex"};
  if (bytes->size() > kMaxSerialBytes) {
    return Error{"serial \"" + shown + "\" is longer than 20 bytes (RFC 5280)"};
  }
  const BignumPtr number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes->data()),
                                   static_cast<int>(bytes->size()), nullptr));
  BN_set_negative(number.get(), negative ? 1 : 0);
  IntegerPtr serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  if (serial == nullptr) return Error{"serial \"" + shown + "\": " + openssl_reason()};
  return serial;
}

Result<TimePtr> make_time(std::int64_t seconds, std::string_view field) {
  if (seconds >= kStartOfTime && seconds <= kEndOfTime) {
    // UTCTime through 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5); OpenSSL chooses so.
    TimePtr time(ASN1_TIME_set(nullptr, static_cast<std::time_t>(seconds)));
    if (time != nullptr) return time;
  }
  return Error{std::string(field) + " " + std::to_string(seconds) +
               " (seconds since 1970) lies outside the years 0 to 9999"};
}

Result<Identity> self_sign(const CertificateRequest& request) {
  return mint(request, nullptr);
}

Result<Identity> self_sign(const CertificateRequest& request, EVP_PKEY* key) {
  return mint(request, nullptr, key);
}

Result<Identity> issue(const CertificateRequest& request, const Identity& issuer) {
  return issue(request, issuer, nullptr);
}

Result<Identity> issue(const CertificateRequest& request, const Identity& issuer, EVP_PKEY* key) {
  if (!issuer.is_ca()) {
    return Error{"certificate \"" + request.subject + "\": its issuer \"" + issuer.subject() +
                 "\" is not a CA"};
  }
  return mint(request, &issuer, key);
}

}  // namespace hoplab::pki
