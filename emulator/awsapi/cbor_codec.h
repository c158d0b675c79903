// Smithy's RPC v2 CBOR protocol, which SDKs of 2025 speak to CloudWatch: RFC 8949, with times under
// tag 1. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
#pragma once

#include <string>
#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

/// The request's object. Too deep, or no CBOR: SerializationException.
ApiResult<Json> read_cbor(std::string_view body);

/// The members of `value` that the table knows.
std::string cbor_members(const Json& value, Members members);

/// {"__type": ..., "message": ...}
std::string cbor_error(const ApiError& error);

}  // namespace hoplab::awsapi
