// Issuing by a private certificate authority, for IssueCertificate and for ACM, which asks on
// behalf of RequestCertificate.
#pragma once

#include <string>
#include <vector>

#include "awsapi/service.h"
#include "pki/key.h"

namespace hoplab::awsapi::acmpca {

/// In PEM.
struct IssuedPair {
  std::string certificate, private_key, chain;
};

/// A certificate for servers of `names`, the first of which is its subject, for 13 months, with a
/// key of its own.
ApiResult<IssuedPair> issue_for_names(const Call& call, const std::string& authority_arn,
                                      const std::vector<std::string>& names, pki::KeyAlgorithm key);

}  // namespace hoplab::awsapi::acmpca
