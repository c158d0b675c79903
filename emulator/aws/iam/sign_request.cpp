#include "aws/iam/sign_request.h"

#include "aws/iam/canonical_request.h"
#include "aws/iam/signing_keys.h"

namespace hoplab::aws {

std::vector<std::pair<std::string, std::string>> sign_request(const SignedRequest& request,
                                                              const Credentials& credentials) {
  std::vector<std::pair<std::string, std::string>> added;
  const std::string timestamp = basic_time(request.now);
  added.emplace_back("X-Amz-Date", timestamp);
  std::string signed_headers = "host;x-amz-date";
  if (!credentials.session_token.empty()) {
    added.emplace_back("X-Amz-Security-Token", credentials.session_token);
    signed_headers += ";x-amz-security-token";
  }
  http::FieldList fields(request.headers.begin(), request.headers.end());
  for (const auto& [name, value] : added) fields.push_back({name, value});
  SignedRequest whole = request;
  whole.headers = fields;

  const std::string date = timestamp.substr(0, timestamp.find('T'));
  const std::string scope = date + "/" + std::string(request.region) + "/" +
                            std::string(request.service) + "/aws4_request";
  SignatureParts parts;
  parts.scope = scope;
  parts.signed_headers = signed_headers;
  parts.timestamp = timestamp;
  SigningKeys keys;
  const auto& key =
      keys.hmac_key({credentials.secret_access_key, date, request.region, request.service});
  const std::string text = string_to_sign(parts, canonical_request(whole, parts));
  added.emplace_back("Authorization",
                     "AWS4-HMAC-SHA256 Credential=" + credentials.access_key_id + "/" + scope +
                         ", SignedHeaders=" + signed_headers +
                         ", Signature=" + hex_text(hmac_sha256(as_text(key), text)));
  return added;
}

}  // namespace hoplab::aws
