// The texts that Signature Version 4 signs (IAM: "Create a signed AWS API request"): path and query
// are encoded as for all services but S3, the path twice.
#pragma once

#include <string>
#include <string_view>

#include "aws/iam/signature_parts.h"

namespace hoplab::aws {

/// Method, path, query, signed headers with their names, and the hash of the payload.
[[nodiscard]] std::string canonical_request(const SignedRequest& request,
                                            const SignatureParts& parts);

[[nodiscard]] std::string string_to_sign(const SignatureParts& parts,
                                         std::string_view canonical_request);

}  // namespace hoplab::aws
