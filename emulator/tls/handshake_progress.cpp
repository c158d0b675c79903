#include "tls/handshake_progress.h"

#include <openssl/objects.h>

#include <algorithm>
#include <vector>

#include "pki/verdict.h"

namespace hoplab::tls {

namespace {

using Bytes = std::span<const unsigned char>;

constexpr std::size_t kMessageHeader = 4;  // type, length

/// Takes a vector with a length field of `field` bytes off `from`; what is missing makes it
/// shorter.
Bytes take_what_is_there(Bytes& from, std::size_t field) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < field && i < from.size(); ++i) size = size << 8 | from[i];
  from = from.subspan(std::min(field, from.size()));
  const Bytes vector = from.first(std::min(size, from.size()));
  from = from.subspan(vector.size());
  return vector;
}

/// The certificates of a Certificate message with their length fields (RFC 5246 section 7.4.2),
/// without what TLS 1.3 puts beside them (RFC 8446 section 4.4.2): the same chain has one size.
std::size_t presented_bytes(Bytes body, bool tls13) {
  constexpr std::size_t kLengthField = 3;
  if (tls13) take_what_is_there(body, 1);  // certificate_request_context
  Bytes list = take_what_is_there(body, kLengthField);
  std::size_t total = 0;
  while (!list.empty()) {
    total += kLengthField + take_what_is_there(list, kLengthField).size();
    if (tls13) take_what_is_there(list, 2);  // extensions
  }
  return total;
}

/// The first group that the client named and OpenSSL knows; null when there is none.
const char* group_of_client(SSL* ssl, int& nid) {
  std::vector<int> groups(static_cast<std::size_t>(SSL_get1_groups(ssl, nullptr)));
  if (!groups.empty()) SSL_get1_groups(ssl, groups.data());
  for (const int group : groups) {
    if ((group & TLSEXT_nid_unknown) != 0) continue;
    nid = group;
    return OBJ_nid2sn(group);
  }
  return nullptr;
}

}  // namespace

bool is_about_certificate(HandshakeFailure failure) noexcept {
  using enum HandshakeFailure;
  return failure == certificate_refused || failure == certificate_missing ||
         failure == certificate_invalid || failure == certificate_too_large ||
         failure == key_not_proven;
}

void note_message(HandshakeProgress& progress, const SSL* ssl, int type, Bytes content) {
  if (type == SSL3_RT_HEADER) progress.message = HandshakeProgress::kNoMessage;  // the next record
  if (type != SSL3_RT_HANDSHAKE || content.size() < kMessageHeader) return;
  progress.message = content[0];
  if (progress.message != SSL3_MT_CERTIFICATE) return;
  progress.presented_bytes =
      presented_bytes(content.subspan(kMessageHeader), SSL_version(ssl) == TLS1_3_VERSION);
}

const char* group_to_show(SSL* ssl) {
  // A group without such a number, a hybrid one, is not for TLS 1.2.
  for (int i = 0, count = static_cast<int>(SSL_get_shared_group(ssl, -1)); i < count; ++i) {
    const int shared = static_cast<int>(SSL_get_shared_group(ssl, i));
    if ((shared & TLSEXT_nid_unknown) == 0) return OBJ_nid2sn(shared);
  }
  // Keys were exchanged by RSA, so nobody needed a common group.
  int nid = NID_X9_62_prime256v1;
  if (const char* name = group_of_client(ssl, nid)) {
    SSL_set1_groups(ssl, &nid, 1);
    return name;
  }
  return OBJ_nid2sn(nid);
}

int verification_error(RefusalAlert alert) {
  switch (alert) {
    case RefusalAlert::bad_certificate: return X509_V_ERR_CERT_REJECTED;
    case RefusalAlert::unsupported_certificate: return X509_V_ERR_INVALID_PURPOSE;
    case RefusalAlert::certificate_revoked: return X509_V_ERR_CERT_REVOKED;
    case RefusalAlert::certificate_expired: return X509_V_ERR_CERT_HAS_EXPIRED;
    case RefusalAlert::certificate_unknown: return X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION;
    case RefusalAlert::none: break;
  }
  return X509_V_ERR_APPLICATION_VERIFICATION;
}

HandshakeFailure certificate_failure(const HandshakeProgress& progress, const SSL* ssl,
                                     int reason) {
  const auto state = SSL_get_state(ssl);
  const bool excessive = reason == SSL_R_EXCESSIVE_MESSAGE_SIZE;
  if (state == TLS_ST_SR_CERT && excessive) return HandshakeFailure::certificate_too_large;
  // The state is still that of the message before when the next one is not what it should be.
  if (reason == SSL_R_UNEXPECTED_MESSAGE) return HandshakeFailure::none;
  if (state == TLS_ST_SR_CERT && progress.message == SSL3_MT_CERTIFICATE) {
    return progress.presented_bytes > pki::kMostPresentedBytes
               ? HandshakeFailure::certificate_too_large
               : HandshakeFailure::certificate_invalid;
  }
  if (state == TLS_ST_SR_CERT_VRFY && progress.message == SSL3_MT_CERTIFICATE_VERIFY) {
    return HandshakeFailure::key_not_proven;
  }
  return HandshakeFailure::none;
}

}  // namespace hoplab::tls
