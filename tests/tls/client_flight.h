// A client whose last flight (its certificate, the proof of the key, Finished) waits to be looked
// at, and may be changed before it leaves: so servers meet what no client's library would send.
#pragma once

#include <openssl/hmac.h>

#include <functional>
#include <string>
#include <vector>

#include "tls_lab.h"

namespace hoplab::testing {

/// `number` in `size` bytes, as TLS writes it.
inline std::string big_endian(std::size_t number, int size) {
  std::string bytes;
  while (size-- > 0) bytes += static_cast<char>(number >> (8 * size) & 0xff);
  return bytes;
}

/// The handshake's own record protection in TLS_AES_128_GCM_SHA256 (RFC 8446 sections 5.2, 7.1
/// and 7.3).
class HandshakeSeal {
 public:
  explicit HandshakeSeal(const std::string& traffic_secret)
      : key_(expand(traffic_secret, "key", 16)), iv_(expand(traffic_secret, "iv", 12)) {}

  /// A record of handshake bytes, the `sequence`th.
  [[nodiscard]] std::string record(std::size_t sequence, const std::string& bytes) const {
    constexpr int kTag = 16;
    const std::string text = bytes + static_cast<char>(SSL3_RT_HANDSHAKE);
    std::string out = "\x17\x03\x03" + big_endian(text.size() + kTag, 2);
    const std::string header = out;
    std::string nonce = iv_;
    for (std::size_t i = 0; i < 8; ++i)
      nonce[11 - i] ^= static_cast<char>(sequence >> (8 * i) & 0xff);
    out.resize(header.size() + text.size() + kTag);
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nullptr, raw(key_), raw(nonce));
    int size = 0;
    EVP_EncryptUpdate(context, nullptr, &size, raw(header), static_cast<int>(header.size()));
    auto* into = reinterpret_cast<unsigned char*>(out.data()) + header.size();
    EVP_EncryptUpdate(context, into, &size, raw(text), static_cast<int>(text.size()));
    EVP_EncryptFinal_ex(context, into + size, &size);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, into + text.size());
    EVP_CIPHER_CTX_free(context);
    return out;
  }

 private:
  static const unsigned char* raw(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  /// HKDF-Expand-Label without a context, of at most one hash's size.
  static std::string expand(const std::string& secret, const std::string& label, std::size_t size) {
    const std::string name = "tls13 " + label;
    const std::string info =
        big_endian(size, 2) + big_endian(name.size(), 1) + name + std::string("\0\1", 2);
    std::string out(EVP_MAX_MD_SIZE, '\0');
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), raw(info), info.size(),
         reinterpret_cast<unsigned char*>(out.data()), nullptr);
    out.resize(size);
    return out;
  }

  std::string key_, iv_;
};

class ClientFlight {
 public:
  /// With OpenSSL's number for the only version. The client has seen the server's first flight.
  ClientFlight(const tls::Context& server, tls::HandshakeObserver* observer, int version,
               const std::function<void(SSL_CTX*)>& prepare)
      : version_(version),
        raw_(loop_, server, observer),
        client_(loop_, *raw_.far, [&](SSL_CTX* context) {
          SSL_CTX_set_min_proto_version(context, version);
          SSL_CTX_set_max_proto_version(context, version);
          SSL_CTX_set_keylog_callback(context, note_secret);
          prepare(context);
        }) {
    SSL_set_app_data(client_.ssl(), this);
    SSL_connect(client_.ssl());
    client_.exchange();
    SSL_connect(client_.ssl());
    ERR_clear_error();
    flight = client_.take_output();
  }

  /// Puts a message with these certificates in the place of the client's own. In TLS 1.3 what
  /// follows can be read only after one that fits one record.
  void send_instead(const std::vector<std::string>& certificates) {
    const bool tls13 = version_ == TLS1_3_VERSION;
    std::string list;
    for (const std::string& der : certificates) {
      list += big_endian(der.size(), 3) + der + (tls13 ? std::string(2, '\0') : "");
    }
    const std::string body =
        (tls13 ? std::string(1, '\0') : "") + big_endian(list.size(), 3) + list;
    const std::string message =
        std::string(1, SSL3_MT_CERTIFICATE) + big_endian(body.size(), 3) + body;
    const std::size_t at = record_of_certificate();
    flight.replace(at, 5 + record_size(at), tls13 ? sealed(message) : plain(message));
  }

  /// What the server makes of `flight`.
  tls::HandshakeFailure send() {
    for (std::string_view rest = flight; !rest.empty() && raw_.group.running() > 0;) {
      const auto taken = raw_.far->try_write(rest);
      if (taken.ended()) break;
      rest.remove_prefix(taken.size);
      loop_.settle();
    }
    answer = read_now(*raw_.far);
    return raw_.group.running() == 0 ? raw_.result.failure : tls::HandshakeFailure::timeout;
  }

  /// Where the handshake message of this type begins in a flight of TLS 1.2, each in a record of
  /// its own.
  [[nodiscard]] std::size_t message_at(unsigned char type) const {
    for (std::size_t at = 0; at + 5 < flight.size(); at += 5 + record_size(at)) {
      if (byte(at) == SSL3_RT_HANDSHAKE && byte(at + 5) == type) return at + 5;
    }
    ADD_FAILURE() << "the client sent no message of type " << int{type};
    return 0;
  }

  /// The length of the record that begins there, without its header.
  [[nodiscard]] std::size_t record_size(std::size_t at) const {
    return std::size_t{byte(at + 3)} << 8U | byte(at + 4);
  }

  std::string flight, answer;

 private:
  static constexpr std::size_t kRecord = 16 * 1024;

  static void note_secret(const SSL* ssl, const char* line) {
    const std::string_view text = line;
    if (!text.starts_with("CLIENT_HANDSHAKE_TRAFFIC_SECRET ")) return;
    long size = 0;
    const pki::OpensslBytes bytes(
        OPENSSL_hexstr2buf(std::string(text.substr(text.rfind(' ') + 1)).c_str(), &size));
    static_cast<ClientFlight*>(SSL_get_app_data(ssl))
        ->secret_.assign(reinterpret_cast<char*>(bytes.get()), static_cast<std::size_t>(size));
  }

  [[nodiscard]] unsigned char byte(std::size_t at) const {
    return static_cast<unsigned char>(flight[at]);
  }
  [[nodiscard]] std::size_t record_of_certificate() const {
    if (version_ != TLS1_3_VERSION) return message_at(SSL3_MT_CERTIFICATE) - 5;
    std::size_t at = 0;
    while (byte(at) != SSL3_RT_APPLICATION_DATA) at += 5 + record_size(at);
    return at;
  }
  [[nodiscard]] std::string sealed(const std::string& message) const {
    const HandshakeSeal seal(secret_);
    std::string records;
    for (std::size_t at = 0; at < message.size(); at += kRecord) {
      records += seal.record(at / kRecord, message.substr(at, kRecord));
    }
    return records;
  }
  [[nodiscard]] static std::string plain(const std::string& message) {
    std::string records;
    for (std::size_t at = 0; at < message.size(); at += kRecord) {
      const std::string part = message.substr(at, kRecord);
      records += "\x16\x03\x03" + big_endian(part.size(), 2) + part;
    }
    return records;
  }

  TestLoop loop_;
  int version_;
  std::string secret_;  // the client's, of the handshake
  RawHandshake raw_;
  OpensslClient client_;
};

}  // namespace hoplab::testing
