// One revocation list as it enters a trust store: read, checked, signature verified.
#pragma once

#include "base/result.h"
#include "pki/openssl_ptr.h"
#include "pki/revocation_entries.h"
#include "pki/trust_store.h"

namespace hoplab::pki {

struct RevocationList {
  std::size_t entries = 0;  // as the list has them, negative serial numbers included
  SerialNumbers serials;
  const X509* issuer = nullptr;  // one of the given CAs
  TimeSpan span;                 // thisUpdate to nextUpdate, or to the end of time
};

/// Errors begin with "InvalidRevocationContent: revocation <id>: ".
Result<RevocationList> read_revocation_list(const RevocationContent& content,
                                            const STACK_OF(X509) * cas,
                                            const TrustStoreLimits& limits);

}  // namespace hoplab::pki
