#include <algorithm>
#include <charconv>

#include "aws/identity/digest.h"
#include "aws/identity/form.h"
#include "aws/identity/provider_endpoints.h"
#include "aws/identity/web_answers.h"
#include "http/cookies.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kSessionCookie = "hoplab-session";

/// Where errors go once it is known that the client may be sent there (RFC 6749 4.1.2.1).
struct Refused {
  std::string_view error;  // empty: it is not refused
  std::string_view why;
};

class Authorization {
 public:
  Authorization(const PlayedProvider& provider, const WebVisit& visit, http::Response& response)
      : provider_(provider),
        visit_(visit),
        response_(response),
        form_(parameters_of(visit)),
        now_s_(epoch_seconds(visit.now)) {}

  void answer() {
    client_ = provider_.client(form_.get("client_id"));
    if (!client_) {
      return refuse_here("There is no client '" + form_.get("client_id") + "'.");
    }
    if (!find_redirection()) {
      return refuse_here("The client '" + client_->client_id + "' may not have people sent to '" +
                         form_.get("redirect_uri") + "'.");
    }
    for (const Refused refused : {bad_form(), bad_challenge()}) {
      if (!refused.error.empty()) return send_back(refused);
    }
    sign_in();
  }

 private:
  void refuse_here(const std::string& why) {
    answer_page(response_, 400, "Bad request", "<p>" + html_escaped(why) + "</p>\n");
  }

  /// RFC 6749 3.1.2.3: what is registered, by comparing characters; a request may leave out the
  /// only one.
  bool find_redirection() {
    const auto& registered = client_->callback_urls;
    redirection_ = form_.get("redirect_uri");
    if (redirection_.empty()) {
      if (registered.size() != 1) return false;
      redirection_ = registered.front();
      return true;
    }
    if (!registered.empty()) return std::ranges::find(registered, redirection_) != registered.end();
    const bool web = redirection_.find("://") != std::string::npos;
    return web && redirection_.find('#') == std::string::npos &&
           std::ranges::none_of(redirection_, [](char c) { return c <= ' ' || c > '~'; });
  }

  [[nodiscard]] Refused bad_form() const {
    if (!form_.repeated().empty()) return {"invalid_request", "a parameter is there twice"};
    const std::string& type = form_.get("response_type");
    if (type.empty()) return {"invalid_request", "response_type is missing"};
    if (type != "code") return {"unsupported_response_type", "response_type is code here"};
    if (form_.has("response_mode") && form_.get("response_mode") != "query") {
      return {"invalid_request", "response_mode is query here"};
    }
    if (form_.has("request")) return {"request_not_supported", {}};
    if (form_.has("request_uri")) return {"request_uri_not_supported", {}};
    if (wants("none") && form_.get("prompt") != "none") {
      return {"invalid_request", "prompt none goes with nothing else"};
    }
    return {};
  }

  /// RFC 7636 4.3.
  [[nodiscard]] Refused bad_challenge() const {
    const std::string& method = form_.get("code_challenge_method");
    if (method.empty()) return {};
    if (form_.get("code_challenge").empty()) {
      return {"invalid_request", "code_challenge is missing"};
    }
    if (method != "S256" && method != "plain") {
      return {"invalid_request", "code_challenge_method is S256 or plain"};
    }
    return {};
  }

  [[nodiscard]] bool wants(std::string_view prompt) const {
    return has_scope(form_.get("prompt"), prompt);
  }

  void sign_in() {
    const auto& users = provider_.model->users;
    if (users.empty()) return send_back({"access_denied", "the provider has no users"});
    const auto* const named = provider_.user(form_.get("login_hint"));
    if (named) return sign_in(*named, now_s_);
    if (users.size() == 1) return sign_in(users.front(), now_s_);
    if (const auto session = open_session()) {
      return sign_in(*provider_.user(session->subject), session->signed_in_s);
    }
    if (wants("none")) return send_back({"login_required", "nobody has signed in"});
    choose();
  }

  /// The one of somebody who has signed in lately enough (OpenID Connect Core 3.1.2.1).
  [[nodiscard]] std::optional<Grant> open_session() const {
    const auto cookie = http::find_cookie(visit_.request.headers, kSessionCookie);
    if (!cookie || wants("login") || wants("select_account")) return std::nullopt;
    auto session = provider_.opened(*cookie, Grant::Kind::session, now_s_);
    if (!session || !provider_.user(session->subject)) return std::nullopt;
    const std::string& age = form_.get("max_age");
    std::int64_t most = kSessionSeconds;
    std::from_chars(age.data(), age.data() + age.size(), most);
    if (now_s_ - session->signed_in_s > most) return std::nullopt;
    return session;
  }

  void sign_in(const PlayedProvider::User& user, std::int64_t signed_in_s) {
    Grant grant;
    grant.kind = Grant::Kind::code;
    grant.id = fresh_uuid(visit_.rng);
    grant.client_id = client_->client_id;
    grant.subject = user.subject;
    grant.scope = form_.get("scope").empty() ? "openid" : form_.get("scope");
    grant.nonce = form_.get("nonce");
    grant.redirect_uri = form_.get("redirect_uri");
    grant.code_challenge = form_.get("code_challenge");
    grant.challenge_method = form_.get("code_challenge_method");
    if (grant.challenge_method.empty() && !grant.code_challenge.empty()) {
      grant.challenge_method = "plain";
    }
    grant.signed_in_s = signed_in_s;
    grant.expires_s = now_s_ + kCodeSeconds;
    if (provider_.model->users.size() > 1) remember(grant);
    send_on(response_,
            with_state(with_parameter(redirection_, "code", provider_.sealed(grant, visit_.rng))));
  }

  void remember(const Grant& signed_in) {
    Grant session;
    session.kind = Grant::Kind::session;
    session.subject = signed_in.subject;
    session.signed_in_s = signed_in.signed_in_s;
    session.expires_s = signed_in.signed_in_s + kSessionSeconds;
    response_.headers.add(
        "Set-Cookie",
        response_.arena.join(kSessionCookie, "=", provider_.sealed(session, visit_.rng),
                             "; Path=/; Secure; HttpOnly; SameSite=Lax"));
  }

  /// A link for each user, which comes back here with a hint.
  void choose() {
    std::string body = "<p>Sign in to " + html_escaped(client_->client_id) + " as</p>\n<ul>\n";
    Form again = form_;
    again.remove("prompt");
    for (const auto& user : provider_.model->users) {
      again.set("login_hint", user.subject);
      const std::string link = provider_.model->authorization_path + "?" + again.encoded();
      body += "<li><a href=\"" + html_escaped(link) + "\">" + html_escaped(user.subject) +
              "</a></li>\n";
    }
    body += "</ul>\n<p><a href=\"" + html_escaped(denied_link()) + "\">Cancel</a></p>\n";
    answer_page(response_, 200, "Sign in", body);
  }

  [[nodiscard]] std::string denied_link() const {
    return with_state(with_parameter(redirection_, "error", "access_denied"));
  }

  void send_back(const Refused& refused) {
    std::string url = with_parameter(redirection_, "error", refused.error);
    if (!refused.why.empty()) url = with_parameter(url, "error_description", refused.why);
    send_on(response_, with_state(std::move(url)));
  }

  [[nodiscard]] std::string with_state(std::string url) const {
    const std::string& state = form_.get("state");
    return state.empty() ? url : with_parameter(std::move(url), "state", state);
  }

  const PlayedProvider& provider_;
  const WebVisit& visit_;
  http::Response& response_;
  const Form form_;
  const std::int64_t now_s_;
  const PlayedProvider::Client* client_ = nullptr;
  std::string redirection_;
};

bool may_go_to(const PlayedProvider::Client& client, const std::string& url) {
  const auto& registered = client.logout_urls;
  return registered.empty() || std::ranges::find(registered, url) != registered.end();
}

}  // namespace

std::string_view parameters_of(const WebVisit& visit) {
  if (visit.request.method == "POST") return visit.body;
  const auto query = visit.request.target.find('?');
  return query == std::string_view::npos ? std::string_view()
                                         : visit.request.target.substr(query + 1);
}

void authorize(const PlayedProvider& provider, const WebVisit& visit, http::Response& response) {
  Authorization(provider, visit, response).answer();
}

void sign_out(const PlayedProvider& provider, const WebVisit& visit, http::Response& response) {
  const Form form(parameters_of(visit));
  const bool of_cognito = form.has("logout_uri");
  const std::string& url = form.get(of_cognito ? "logout_uri" : "post_logout_redirect_uri");
  response.headers.add("Set-Cookie", response.arena.join(kSessionCookie,
                                                         "=; Path=/; Max-Age=0; Secure; HttpOnly; "
                                                         "SameSite=Lax"));
  if (url.empty()) return answer_page(response, 200, "Signed out", "<p>You have signed out.</p>\n");
  const auto* const client = provider.client(form.get("client_id"));
  if (!client || !may_go_to(*client, url)) {
    return answer_page(response, 400, "Bad request",
                       "<p>" +
                           html_escaped("The client '" + form.get("client_id") +
                                        "' may not have people sent to '" + url + "'.") +
                           "</p>\n");
  }
  const std::string& state = form.get("state");
  send_on(response, state.empty() ? url : with_parameter(url, "state", state));
}

}  // namespace hoplab::aws
