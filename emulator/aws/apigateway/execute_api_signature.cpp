// The gates of an API at which signatures are looked at: an unknown route, and methods with AWS_IAM
// authorization (apigateway.md 7, apigateway-features.md 3).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

namespace {

/// Which customized answer a failure takes is documented by the types' names only.
GatewayResponseType response_type(SignatureFault fault) noexcept {
  switch (fault) {
    case SignatureFault::missing:
    case SignatureFault::incomplete: return GatewayResponseType::missing_authentication_token;
    case SignatureFault::token_expired: return GatewayResponseType::expired_token;
    default: return GatewayResponseType::invalid_signature;
  }
}

}  // namespace

SignedRequest ExecuteApi::Visit::signed_request() const {
  return {.method = request_.method,
          .path = facts_.path,
          .query = facts_.query,
          .headers = request_.headers.fields(),
          .body = arrival_.body,
          .region = api_->region,
          .now = arrival_.at};
}

const SignatureVerdict& ExecuteApi::Visit::signature_verdict() {
  if (signature_verdict_) return *signature_verdict_;
  SigningKeys fresh;
  SigningKeys& signing_keys = arrival_.signing_keys ? *arrival_.signing_keys : fresh;
  return signature_verdict_.emplace(
      check_signature(signed_request(), service_.rules_.keys(), signing_keys));
}

/// Null: nobody has, or the signature does not do.
const Identity* ExecuteApi::Visit::signing_identity() {
  const auto* const good = std::get_if<Signed>(&signature_verdict());
  return good ? &good->key.credentials.identity : nullptr;
}

Outcome ExecuteApi::Visit::refuse_signature(const SignatureFailure& failure) {
  const bool incomplete = failure.fault == SignatureFault::incomplete;
  if (!incomplete) detail_ = to_text(failure.fault);
  return fail({response_type(failure.fault), failure.body}, failure.error_type,
              incomplete ? Outcome::incomplete_signature : Outcome::signature_refused);
}

/// Where a method has AWS_IAM authorization, and after any other with SigV4 (apigateway.md 10.2).
bool ExecuteApi::Visit::drops_authorization() const noexcept {
  return reached_->authorization == model::AuthorizationType::aws_iam ||
         facts_.authorization.value_or("").starts_with("AWS4-");
}

ExecuteApi::Visit::Step ExecuteApi::Visit::known_route() {
  if (route_) {
    reached_ = &api_->methods[*route_];
    return std::nullopt;
  }
  const SignatureVerdict& verdict = signature_verdict();
  if (const auto* const failure = std::get_if<SignatureFailure>(&verdict)) {
    return refuse_signature(*failure);
  }
  if (std::holds_alternative<Anonymous>(verdict) && facts_.authorization) {
    return refuse_signature(refuse_anonymous(signed_request()));
  }
  return fail(GatewayResponseType::missing_authentication_token,
              GatewayError::missing_authentication_token, Outcome::missing_authentication_token);
}

ExecuteApi::Visit::Step ExecuteApi::Visit::signature() {
  if (reached_->authorization != model::AuthorizationType::aws_iam) return std::nullopt;
  const SignatureVerdict& verdict = signature_verdict();
  if (const auto* const good = std::get_if<Signed>(&verdict)) {
    signer_ = &good->key;
    return std::nullopt;
  }
  const auto* const failure = std::get_if<SignatureFailure>(&verdict);
  return refuse_signature(failure ? *failure : refuse_anonymous(signed_request()));
}

}  // namespace hoplab::aws
