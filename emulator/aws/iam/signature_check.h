// Who has signed a request, really checked (apigateway-features.md 3).
//
// A pure function of the request and the access keys; SigningKeys only remembers what it has
// derived. The order of the checks is not documented: form, date, signed Host, age, scope, access
// key, session token, signature.
#pragma once

#include <variant>

#include "aws/iam/access_keys.h"
#include "aws/iam/signature_failure.h"
#include "aws/iam/signature_parts.h"
#include "aws/iam/signing_keys.h"

namespace hoplab::aws {

/// No signature; an Authorization that is none of SigV4 may be there (apigateway.md 6).
struct Anonymous {};
/// The access key lives in the AccessKeys.
struct Signed {
  const AccessKey& key;
};
using SignatureVerdict = std::variant<Anonymous, Signed, SignatureFailure>;

[[nodiscard]] SignatureVerdict check_signature(const SignedRequest& request,
                                               const AccessKeys& access_keys,
                                               SigningKeys& signing_keys);

/// What a method with AWS_IAM authorization, or an unknown route, answers to an Anonymous request.
[[nodiscard]] SignatureFailure refuse_anonymous(const SignedRequest& request);

}  // namespace hoplab::aws
