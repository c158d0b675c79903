// Records of a captured TLS connection, opened with the secrets that a program wrote down for that
// purpose (SSLKEYLOGFILE): RFC 8446 5 and 7, RFC 5246 6.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hoplab::diagnose {

/// The lines of an SSLKEYLOGFILE. Those that are none are passed over.
class TlsSecrets {
 public:
  TlsSecrets() = default;
  explicit TlsSecrets(std::string_view lines);
  /// `label` such as "CLIENT_TRAFFIC_SECRET_0"; null: it was not written down.
  [[nodiscard]] const std::string* find(std::string_view label,
                                        std::string_view client_random) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string, std::less<>> secrets_;
};

/// A cipher suite by its number on the wire: what opening takes.
struct CipherSuite {
  std::string cipher, digest;  // OpenSSL's names; `digest` of the key derivation
  std::size_t mac_size = 0;    // of suites whose records have a MAC of their own
  bool aead = false;
};
std::optional<CipherSuite> cipher_suite(std::uint16_t number);

/// The keys of one direction. Records are opened in the order in which they were sent.
class RecordKeys {
 public:
  struct Opened {
    std::uint8_t type = 0;
    std::string text;
  };

  /// TLS 1.3, from a traffic secret.
  RecordKeys(const CipherSuite& suite, std::string secret);
  /// TLS 1.2. `encrypt_then_mac`: RFC 7366 was agreed about.
  struct Tls12 {
    std::string master_secret, client_random, server_random;
    bool encrypt_then_mac = false;
    bool of_client = false;
  };
  RecordKeys(const CipherSuite& suite, const Tls12& from);

  /// Nothing: the keys do not fit.
  std::optional<Opened> open(std::uint8_t type, std::string_view body);
  /// TLS 1.3: the side has sent a KeyUpdate.
  void update();

 private:
  void derive();
  std::optional<std::string> open_aead(std::string_view nonce, std::string_view added,
                                       std::string_view sealed) const;
  std::optional<std::string> open_cbc(std::string_view body) const;
  std::optional<std::string> open_12(std::uint8_t type, std::string_view body) const;
  [[nodiscard]] std::string nonce() const;

  CipherSuite suite_;
  std::string secret_;  // empty: TLS 1.2
  std::string key_, iv_;
  bool encrypt_then_mac_ = false;
  std::uint64_t sequence_ = 0;
};

}  // namespace hoplab::diagnose
