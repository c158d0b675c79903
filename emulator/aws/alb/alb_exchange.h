// AlbExchange: answers the requests of one client connection, by the listener's rules.
#pragma once

#include "aws/alb/alb_listener.h"
#include "aws/alb/target_headers.h"
#include "aws/target_group/target.h"

namespace hoplab::aws {

class AlbExchange final : public http::Handler {
 public:
  /// `zone`: of the node that the client is connected to. Answers are counted in `counters`, those
  /// that are not the target's noted in `journal`. All outlive this.
  AlbExchange(AlbListener& listener, ClientFacts client, std::string_view zone,
              AlbCounters& counters, Journal& journal)
      : listener_(listener), client_(client), zone_(zone), counters_(counters), journal_(journal) {}

  Task<void> handle(http::Request& request, http::Response& response) override;

 private:
  Task<void> serve(http::Request& request, http::Response& response);
  /// With a fault that is about this request.
  Task<void> serve_with(net::Fault fault, http::Request& request, http::Response& response);
  using Active = AlbListener::Active;  // the listener as it was when the request came

  Task<void> forward_to(const Active& active, const model::Action& action, http::Request& request,
                        http::Response& response);
  TargetGroup& choose_group(const Active& active, const model::Action& action);
  void redirect(const Active& active, const model::Redirect& action, const http::Request& request,
                http::Response& response);
  void count_function_error(Reason reason, const std::string& group);
  void settle(const Active& active, const BackendOutcome& outcome, const Target& target,
              std::string detail, http::Response& response);
  /// The load balancer's own answer, and why it gives it.
  void answer(const Active& active, int status, Reason reason, http::Response& response);
  /// Why it answered in the place of `target`.
  void note(int status, Reason reason, const std::string& target, http::Response& response,
            std::string detail = {});

  AlbListener& listener_;
  ClientFacts client_;
  std::string_view zone_;
  AlbCounters& counters_;
  Journal& journal_;
};

}  // namespace hoplab::aws
