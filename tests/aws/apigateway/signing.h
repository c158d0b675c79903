// Signs requests to the sample API, as a client with an access key does.
#pragma once

#include "aws/iam/canonical_request.h"
#include "aws/iam/signing_keys.h"
#include "support.h"

namespace hoplab::aws::testing {

inline constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// Alice of the API's account, allowed to do all.
inline model::AccessKey alice() {
  model::AccessKey key;
  key.name = "alice";
  key.access_key_id = "AKIAALICE";
  key.secret_access_key = kSecret;
  key.principal_arn = "arn:aws:iam::111122223333:user/alice";
  key.user_id = "AIDAALICE";
  key.policies = {
      R"({"Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}})"};
  return key;
}

struct Signing {
  std::string access_key_id = "AKIAALICE";
  std::string secret = kSecret;
  std::string region = "eu-west-1";
  std::string token = {};
  Time at{std::chrono::seconds(1'777'135'516)};  // Gateway::now
};

/// With Host and X-Amz-Date signed.
inline Ask signed_ask(Ask ask, const Signing& how = {}) {
  const std::string timestamp = basic_time(how.at);
  const std::string date = timestamp.substr(0, 8);
  const std::string scope = date + "/" + how.region + "/execute-api/aws4_request";
  ask.headers.emplace_back("X-Amz-Date", timestamp);
  std::string names = "host;x-amz-date";
  if (!how.token.empty()) {
    ask.headers.emplace_back("X-Amz-Security-Token", how.token);
    names += ";x-amz-security-token";
  }
  http::FieldList fields{{"Host", ask.host}};
  for (const auto& [name, value] : ask.headers) fields.push_back({name, value});
  const auto mark = ask.target.find('?');
  const SignedRequest request{
      .method = ask.method,
      .path = std::string_view(ask.target).substr(0, mark),
      .query = mark == std::string::npos ? "" : std::string_view(ask.target).substr(mark + 1),
      .headers = fields,
      .body = ask.body,
      .region = how.region,
      .now = how.at};
  SignatureParts parts;
  parts.access_key_id = how.access_key_id;
  parts.scope = scope;
  parts.date = date;
  parts.region = how.region;
  parts.service = "execute-api";
  parts.terminator = "aws4_request";
  parts.signed_headers = names;
  parts.timestamp = timestamp;
  SigningKeys keys;
  const auto& key = keys.hmac_key({how.secret, parts.date, parts.region, parts.service});
  const std::string text = string_to_sign(parts, canonical_request(request, parts));
  ask.headers.emplace_back("Authorization",
                           "AWS4-HMAC-SHA256 Credential=" + how.access_key_id + "/" + scope +
                               ", SignedHeaders=" + names +
                               ", Signature=" + hex_text(hmac_sha256(as_text(key), text)));
  return ask;
}

}  // namespace hoplab::aws::testing
