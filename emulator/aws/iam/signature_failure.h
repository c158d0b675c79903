// The answers of AWS_IAM authorization to requests whose signature does not do: every status,
// x-amzn-ErrorType and body, spelled here and nowhere else (apigateway-features.md 3). Bodies are
// JSON with the key `message`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::aws {

/// Why, for records.
enum class SignatureFault : std::uint8_t {
  missing,        // there is none
  incomplete,     // it is none of SigV4, or lacks a part
  unknown_key,    // no such access key, or not with this session token
  token_expired,  // the temporary credentials
  wrong_scope,    // another Region, service, date or terminator
  host_unsigned,  // Host is not among the signed headers
  expired,
  not_yet_current,
  mismatch,  // the signature is another one
};

/// "missing-signature", "expired-signature"...
[[nodiscard]] std::string_view to_text(SignatureFault fault) noexcept;

struct SignatureFailure {
  SignatureFault fault = SignatureFault::missing;
  int status = 403;
  std::string_view error_type;  // x-amzn-ErrorType
  std::string body;
};

[[nodiscard]] SignatureFailure missing_signature();
[[nodiscard]] SignatureFailure unknown_access_key();
[[nodiscard]] SignatureFailure expired_token();
/// InvalidSignatureException, with the message.
[[nodiscard]] SignatureFailure invalid_signature(SignatureFault fault, std::string_view message);
/// IncompleteSignatureException, with the message.
[[nodiscard]] SignatureFailure incomplete_signature(std::string_view message);
/// The canonical request and the string to sign that the request should have had.
[[nodiscard]] SignatureFailure wrong_signature(std::string_view canonical_request,
                                               std::string_view string_to_sign);

/// What an Authorization field says of SigV4; the algorithm before the first blank is not looked
/// at.
struct AuthorizationParameters {
  std::optional<std::string_view> credential, signature, signed_headers;
  bool has_equal_signs = true;  // false: a part is no key=value pair
};
[[nodiscard]] AuthorizationParameters read_authorization(std::string_view authorization) noexcept;

/// What an Authorization field lacks to be of SigV4; nothing: it has all parts.
[[nodiscard]] std::optional<SignatureFailure> lacking_authorization(
    std::string_view authorization, const AuthorizationParameters& parameters, bool has_date);

}  // namespace hoplab::aws
