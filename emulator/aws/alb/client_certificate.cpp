#include "aws/alb/client_certificate.h"

#include <openssl/evp.h>

namespace hoplab::aws {

namespace {

pki::PemUrlEncoding encoding_of(const model::Listener& listener) {
  return {.encode_equals = listener.mutual_authentication.encode_equals_sign};
}

}  // namespace

std::shared_ptr<const MtlsHeaders> VerifyHeaders::of(X509* leaf) {
  const auto make = [this, leaf] {
    return std::make_shared<const MtlsHeaders>(
        verify_headers(leaf, listener_->attributes.request_header_names, encoding_of(*listener_)));
  };
  constexpr std::size_t kSweepAbove = 1024;
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  auto* bytes = reinterpret_cast<unsigned char*>(digest.data());
  if (X509_digest(leaf, EVP_sha256(), bytes, &size) != 1) {
    return make();
  }
  digest.resize(size);
  if (by_digest_.size() > kSweepAbove) {
    std::erase_if(by_digest_, [](const auto& entry) { return entry.second.expired(); });
  }
  auto& kept = by_digest_[digest];
  auto headers = kept.lock();
  if (!headers) {
    headers = make();
    kept = headers;
  }
  return headers;
}

void AlbClientCertificate::taken(X509* leaf, STACK_OF(X509) * presented) {
  if (verifies()) {
    headers_ = policy_.headers.of(leaf);
    return;
  }
  const model::Listener& listener = *policy_.listener;
  headers_ = std::make_shared<const MtlsHeaders>(passthrough_headers(
      presented, listener.attributes.request_header_names, encoding_of(listener)));
}

}  // namespace hoplab::aws
