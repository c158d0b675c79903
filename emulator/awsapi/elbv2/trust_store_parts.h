// What operations on trust stores and on their revocations share.
#pragma once

#include <string>
#include <vector>

#include "awsapi/elbv2/resources.h"
#include "pki/trust_store.h"

namespace hoplab::awsapi::elbv2 {

/// An error of pki/trust_store.h, which begins with AWS's name for it.
ApiError named_error(const std::string& error);

Json describe_trust_store(const Call& call, const Document& store);

/// The revocation documents of a trust store, by their numbers.
std::vector<const Document*> revocations_of(const Call& call, const std::string& trust_store);

/// Listeners that verify by a trust store, whosever they are.
std::vector<const Document*> listeners_with(const Call& call, const std::string& trust_store);

/// {Location}: a URL under which this API's S3 gives the document's content.
ApiResult<Json> location_of(const Call& call, const Document& document);

}  // namespace hoplab::awsapi::elbv2
