// AlbExchange: answers the requests of one client connection, by the listener's rules, and writes
// their lines of the access log.
#pragma once

#include "aws/alb/alb_listener.h"
#include "aws/alb/target_choice.h"
#include "aws/alb/target_headers.h"
#include "aws/alb/user_login.h"
#include "aws/target_group/target.h"

namespace hoplab::aws {

/// What the access log says of a client's connection.
struct LoggedConnection {
  std::string node_ip;
  std::string domain_name;  // the client's SNI, when its certificate has it
  std::string chosen_certificate_arn;
};

class AlbExchange final : public http::Handler, public http::RequestObserver {
 public:
  /// `zone`: of the node that the client is connected to. Answers are counted in `counters`, those
  /// that are not the target's noted in `journal`. `logged`: null: no access log is kept. All
  /// outlive this.
  AlbExchange(AlbListener& listener, ClientFacts client, std::string_view zone,
              AlbCounters& counters, Journal& journal, const LoggedConnection* logged)
      : listener_(listener),
        client_(client),
        zone_(zone),
        counters_(counters),
        journal_(journal),
        logged_(logged) {}

  Task<void> handle(http::Request& request, http::Response& response) override;
  /// Writes the line.
  void request_over(const http::Request& request, const http::Response& response,
                    const http::ServedRequest& served) override;

 private:
  Task<void> serve(http::Request& request, http::Response& response);
  /// With a fault that is about this request.
  Task<void> serve_with(net::Fault fault, http::Request& request, http::Response& response);
  using Active = AlbListener::Active;  // the listener as it was when the request came

  Task<void> forward_to(const Active& active, const model::Action& action, http::Request& request,
                        http::Response& response);
  using Cookies = std::vector<std::string>;  // Set-Cookie, for whatever answer there will be
  /// What stands before the action that answers. False: it has answered itself.
  Task<bool> authenticate(const Active& active, const model::Action& action, http::Request& request,
                          http::Response& response, Cookies& cookies);
  Task<bool> enter(const Active& active, const model::UserAuthentication& login,
                   http::Request& request, http::Response& response, Cookies& cookies);
  /// A client that has been at an identity provider.
  Task<void> come_back(const Active& active, http::Request& request, http::Response& response);
  void answer_login(const Active& active, const LoginResult& result, http::Response& response);
  void refuse(const Active& active, const AuthRefusal& refusal, http::Response& response);
  static void add_cookies(const Cookies& cookies, http::Response& response);
  /// False: it could not be, and the response says so.
  bool transform(const Active& active, const Transforms& transforms, http::Request& request,
                 http::Response& response);
  void redirect(const Active& active, const model::Redirect& action, const http::Request& request,
                http::Response& response);
  void count_function_error(Reason reason, const std::string& group);
  void settle(const Active& active, const BackendOutcome& outcome, const TargetChoice& choice,
              std::string detail, http::Response& response);
  /// The load balancer's own answer, and why it gives it.
  void answer(const Active& active, int status, Reason reason, http::Response& response,
              std::string detail = {});
  void fill_page(const Active& active, int status, http::Response& response);
  /// Why it answered in the place of `target`.
  void note(int status, Reason reason, const std::string& target, http::Response& response,
            std::string detail = {});
  void note_outcome(const BackendOutcome& outcome, const TargetChoice& choice,
                    http::Response& response);

  AlbListener& listener_;
  ClientFacts client_;
  std::string_view zone_;
  AlbCounters& counters_;
  Journal& journal_;
  const LoggedConnection* logged_;
};

}  // namespace hoplab::aws
