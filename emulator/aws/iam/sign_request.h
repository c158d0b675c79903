// Signs a request as an SDK of AWS does: Signature Version 4 in the Authorization field (IAM:
// "Create a signed AWS API request").
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "aws/iam/credentials.h"
#include "aws/iam/signature_parts.h"

namespace hoplab::aws {

/// The fields to add to the request, which has Host and its body already; Host and these are
/// signed, at the time and for the Region and service that the request says.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> sign_request(
    const SignedRequest& request, const Credentials& credentials);

}  // namespace hoplab::aws
