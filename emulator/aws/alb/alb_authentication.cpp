// AlbExchange's actions that authenticate.

#include "aws/alb/alb_exchange.h"
#include "aws/alb/error_reason.h"
#include "aws/alb/request_notes.h"
#include "aws/alb/user_claims.h"

namespace hoplab::aws {

void AlbExchange::refuse(const Active& active, const AuthRefusal& refusal,
                         http::Response& response) {
  if (RequestNotes* const notes = notes_of(response)) {
    notes->error_reason = error_reason(refusal.reason);
  }
  answer(active, refusal.status, refusal.reason, response, refusal.detail);
}

void AlbExchange::add_cookies(const Cookies& cookies, http::Response& response) {
  for (const std::string& one : cookies) {
    response.headers.add("Set-Cookie", response.arena.copy(one));
  }
}

void AlbExchange::answer_login(const Active& active, const LoginResult& result,
                               http::Response& response) {
  if (RequestNotes* const notes = notes_of(response)) notes->actions = "authenticate";
  if (result.next == LoginResult::Next::refuse) return refuse(active, result.refusal, response);
  active.error_pages.fill_login_redirect(result.location, response);
  add_cookies(result.cookies, response);
  ++counters_.own[response.status];
}

Task<bool> AlbExchange::enter(const Active& active, const model::UserAuthentication& login,
                              http::Request& request, http::Response& response, Cookies& cookies) {
  UserLogin at(listener_.parts_.loop, listener_.web_, active.sessions, counters_, listener_.rng_);
  LoginResult result = co_await at.enter(login, request);
  if (result.next != LoginResult::Next::pass) {
    answer_login(active, result, response);
    co_return false;
  }
  drop_user_claims(request);
  SessionCookies::take_away(request, login.session_cookie_name);
  if (result.session) {
    add_user_claims(request, *result.session, login, *active.settings.user_claims_key,
                    active.load_balancer_arn, listener_.parts_.loop.calendar());
  }
  cookies = std::move(result.cookies);
  co_return true;
}

Task<bool> AlbExchange::authenticate(const Active& active, const model::Action& action,
                                     http::Request& request, http::Response& response,
                                     Cookies& cookies) {
  for (const model::Authentication& one : action.authentications) {
    if (const auto* login = std::get_if<model::UserAuthentication>(&one)) {
      const bool passes = co_await enter(active, *login, request, response, cookies);
      if (!passes) co_return false;
      continue;
    }
    const Time now = listener_.parts_.loop.calendar();
    const auto refusal = co_await judge_token(std::get<model::JwtValidation>(one), request.headers,
                                              now, listener_.key_sets_);
    if (!refusal) continue;
    ++counters_.jwt_validation_failures;
    refuse(active, *refusal, response);
    co_return false;
  }
  co_return true;
}

Task<void> AlbExchange::come_back(const Active& active, http::Request& request,
                                  http::Response& response) {
  UserLogin at(listener_.parts_.loop, listener_.web_, active.sessions, counters_, listener_.rng_);
  const LoginResult result = co_await at.come_back(active.logins, request);
  answer_login(active, result, response);
}

}  // namespace hoplab::aws
