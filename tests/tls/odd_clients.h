// Random clients: keys, certificates and messages of every kind that a listener may meet, right and
// wrong.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/rng.h"
#include "pki/mint.h"
#include "pki/pem.h"
#include "pki/trust_store.h"
#include "support/openssl_certificate.h"
#include "support/test_pki.h"

namespace hoplab::testing {

/// What a client sends, and the key with which it signs.
struct OddClient {
  std::vector<std::string> certificates;  // DER, leaf first, as a client's library would send them
  std::vector<std::string> instead;       // what is put in their place on the wire; empty: nothing
  EVP_PKEY* key = nullptr;
  bool key_is_its_own = true;
  std::string story;  // for who reads a failure
};

class OddClients {
 public:
  explicit OddClients(Rng& rng) : rng_(rng) {
    make_keys();
    make_authorities();
  }

  [[nodiscard]] pki::TrustStoreContents trust_store() const {
    pki::TrustStoreContents contents;
    for (const char* name : {"root", "rsa-root", "expired-root", "bundled"}) {
      contents.add_anchors(authority(name).identity.cert_pem());
    }
    for (const char* name : {"root", "rsa-root", "bundled"}) {
      pki::CrlRequest list;
      list.this_update = kNow - kDay;
      list.next_update = kNow + kDay;
      list.revoked.push_back({kRevokedSerial, kNow - kDay});
      contents.add_list(TestPki::must(pki::make_crl(authority(name).identity, list)));
    }
    return contents;
  }

  OddClient next() {
    OddClient client;
    ordinary_ = one_in(3);
    const Authority& issuer =
        ordinary_ ? authority(one_in(2) ? "middle-2" : "rsa-middle") : any(authorities_);
    const Key& key = ordinary_ ? keys_[rng_.below(3)] : any(keys_);
    client.story = "issuer " + issuer.name + ", key " + key.name;
    client.certificates = {leaf(issuer, key, client.story)};
    client.key = key.own.get();
    if (key.stranger && one_in(8)) {
      client.key = key.stranger.get();
      client.key_is_its_own = false;
      client.story += ", not its own";
    }
    add_path(issuer, client);
    if (one_in(3)) disturb(client);
    if (one_in(4)) break_bytes(client);
    return client;
  }

 private:
  static inline const std::int64_t kNow = epoch_seconds(kStart);
  static constexpr std::int64_t kDay = 86'400;
  static constexpr const char* kRevokedSerial = "77";

  struct Key {
    std::string name;
    pki::KeyPtr own, stranger;
  };
  struct Authority {
    std::string name;
    pki::Identity identity;
    std::string above;  // empty: a root
  };

  bool one_in(std::uint32_t n) { return rng_.below(n) == 0; }
  template <class T>
  const T& any(const std::vector<T>& all) {
    return all[rng_.below(static_cast<std::uint32_t>(all.size()))];
  }
  [[nodiscard]] const Authority& authority(const std::string& name) const {
    for (const Authority& one : authorities_) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << name;
    return authorities_.front();
  }

  void add_key(const std::string& name, pki::KeyPtr own, pki::KeyPtr other = nullptr) {
    pki::KeyPtr stranger = other ? key_that_only_seems(own.get(), other.get()) : nullptr;
    keys_.push_back({name, std::move(own), std::move(stranger)});
  }
  void make_keys() {
    for (const char* curve : {"P-256", "P-384", "P-521"})
      add_key(curve, ec_key(curve), ec_key(curve));
    for (const char* curve : {"P-224", "secp256k1", "brainpoolP256r1"})
      add_key(curve, ec_key(curve));
    add_key("P-256, a compressed point", ec_key("P-256", true));
    for (const int bits : {2048, 3072}) {
      add_key("RSA " + std::to_string(bits), rsa_key(bits), rsa_key(bits));
    }
    add_key("RSA 1024", rsa_key(1024));
    add_key("RSA, exponent 3", rsa_key(2048, "3"));
    add_key("RSA, a large exponent", rsa_key(3136, "18446744073709551629"));
    add_key("RSA-PSS", rsa_pss_key(2048, nullptr));
    add_key("RSA-PSS with SHA-384", rsa_pss_key(2048, "SHA384"));
    add_key("RSA-PSS with SHA-1", rsa_pss_key(2048, "SHA1"));
    for (const char* type : {"ED25519", "ED448"}) add_key(type, generated(generator(type)));
  }

  /// Under `above`, or a root; `change` makes it odd.
  template <class Change>
  void add(const std::string& name, const std::string& above, Change change) {
    pki::CertificateRequest request;
    request.subject = "CN=" + name;
    request.is_ca = true;
    request.not_before = kNow - 10 * kDay;
    request.not_after = kNow + 10 * kDay;
    change(request);
    auto made =
        above.empty() ? pki::self_sign(request) : pki::issue(request, authority(above).identity);
    authorities_.push_back({name, TestPki::must(std::move(made)), above});
  }
  void make_authorities() {
    using pki::KeyAlgorithm;
    const auto plain = [](auto&) {};
    const auto expired = [](auto& request) { request.not_after = kNow - kDay; };
    add("root", "", plain);
    add("rsa-root", "", [](auto& request) { request.key = KeyAlgorithm::rsa_2048; });
    add("expired-root", "", expired);
    add("stranger", "", plain);
    add("bundled", "stranger", plain);
    add("middle", "root", [](auto& request) { request.key = KeyAlgorithm::ec_secp384r1; });
    add("middle-2", "middle", plain);
    add("middle-3", "middle-2", plain);
    add("middle-4", "middle-3", plain);
    add("rsa-middle", "rsa-root", [](auto& request) { request.rsa_pss = true; });
    add("old-middle", "root", expired);
    add("early-middle", "root", [](auto& request) { request.not_before = kNow + kDay; });
    add("revoked-middle", "root", [](auto& request) { request.serial = kRevokedSerial; });
    add("sha1-middle", "rsa-root",
        [](auto& request) { request.digest = pki::SignatureDigest::sha1; });
    add("weak-middle", "root", [](auto& request) { request.key = KeyAlgorithm::rsa_1024; });
    add("edwards-middle", "root", [](auto& request) { request.key = KeyAlgorithm::ed25519; });
    add("server-middle", "root",
        [](auto& request) { request.extended_key_usage = {"serverAuth"}; });
    add("short-middle", "root", [](auto& request) { request.path_length = 0; });
    add("below-short", "short-middle", plain);
  }

  static void add_extension(X509* certificate, int nid, const char* value) {
    const std::unique_ptr<X509_EXTENSION, pki::Free<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
    X509_add_ext(certificate, extension.get(), -1);
  }

  std::string leaf(const Authority& issuer, const Key& key, std::string& story) {
    const auto made = certificate_of(key.own.get(), issuer.identity, "client", nullptr);
    X509* leaf = made.get();
    const auto odd = [&](const char* what) { story += std::string(", ") + what; };
    ASN1_TIME_set(X509_getm_notBefore(leaf), kNow - kDay);
    ASN1_TIME_set(X509_getm_notAfter(leaf), kNow + kDay);
    if (ordinary_) {
      sign(leaf, issuer, story);
      return pki::certificate_der(leaf);
    }
    if (one_in(12)) odd("expired"), ASN1_TIME_set(X509_getm_notAfter(leaf), kNow - 1);
    if (one_in(12)) odd("early"), ASN1_TIME_set(X509_getm_notBefore(leaf), kNow + 1);
    if (one_in(12)) odd("revoked"), ASN1_INTEGER_set(X509_get_serialNumber(leaf), 0x77);
    if (one_in(3)) add_extension(leaf, NID_ext_key_usage, "clientAuth");
    if (one_in(12)) odd("for servers"), add_extension(leaf, NID_ext_key_usage, "serverAuth");
    if (one_in(16)) odd("for encryption"), add_extension(leaf, NID_key_usage, "keyEncipherment");
    if (one_in(16))
      odd("large"), add_extension(leaf, NID_netscape_comment, std::string(17'000, 'a').c_str());
    if (one_in(16)) odd("critical"), add_extension(leaf, NID_netscape_comment, "critical,DER:0500");
    if (one_in(16)) odd("version 1"), X509_set_version(leaf, 0);
    sign(leaf, issuer, story);
    return pki::certificate_der(leaf);
  }

  /// By any hash, now and then, of those with which the issuer's key can sign.
  void sign(X509* leaf, const Authority& issuer, std::string& story) {
    EVP_PKEY* key = issuer.identity.private_key();
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
      X509_sign(leaf, key, nullptr);
      return;
    }
    const std::array digests{EVP_sha384(),     EVP_sha512(),   EVP_sha1(),  EVP_md5(),
                             EVP_sha512_256(), EVP_sha3_256(), EVP_sha224()};
    const EVP_MD* digest =
        !ordinary_ && one_in(3) ? digests[rng_.below(digests.size())] : EVP_sha256();
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && one_in(3)) {
      sign_pss(leaf, key, digest);
      story += ", PSS";
    } else if (X509_sign(leaf, key, digest) <= 0) {
      digest = EVP_sha256();
      X509_sign(leaf, key, digest);
    }
    ERR_clear_error();
    story += std::string(", ") + EVP_MD_get0_name(digest);
  }
  static void sign_pss(X509* leaf, EVP_PKEY* key, const EVP_MD* digest) {
    const std::unique_ptr<EVP_MD_CTX, pki::Free<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* padding = nullptr;
    EVP_DigestSignInit(context.get(), &padding, digest, nullptr, key);
    EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING);
    X509_sign_ctx(leaf, context.get());
  }

  void add_path(const Authority& issuer, OddClient& client) {
    for (const Authority* one = &issuer; !one->above.empty(); one = &authority(one->above)) {
      client.certificates.push_back(pki::certificate_der(one->identity.x509()));
    }
  }

  /// Whole certificates are left out, exchanged, or too many.
  void disturb(OddClient& client) {
    auto& all = client.certificates;
    const std::size_t last = all.size() - 1;
    switch (rng_.below(4)) {
      case 0:
        if (last > 0) all.erase(all.begin() + 1 + rng_.below(static_cast<std::uint32_t>(last)));
        client.story += ", one missing";
        break;
      case 1:
        if (last > 1) std::swap(all[1], all[last]);
        client.story += ", two exchanged";
        break;
      case 2:
        for (std::uint32_t more = 1 + rng_.below(4); more > 0; --more) {
          all.push_back(pki::certificate_der(any(authorities_).identity.x509()));
        }
        client.story += ", others with it";
        break;
      default: {
        const std::uint32_t count = 1 + rng_.below(40);  // up to ten times what a message may have
        for (std::uint32_t i = 0; i < count; ++i) all.push_back(large());
        client.story += ", large ones: " + std::to_string(count);
      }
    }
  }
  const std::string& large() {
    if (!large_.empty()) return large_;
    const Authority& issuer = authorities_.front();
    const auto made = certificate_of(keys_.front().own.get(), issuer.identity, "large");
    add_extension(made.get(), NID_netscape_comment, std::string(16'000, 'a').c_str());
    X509_sign(made.get(), issuer.identity.private_key(), EVP_sha256());
    return large_ = pki::certificate_der(made.get());
  }

  /// One certificate is no longer what it was, perhaps none at all.
  void break_bytes(OddClient& client) {
    client.instead = client.certificates;
    std::string& der =
        client.instead[rng_.below(static_cast<std::uint32_t>(client.instead.size()))];
    const std::uint32_t at = rng_.below(static_cast<std::uint32_t>(der.size()));
    switch (rng_.below(4)) {
      case 0: der.resize(at); break;
      case 1: der += "more"; break;
      case 2: der[rng_.below(64)] ^= static_cast<char>(1U << rng_.below(8)); break;
      default: der[at] ^= static_cast<char>(1U << rng_.below(8));
    }
    if (der.empty()) der = "0";
    client.story += ", a certificate altered";
  }

  Rng& rng_;
  bool ordinary_ = false;  // the next client's certificate, if not its message
  std::vector<Key> keys_;
  std::vector<Authority> authorities_;
  std::string large_;
};

}  // namespace hoplab::testing
