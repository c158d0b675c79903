#include "pki/import.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "pki/distinguished_name.h"
#include "pki/mint_internal.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

using Pkcs12Ptr = std::unique_ptr<PKCS12, Free<PKCS12_free>>;

BioPtr reader_of(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// The certificates of a PEM text: a key beside them may be in a form that only OpenSSL reads.
std::string certificates_in(std::string_view pem) {
  constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
  std::string found;
  for (;;) {
    const auto begin = pem.find("-----BEGIN CERTIFICATE-----");
    const auto end = begin == std::string_view::npos ? begin : pem.find(kEnd, begin);
    if (end == std::string_view::npos) return found;
    found += pem.substr(begin, end + kEnd.size() - begin);
    found += '\n';
    pem.remove_prefix(end + kEnd.size());
  }
}

/// A state without a key or anything above it. In OpenSSL's own context: it is asked for the key.
Result<std::shared_ptr<Identity::State>> state_of(std::string der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  auto state = std::make_shared<Identity::State>();
  state->built.reset(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (state->built == nullptr) return Error{"a certificate in it cannot be decoded"};
  state->self_signed = X509_NAME_cmp(X509_get_subject_name(state->built.get()),
                                     X509_get_issuer_name(state->built.get())) == 0;
  state->der = std::move(der);
  return state;
}

/// Asks nobody: OpenSSL would ask the terminal.
int give_password(char* into, int size, int, void* password) {
  const auto& text = *static_cast<const std::string*>(password);
  const auto length = std::min(text.size(), static_cast<std::size_t>(size));
  std::memcpy(into, text.data(), length);
  return text.empty() ? -1 : static_cast<int>(length);
}

/// Why a key or a PKCS#12 file did not open.
std::string why_closed(const std::string& password, bool encrypted) {
  const int reason = ERR_GET_REASON(ERR_peek_last_error());
  if (reason == ERR_R_UNSUPPORTED) {
    return "it is encrypted in an old way that OpenSSL 3 does not read; openssl's option -legacy "
           "reads it, and writes it anew";
  }
  if (!encrypted) return "the private key in it cannot be decoded: " + openssl_reason();
  return password.empty() ? "it is encrypted, and password is not given"
                          : "the password does not open it";
}

Result<KeyPtr> key_of(std::string_view pem, const std::string& password) {
  const ErrorQueueGuard guard;
  const BioPtr bio = reader_of(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password,
                                     const_cast<std::string*>(&password)));
  if (key != nullptr) return key;
  const bool encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
  if (!has_private_key(pem)) return Error{"there is no private key in it"};
  return Error{why_closed(password, encrypted)};
}

Result<void> give_key(Identity::State& state, KeyPtr key) {
  const ErrorQueueGuard guard;
  if (X509_check_private_key(state.built.get(), key.get()) != 1) {
    return Error{"the private key is not that of the certificate \"" +
                 subject_text(state.built.get()) + "\""};
  }
  state.key = std::move(key);
  return {};
}

/// Puts first what issued `below`, then what issued that, and so on; what fits nowhere stays last.
void order(std::vector<std::shared_ptr<Identity::State>>& above, const X509* below) {
  for (auto next = above.begin(); next != above.end(); ++next) {
    const auto issuer = std::find_if(next, above.end(), [&](const auto& one) {
      return X509_NAME_cmp(X509_get_subject_name(one->built.get()), X509_get_issuer_name(below)) ==
             0;
    });
    if (issuer == above.end()) return;
    std::iter_swap(next, issuer);
    below = (*next)->built.get();
  }
}

}  // namespace

bool is_pem_text(std::string_view text) {
  return text.find("-----BEGIN ") != std::string_view::npos;
}

bool has_private_key(std::string_view pem) {
  return pem.find("PRIVATE KEY-----") != std::string_view::npos;
}

Result<Identity> import_pem(std::string_view certificates, std::string_view key,
                            const std::string& password) {
  auto blocks = pem_decode(certificates_in(certificates), PemSurroundings::anything);
  if (!blocks) return Error{blocks.error()};
  std::shared_ptr<Identity::State> state;
  for (PemBlock& block : blocks.value()) {
    auto made = state_of(std::move(block.der));
    if (!made) return Error{made.error()};
    if (state == nullptr) {
      state = std::move(made).value();
    } else {
      state->above.push_back(Identity(std::move(made).value()));
    }
  }
  if (state == nullptr) return Error{"there is no certificate in it"};
  if (!key.empty()) {
    auto read = key_of(key, password);
    if (!read) return Error{read.error()};
    if (auto given = give_key(*state, std::move(read).value()); !given) return given.failure();
  }
  return Identity(std::move(state));
}

bool is_pkcs12(std::string_view der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const Pkcs12Ptr file(d2i_PKCS12(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  return file != nullptr;
}

Result<Identity> import_pkcs12(std::string_view der, const std::string& password) {
  const ErrorQueueGuard guard;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const Pkcs12Ptr file(d2i_PKCS12(nullptr, &at, static_cast<long>(der.size())));
  if (file == nullptr) return Error{"it is no PKCS#12 file"};
  EVP_PKEY* raw_key = nullptr;
  X509* raw_leaf = nullptr;
  STACK_OF(X509)* raw_others = nullptr;
  const int parsed = PKCS12_parse(file.get(), password.c_str(), &raw_key, &raw_leaf, &raw_others);
  KeyPtr key(raw_key);
  const CertificatePtr leaf(raw_leaf);
  const CertificateStackPtr others(raw_others);
  if (parsed != 1) return Error{why_closed(password, true)};
  std::vector<std::shared_ptr<Identity::State>> above;
  for (int i = 0; i < sk_X509_num(others.get()); ++i) {
    auto other = state_of(certificate_der(sk_X509_value(others.get(), i)));
    if (!other) return Error{other.error()};
    above.push_back(std::move(other).value());
  }
  if (leaf == nullptr || key == nullptr) {
    if (above.size() == 1) return Identity(std::move(above.front()));
    return Error{"it has no private key, and " + std::to_string(above.size()) +
                 " certificates in place of one"};
  }
  auto made = state_of(certificate_der(leaf.get()));
  if (!made) return Error{made.error()};
  const std::shared_ptr<Identity::State> state = std::move(made).value();
  order(above, state->built.get());
  for (auto& one : above) state->above.push_back(Identity(std::move(one)));
  if (auto given = give_key(*state, std::move(key)); !given) return given.failure();
  return Identity(state);
}

bool is_issued_by(const Identity& certificate, const Identity& issuer) {
  const ErrorQueueGuard guard;
  X509* const below = certificate.state().built.get();
  X509* const above = issuer.state().built.get();
  return X509_check_issued(above, below) == X509_V_OK &&
         X509_verify(below, X509_get0_pubkey(above)) == 1;
}

bool is_self_signed(const Identity& certificate) {
  const ErrorQueueGuard guard;
  X509* const own = certificate.state().built.get();
  return certificate.state().self_signed && X509_verify(own, X509_get0_pubkey(own)) == 1;
}

}  // namespace hoplab::pki
