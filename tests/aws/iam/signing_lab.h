// Signed requests as the fixtures have them, and what to check them with.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "aws/iam/signature_check.h"
#include "support/fixture.h"

namespace hoplab::aws::testing {

/// A request that owns its texts.
struct StoredRequest {
  std::string method = "GET", path = "/", query;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string region, service;
  Time now;

  /// Calls `use` with the request as it is now.
  template <class Use>
  auto with_view(Use use) const {
    http::FieldList fields;
    for (const auto& [name, value] : headers) fields.push_back({name, value});
    return use(SignedRequest{method, path, query, fields, body, region, service, now});
  }
  [[nodiscard]] std::string& header(std::string_view name) {
    for (auto& [known, value] : headers) {
      if (known == name) return value;
    }
    return headers.emplace_back(name, "").second;
  }
  void remove(std::string_view name) {
    std::erase_if(headers, [&](const auto& field) { return field.first == name; });
  }
};

/// Replaces the first `from`, which has to be there.
inline void replace(std::string& text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << text;
  text.replace(at, from.size(), to);
}

inline StoredRequest stored_request(const nlohmann::json& from) {
  StoredRequest request;
  request.method = from.at("method");
  request.path = from.at("path");
  request.query = from.at("query");
  for (const auto& field : from.at("headers")) request.headers.emplace_back(field[0], field[1]);
  request.body = from.at("body");
  return request;
}

inline nlohmann::json json_fixture(const std::string& name) {
  return nlohmann::json::parse(hoplab::testing::fixture(name));
}

inline SignatureVerdict check(const StoredRequest& request, const AccessKeys& keys) {
  SigningKeys signing_keys;
  return request.with_view(
      [&](const SignedRequest& view) { return check_signature(view, keys, signing_keys); });
}

/// The body of the refusal; empty when there is none.
inline std::string refusal(const SignatureVerdict& verdict) {
  const auto* failure = std::get_if<SignatureFailure>(&verdict);
  return failure ? failure->body : std::string();
}

inline AccessKeys access_keys(std::vector<Credentials> all) {
  auto keys = AccessKeys::build(std::move(all));
  EXPECT_TRUE(keys) << keys.error();
  return keys ? std::move(keys).value() : AccessKeys();
}

}  // namespace hoplab::aws::testing
