#include "aws/iam/signature_failure.h"

#include "aws/iam/hmac.h"
#include "aws/stub/json_text.h"
#include "base/base64.h"
#include "http/h1/http1_chars.h"

namespace hoplab::aws {

namespace {

SignatureFailure failure(SignatureFault fault, std::string_view error_type,
                         std::string_view message) {
  std::string body = R"({"message":")";
  while (true) {
    const auto line = message.substr(0, message.find('\n'));
    append_json_text(body, line);
    if (line.size() == message.size()) break;
    body.append("\\n");  // as AWS spells it
    message.remove_prefix(line.size() + 1);
  }
  return {fault, 403, error_type, body.append("\"}")};
}

std::string hashed(std::string_view text) {
  return to_base64(as_text(sha256_digest(text)));
}

}  // namespace

std::string_view to_text(SignatureFault fault) noexcept {
  switch (fault) {
    case SignatureFault::missing: return "missing-signature";
    case SignatureFault::incomplete: return "incomplete-signature";
    case SignatureFault::unknown_key: return "unknown-access-key";
    case SignatureFault::token_expired: return "expired-session-token";
    case SignatureFault::wrong_scope: return "wrong-credential-scope";
    case SignatureFault::host_unsigned: return "unsigned-host";
    case SignatureFault::expired: return "expired-signature";
    case SignatureFault::not_yet_current: return "signature-not-yet-current";
    case SignatureFault::mismatch: return "wrong-signature";
  }
  return "";
}

SignatureFailure missing_signature() {
  return failure(SignatureFault::missing, "MissingAuthenticationTokenException",
                 "Missing Authentication Token");
}

SignatureFailure unknown_access_key() {
  return failure(SignatureFault::unknown_key, "UnrecognizedClientException",
                 "The security token included in the request is invalid.");
}

SignatureFailure expired_token() {
  return failure(SignatureFault::token_expired, "ExpiredTokenException",
                 "The security token included in the request is expired");
}

SignatureFailure invalid_signature(SignatureFault fault, std::string_view message) {
  return failure(fault, "InvalidSignatureException", message);
}

SignatureFailure incomplete_signature(std::string_view message) {
  return failure(SignatureFault::incomplete, "IncompleteSignatureException", message);
}

SignatureFailure wrong_signature(std::string_view canonical_request,
                                 std::string_view string_to_sign) {
  std::string message(
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
  message.append("\n\nThe Canonical String for this request should have been\n'");
  message.append(canonical_request);
  message.append("'\n\nThe String-to-Sign should have been\n'").append(string_to_sign);
  return invalid_signature(SignatureFault::mismatch, message.append("'\n"));
}

AuthorizationParameters read_authorization(std::string_view authorization) noexcept {
  AuthorizationParameters found;
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos) return found;  // an algorithm alone: no parameters
  auto rest = authorization.substr(space + 1);
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto part = http::chars::trim(rest.substr(0, comma));
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    const auto equal = part.find('=');
    if (equal == std::string_view::npos) {
      found.has_equal_signs = part.empty();
      return found;
    }
    const auto name = part.substr(0, equal);
    const auto value = part.substr(equal + 1);
    if (name == "Credential") found.credential = value;
    if (name == "Signature") found.signature = value;
    if (name == "SignedHeaders") found.signed_headers = value;
  }
  return found;
}

std::optional<SignatureFailure> lacking_authorization(std::string_view authorization,
                                                      const AuthorizationParameters& parameters,
                                                      bool has_date) {
  if (!parameters.has_equal_signs) {
    // What exactly is hashed is not documented; the older wording quoted the whole field.
    return incomplete_signature(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 "
        "and encoded with Base64): '" +
        hashed(authorization) + "'.");
  }
  std::string lacks;
  const auto require = [&](bool there, const char* name) {
    if (there) return;
    lacks.append("Authorization header requires '").append(name).append("' parameter. ");
  };
  require(parameters.credential.has_value(), "Credential");
  require(parameters.signature.has_value(), "Signature");
  require(parameters.signed_headers.has_value(), "SignedHeaders");
  if (!has_date) {
    lacks +=
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (lacks.empty()) return std::nullopt;
  return incomplete_signature(
      lacks +
      "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(authorization));
}

}  // namespace hoplab::aws
