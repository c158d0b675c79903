#include "pki/signing_request.h"

#include <arpa/inet.h>
#include <openssl/pem.h>

#include <array>

#include "pki/distinguished_name.h"
#include "pki/mint_internal.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

using RequestPtr = std::unique_ptr<X509_REQ, Free<X509_REQ_free>>;

struct FreeExtensions {
  void operator()(STACK_OF(X509_EXTENSION) * all) const noexcept {
    sk_X509_EXTENSION_pop_free(all, X509_EXTENSION_free);
  }
};

std::string text_of(const ASN1_STRING* value) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
          static_cast<std::size_t>(ASN1_STRING_length(value))};
}

/// Nothing: it is neither IPv4 nor IPv6.
std::string address_text(const ASN1_STRING* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int length = ASN1_STRING_length(bytes);
  const int family = length == 4 ? AF_INET : length == 16 ? AF_INET6 : AF_UNSPEC;
  if (family == AF_UNSPEC) return {};
  const void* const data = ASN1_STRING_get0_data(bytes);
  return ::inet_ntop(family, data, text.data(), text.size()) ? text.data() : std::string();
}

void take_names(X509_REQ* request, SigningRequest& into) {
  const std::unique_ptr<STACK_OF(X509_EXTENSION), FreeExtensions> extensions(
      X509_REQ_get_extensions(request));
  const std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>> names(static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) into.dns_names.push_back(text_of(name->d.dNSName));
    if (name->type == GEN_URI) {
      into.uris.push_back(text_of(name->d.uniformResourceIdentifier));
    }
    if (name->type == GEN_IPADD) {
      const std::string address = address_text(name->d.iPAddress);
      if (!address.empty()) into.ip_addresses.push_back(address);
    }
  }
}

RequestPtr request_of(std::string_view text) {
  std::string der(text);
  if (auto blocks = pem_decode(text, PemSurroundings::anything); blocks) {
    for (PemBlock& block : blocks.value()) {
      if (block.label.ends_with("CERTIFICATE REQUEST")) der = std::move(block.der);
    }
  }
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  return RequestPtr(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
}

}  // namespace

std::string name_part(std::string_view type, std::string_view value) {
  std::string part = std::string(type) + "=";
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool at_start = i == 0 && (c == ' ' || c == '#');
    const bool at_end = i + 1 == value.size() && c == ' ';
    const bool special = std::string_view(",+\"\\<>;=").find(c) != std::string_view::npos;
    if (special || at_start || at_end) part += '\\';
    part += c;
  }
  return part;
}

Result<std::string> make_signing_request(const std::string& subject, EVP_PKEY* key,
                                         SignatureDigest digest) {
  const ErrorQueueGuard guard;
  auto name = parse_name(subject);
  if (!name) return name.failure();
  auto hash = signing_digest(key, digest);
  if (!hash) return hash.failure();
  const RequestPtr request(X509_REQ_new());
  if (X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_subject_name(request.get(), name.value().get()) != 1 ||
      X509_REQ_set_pubkey(request.get(), key) != 1 ||
      X509_REQ_sign(request.get(), key, hash.value()) <= 0) {
    return Error{"cannot sign the request: " + openssl_reason()};
  }
  unsigned char* der = nullptr;
  const int size = i2d_X509_REQ(request.get(), &der);
  const OpensslBytes owned(der);
  if (size <= 0) return Error{"cannot encode the request: " + openssl_reason()};
  return pem_encode("CERTIFICATE REQUEST",
                    {reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
}

Result<SigningRequest> read_signing_request(std::string_view text) {
  const ErrorQueueGuard guard;
  const RequestPtr request = request_of(text);
  if (!request) return Error{"it is no certificate signing request in PEM or DER"};
  SigningRequest made;
  made.key.reset(X509_REQ_get_pubkey(request.get()), EVP_PKEY_free);
  if (!made.key || X509_REQ_verify(request.get(), made.key.get()) != 1) {
    return Error{"its signature is not that of its key"};
  }
  made.subject = name_text(X509_REQ_get_subject_name(request.get()));
  take_names(request.get(), made);
  return made;
}

Result<std::shared_ptr<EVP_PKEY>> private_key_of_pem(std::string_view pem) {
  const ErrorQueueGuard guard;
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const auto no_password = [](char*, int, int, void*) { return -1; };
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr),
                                EVP_PKEY_free);
  if (!key) return Error{"it is no private key in PEM: " + openssl_reason()};
  return key;
}

}  // namespace hoplab::pki
