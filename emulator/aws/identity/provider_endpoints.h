// The endpoints of a played identity provider, a function each.
#pragma once

#include <string>
#include <string_view>

#include "aws/identity/played_provider.h"
#include "aws/identity/web_pages.h"

namespace hoplab::aws {

/// How long a code counts (RFC 6749 4.1.2 recommends ten minutes at most; Cognito's are five).
inline constexpr std::int64_t kCodeSeconds = 300;
/// How long somebody who has signed in need not do so again, as Cognito's.
inline constexpr std::int64_t kSessionSeconds = 3600;

/// Who asks for a page gives parameters in the query, or in a form (OpenID Connect Core 3.1.2.1).
std::string_view parameters_of(const WebVisit& visit);

/// Authorization endpoint (RFC 6749 3.1): authorization code flow. One user signs in at once,
/// several get a page to choose from.
void authorize(const PlayedProvider& provider, const WebVisit& visit, http::Response& response);
/// Token endpoint (RFC 6749 3.2): codes, refresh tokens and a client's own credentials.
void give_tokens(const PlayedProvider& provider, const WebVisit& visit, http::Response& response);
/// UserInfo endpoint (OpenID Connect Core 5.3).
void give_user_info(const PlayedProvider& provider, const WebVisit& visit,
                    http::Response& response);
/// Ends a session (OpenID Connect RP-Initiated Logout 1.0; also by Cognito's logout_uri).
void sign_out(const PlayedProvider& provider, const WebVisit& visit, http::Response& response);

}  // namespace hoplab::aws
