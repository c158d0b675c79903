#include "aws/iam/signature_check.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>

#include "aws/iam/canonical_request.h"
#include "base/ascii.h"
#include "base/glob.h"
#include "http/h1/http1_chars.h"
#include "pki/hex.h"

namespace hoplab::aws {

namespace {

using Failure = std::optional<SignatureFailure>;

constexpr auto kSkew = std::chrono::minutes(5);

/// Calls `each` with the parts of `list`; whether it says true to one.
template <class Each>
bool any_part(std::string_view list, char separator, Each each) {
  while (!list.empty()) {
    const auto part = list.substr(0, list.find(separator));
    if (each(part)) return true;
    list.remove_prefix(std::min(part.size() + 1, list.size()));
  }
  return false;
}

Failure check_host(const SignatureParts& parts) {
  const auto is_host = [](std::string_view name) {
    return iequals(name, "host") || iequals(name, ":authority");
  };
  if (any_part(parts.signed_headers, ';', is_host)) return std::nullopt;
  return invalid_signature(
      SignatureFault::host_unsigned,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
}

/// How long the signature is good for. A query says it; without that it is as for a field.
Failure read_lifetime(const SignatureParts& parts, std::chrono::seconds& lifetime) {
  lifetime = kSkew;
  if (!parts.expires) return std::nullopt;
  constexpr int kLongest = 604'800;  // a week
  const auto& text = *parts.expires;
  int seconds = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (problem == std::errc::invalid_argument || end != text.data() + text.size()) {
    return incomplete_signature("X-Amz-Expires should be a number");
  }
  if (text.starts_with('-')) return incomplete_signature("X-Amz-Expires must be non-negative");
  if (problem != std::errc() || seconds > kLongest) {
    return incomplete_signature(
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
        "must be less than 604800 seconds");
  }
  lifetime = std::chrono::seconds(seconds);
  return std::nullopt;
}

std::string length_text(std::chrono::seconds length) {
  if (length.count() % 60 == 0) return std::to_string(length.count() / 60) + " min.";
  return std::to_string(length.count()) + " s.";
}

SignatureFailure not_now(SignatureFault fault, const SignatureParts& parts, const char* what,
                         const char* how, const std::string& limit) {
  return invalid_signature(fault, what + std::string(parts.timestamp) + how + limit);
}

Failure check_age(const SignedRequest& request, const SignatureParts& parts) {
  std::chrono::seconds lifetime{};
  if (auto failure = read_lifetime(parts, lifetime)) return failure;
  const Time now = std::chrono::floor<std::chrono::seconds>(request.now);
  if (parts.time < now - lifetime) {
    return not_now(
        SignatureFault::expired, parts, "Signature expired: ", " is now earlier than ",
        basic_time(now - lifetime) + " (" + basic_time(now) + " - " + length_text(lifetime) + ")");
  }
  if (parts.time > now + kSkew) {
    return not_now(
        SignatureFault::not_yet_current, parts,
        "Signature not yet current: ", " is still later than ",
        basic_time(now + kSkew) + " (" + basic_time(now) + " + " + length_text(kSkew) + ")");
  }
  return std::nullopt;
}

/// The Regions of 4A are a list, with wildcards.
bool covers_region(const SignatureParts& parts, std::string_view region) {
  if (parts.algorithm == SigningAlgorithm::hmac) return parts.region == region;
  return any_part(parts.region_set, ',',
                  [&](std::string_view one) { return glob_match(http::chars::trim(one), region); });
}

/// AWS says all that is wrong with a scope in one message.
Failure check_scope(const SignedRequest& request, const SignatureParts& parts) {
  std::string wrong;
  if (!covers_region(parts, request.region)) {
    const bool has_region = parts.algorithm == SigningAlgorithm::hmac;
    wrong.append("Credential should be scoped to a valid region, not '");
    wrong.append(has_region ? parts.region : parts.region_set).append("'. ");
  }
  if (parts.service != request.service) {
    wrong.append("Credential should be scoped to correct service: '");
    wrong.append(request.service).append("'. ");
  }
  if (parts.terminator != "aws4_request") {
    wrong.append("Credential should be scoped with a valid terminator: 'aws4_request', not '");
    wrong.append(parts.terminator).append("'. ");
  }
  const auto day = parts.timestamp.substr(0, parts.timestamp.find('T'));
  if (parts.date != day) {
    wrong.append("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date ");
    wrong.append("from HTTP: '").append(parts.date).append("' != '").append(day);
    wrong.append("', from '").append(parts.timestamp).append("'. ");
  }
  if (wrong.empty()) return std::nullopt;
  return invalid_signature(SignatureFault::wrong_scope, wrong);
}

Failure check_token(const SignedRequest& request, const SignatureParts& parts,
                    const Credentials& credentials) {
  if (parts.security_token.value_or("") != credentials.session_token) return unknown_access_key();
  if (credentials.expiration && *credentials.expiration <= request.now) return expired_token();
  return std::nullopt;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool is_signature_of(std::string_view text, const SignatureParts& parts,
                     const Credentials& credentials, SigningKeys& signing_keys) {
  if (parts.algorithm == SigningAlgorithm::hmac) {
    const auto& key = signing_keys.hmac_key(
        {credentials.secret_access_key, parts.date, parts.region, parts.service});
    const auto expected = hex_text(hmac_sha256(as_text(key), text));
    return equal_in_constant_time(parts.signature, expected);
  }
  constexpr std::size_t kLongestDer = 2 * 72;
  if (parts.signature.size() > kLongestDer) return false;
  const auto der = pki::bytes_from_hex(parts.signature);
  EVP_PKEY* const key =
      signing_keys.ecdsa_key(credentials.access_key_id, credentials.secret_access_key);
  return der && key != nullptr && verify_ecdsa(key, text, *der);
}

}  // namespace

SignatureVerdict check_signature(const SignedRequest& request, const AccessKeys& access_keys,
                                 SigningKeys& signing_keys) {
  Arena arena;
  ParsedSignature parsed = parse_signature(request, arena);
  if (std::holds_alternative<std::monostate>(parsed)) return Anonymous();
  if (auto* failure = std::get_if<SignatureFailure>(&parsed)) return std::move(*failure);
  const auto& parts = std::get<SignatureParts>(parsed);
  if (auto failure = check_host(parts)) return std::move(*failure);
  if (auto failure = check_age(request, parts)) return std::move(*failure);
  if (auto failure = check_scope(request, parts)) return std::move(*failure);
  const AccessKey* const key = access_keys.find(parts.access_key_id);
  if (key == nullptr) return unknown_access_key();
  if (auto failure = check_token(request, parts, key->credentials)) return std::move(*failure);
  const std::string canonical = canonical_request(request, parts);
  const std::string to_sign = string_to_sign(parts, canonical);
  if (!is_signature_of(to_sign, parts, key->credentials, signing_keys)) {
    return wrong_signature(canonical, to_sign);
  }
  return Signed{*key};
}

SignatureFailure refuse_anonymous(const SignedRequest& request) {
  const auto* authorization = find_field(request.headers, "authorization");
  if (authorization == nullptr) return missing_signature();
  const bool has_date = find_field(request.headers, "x-amz-date") != nullptr ||
                        find_field(request.headers, "date") != nullptr;
  auto lacking =
      lacking_authorization(*authorization, read_authorization(*authorization), has_date);
  if (lacking) return std::move(*lacking);
  return incomplete_signature("Unsupported AWS 'algorithm': '" +
                              std::string(authorization->substr(0, authorization->find(' '))) +
                              "'.");
}

}  // namespace hoplab::aws
