// IdentityProvider: an OpenID provider that hoplab plays (OpenID Connect Core 1.0 and
// Discovery 1.0, RFC 6749, RFC 7517, RFC 7636): authorization code flow with its pages, tokens that
// are JWTs with RS256, userinfo, public keys and the document that tells where all that is.
#pragma once

#include "aws/identity/played_provider.h"
#include "aws/identity/web_pages.h"

namespace hoplab::aws {

class IdentityProvider final : public WebPages {
 public:
  explicit IdentityProvider(PlayedProvider provider);

  void answer(const WebVisit& visit, http::Response& response) const override;

 private:
  struct Endpoint;
  PlayedProvider provider_;
  std::string well_known_;  // the path of the issuer, with what stands before a document's name
  PlayedProvider::Json discovery_, keys_;
};

}  // namespace hoplab::aws
