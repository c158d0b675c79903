#include "aws/identity/identity_provider.h"

#include "aws/identity/provider_endpoints.h"
#include "aws/identity/web_answers.h"
#include "model/https_url.h"

namespace hoplab::aws {

namespace {

using Json = PlayedProvider::Json;

/// OpenID Connect Discovery 3.
Json discovery_of(const PlayedProvider& provider, const std::string& keys_url) {
  const model::IdentityProvider& model = *provider.model;
  const std::string origin = provider.origin();
  return {{"issuer", model.issuer},
          {"authorization_endpoint", origin + model.authorization_path},
          {"token_endpoint", origin + model.token_path},
          {"userinfo_endpoint", origin + model.user_info_path},
          {"end_session_endpoint", origin + model.logout_path},
          {"jwks_uri", keys_url},
          {"response_types_supported", {"code"}},
          {"response_modes_supported", {"query"}},
          {"grant_types_supported", {"authorization_code", "refresh_token", "client_credentials"}},
          {"subject_types_supported", {"public"}},
          {"id_token_signing_alg_values_supported", {"RS256"}},
          {"scopes_supported", {"openid", "profile", "email", "phone", "address"}},
          {"token_endpoint_auth_methods_supported",
           {"client_secret_basic", "client_secret_post", "none"}},
          {"code_challenge_methods_supported", {"S256", "plain"}}};
}

Json keys_of(const PlayedProvider& provider) {
  Json keys = Json::array();
  for (const SigningKey& key : provider.keys) keys.push_back(json_web_key(key));
  return {{"keys", std::move(keys)}};
}

/// The document, for all who may ask a GET for it.
void answer_document(const WebVisit& visit, const Json& document, http::Response& response) {
  const auto method = visit.request.method;
  if (method == "GET" || method == "HEAD") return answer_json(response, 200, document);
  response.headers.add("Allow", "GET, HEAD");
  answer_json(response, 405, {{"error", "invalid_request"}});
}

/// For scripts of other sites (the Fetch standard's CORS preflight).
void answer_preflight(http::Response& response) {
  response.status = 204;
  response.headers.add("Access-Control-Allow-Origin", "*");
  response.headers.add("Access-Control-Allow-Methods", "GET, POST");
  response.headers.add("Access-Control-Allow-Headers", "Authorization, Content-Type");
}

}  // namespace

/// A path, what is done there, and whether a form has to be posted.
struct IdentityProvider::Endpoint {
  const std::string& path;
  void (*work)(const PlayedProvider&, const WebVisit&, http::Response&);
  bool post_only;
};

IdentityProvider::IdentityProvider(PlayedProvider provider) : provider_(std::move(provider)) {
  std::string issuer = provider_.model->issuer;
  if (issuer.ends_with('/')) issuer.pop_back();  // OpenID Connect Discovery 4
  constexpr const char* kWellKnown = "/.well-known/";
  const auto url = model::parse_https_url(issuer);
  well_known_ = (url ? url->path : std::string()) + kWellKnown;
  discovery_ = discovery_of(provider_, issuer + kWellKnown + "jwks.json");
  keys_ = keys_of(provider_);
}

void IdentityProvider::answer(const WebVisit& visit, http::Response& response) const {
  const auto path = visit.request.target.substr(0, visit.request.target.find('?'));
  if (visit.request.method == "OPTIONS") return answer_preflight(response);
  if (path == well_known_ + "openid-configuration") {
    return answer_document(visit, discovery_, response);
  }
  if (path == well_known_ + "jwks.json") return answer_document(visit, keys_, response);
  const model::IdentityProvider& model = *provider_.model;
  for (const Endpoint& one : {Endpoint{model.authorization_path, authorize, false},
                              Endpoint{model.token_path, give_tokens, true},
                              Endpoint{model.user_info_path, give_user_info, false},
                              Endpoint{model.logout_path, sign_out, false}}) {
    if (path != one.path) continue;
    const bool fits =
        visit.request.method == "POST" || (!one.post_only && visit.request.method == "GET");
    if (fits) return one.work(provider_, visit, response);
    response.headers.add("Allow", one.post_only ? "POST" : "GET, POST");
    return answer_json(response, 405, {{"error", "invalid_request"}});
  }
  answer_page(response, 404, "Not found", "<p>This identity provider has no such page.</p>\n");
}

}  // namespace hoplab::aws
