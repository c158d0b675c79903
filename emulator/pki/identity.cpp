// An identity's files and accessors: see mint.h.
#include <openssl/pkcs12.h>

#include "pki/certificate_text.h"
#include "pki/distinguished_name.h"
#include "pki/mint.h"
#include "pki/mint_internal.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

// PBES2 with one iteration: see Identity::pkcs12.
constexpr int kIterations = 1;

struct FreeBags {
  void operator()(STACK_OF(PKCS12_SAFEBAG) * bags) const noexcept {
    sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
  }
};
struct FreeSafes {
  void operator()(STACK_OF(PKCS7) * safes) const noexcept { sk_PKCS7_pop_free(safes, PKCS7_free); }
};
using BagsPtr = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), FreeBags>;
using SafesPtr = std::unique_ptr<STACK_OF(PKCS7), FreeSafes>;
using Pkcs12Ptr = std::unique_ptr<PKCS12, Free<PKCS12_free>>;

struct Label {
  const std::string& name;
  const std::string& key_id;  // ties the key to its certificate
};

bool label_bag(PKCS12_SAFEBAG* bag, const Label& label) {
  return PKCS12_add_localkeyid(
             bag, reinterpret_cast<unsigned char*>(const_cast<char*>(label.key_id.data())),
             static_cast<int>(label.key_id.size())) == 1 &&
         (label.name.empty() ||
          PKCS12_add_friendlyname_utf8(bag, label.name.data(),
                                       static_cast<int>(label.name.size())) == 1);
}

bool add_certificates(STACK_OF(PKCS7) * safes, const Identity& identity, const char* password,
                      const Label& label) {
  STACK_OF(PKCS12_SAFEBAG)* raw = nullptr;
  PKCS12_SAFEBAG* leaf = PKCS12_add_cert(&raw, identity.state().built.get());
  bool added = leaf != nullptr && label_bag(leaf, label);
  for (const Identity& above : identity.state().above) {
    added = added && PKCS12_add_cert(&raw, above.state().built.get()) != nullptr;
  }
  const BagsPtr bags(raw);
  return added && PKCS12_add_safe(&safes, raw, NID_aes_256_cbc, kIterations, password) == 1;
}

bool add_key(STACK_OF(PKCS7) * safes, const std::string& key_der, const char* password,
             const Label& label) {
  const auto* at = reinterpret_cast<const unsigned char*>(key_der.data());
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO_free>> info(
      d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(key_der.size())));
  if (info == nullptr) return false;
  PKCS12_SAFEBAG* bag = PKCS12_SAFEBAG_create_pkcs8_encrypt(NID_aes_256_cbc, password, -1, nullptr,
                                                            0, kIterations, info.get());
  if (bag == nullptr) return false;
  const BagsPtr bags(sk_PKCS12_SAFEBAG_new_null());
  sk_PKCS12_SAFEBAG_push(bags.get(), bag);
  // The bag is encrypted already, so its safe is not (-1).
  return label_bag(bag, label) && PKCS12_add_safe(&safes, bags.get(), -1, 0, nullptr) == 1;
}

}  // namespace

std::string Identity::cert_pem() const {
  return pem_encode("CERTIFICATE", state_->der);
}

std::string Identity::chain_pem() const {
  std::string out = cert_pem();
  for (const Identity& above : state_->above) out += above.cert_pem();
  return out;
}

std::string Identity::key_pem() const {
  return pem_encode("PRIVATE KEY", pkcs8_der(state_->key.get()));
}

Result<std::string> Identity::pkcs12(const std::string& password,
                                     const std::string& friendly_name) const {
  const ErrorQueueGuard guard;
  const auto refuse = [&] {
    return Error{"cannot make the PKCS#12 file of \"" + subject() + "\": " + openssl_reason()};
  };
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int digest_size = 0;
  if (X509_digest(state_->built.get(), EVP_sha1(), digest, &digest_size) != 1) return refuse();
  const std::string key_id(reinterpret_cast<char*>(digest), digest_size);
  const Label label{friendly_name, key_id};
  const SafesPtr safes(sk_PKCS7_new_null());
  if (!add_certificates(safes.get(), *this, password.c_str(), label) ||
      !add_key(safes.get(), pkcs8_der(state_->key.get()), password.c_str(), label)) {
    return refuse();
  }
  const Pkcs12Ptr file(PKCS12_add_safes(safes.get(), 0));
  if (file == nullptr || PKCS12_set_mac(file.get(), password.c_str(), -1, nullptr, 0, kIterations,
                                        EVP_sha256()) != 1) {
    return refuse();
  }
  unsigned char* der = nullptr;
  const int size = i2d_PKCS12(file.get(), &der);
  const OpensslBytes owned(der);
  if (size <= 0) return refuse();
  return std::string(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
}

X509* Identity::x509() const {
  std::call_once(state_->decode_once,
                 [this] { state_->decoded = certificate_from_der(state_->der); });
  return state_->decoded.get();
}

EVP_PKEY* Identity::private_key() const {
  return state_->key.get();
}
std::shared_ptr<EVP_PKEY> Identity::shared_private_key() const {
  return {state_, private_key()};
}

std::vector<X509*> Identity::intermediates() const {
  std::vector<X509*> out;
  for (const Identity& above : state_->above) out.push_back(above.x509());
  return out;
}

std::string Identity::subject() const {
  return subject_text(state_->built.get());
}

std::string Identity::serial() const {
  return serial_text(state_->built.get());
}

bool Identity::is_ca() const {
  return X509_check_ca(state_->built.get()) > 0;
}

}  // namespace hoplab::pki
