// The ALB's predefined security policies as OpenSSL can offer them.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::tls {

enum class ProtocolVersion : std::uint8_t { tls10, tls11, tls12, tls13 };

/// RFC 9151, CNSA 1.0: ciphers in an order of their own, and no X25519. The strict ones have P-384
/// and signatures with SHA-384 only (alb.md 7: documented as strict, by observed s2n-tls); the
/// others are for the time until all clients can do that.
enum class Rfc9151 : std::uint8_t { no, strict, interoperable };

struct SecurityPolicy {
  std::string_view name;  // "ELBSecurityPolicy-..."
  ProtocolVersion oldest;
  ProtocolVersion newest;
  std::string_view cipher_groups;  // letters of the groups in the .cpp
  bool fips;                       // no ChaCha20 among the TLS 1.3 suites
  bool post_quantum;               // lists hybrid groups, which OpenSSL offers from 3.5 on
  Rfc9151 rfc9151 = Rfc9151::no;
};

/// Null when there is no such policy.
const SecurityPolicy* find_security_policy(std::string_view name) noexcept;
std::span<const SecurityPolicy> all_security_policies() noexcept;

/// TLS 1.0 to 1.2 ciphers in the ALB's order of preference, as SSL_CTX_set_cipher_list takes them;
/// empty when the policy has TLS 1.3 only.
std::string cipher_list(const SecurityPolicy& policy);
/// TLS 1.3 suites as SSL_CTX_set_ciphersuites takes them; empty when the policy stops at TLS 1.2.
std::string ciphersuites(const SecurityPolicy& policy);
/// Key exchange groups, the preferred one first, by OpenSSL's names; hybrid ones included.
std::vector<std::string_view> key_exchange_groups(const SecurityPolicy& policy);
/// Signatures as SSL_CTX_set1_sigalgs_list takes them; empty: OpenSSL's own.
std::string_view signature_algorithms(const SecurityPolicy& policy);

}  // namespace hoplab::tls
