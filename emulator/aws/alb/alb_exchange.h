// AlbExchange: answers the requests of one client connection, by the listener's rules.
#pragma once

#include "aws/alb/alb_listener.h"
#include "aws/alb/target_headers.h"

namespace hoplab::aws {

class AlbExchange final : public http::Handler {
 public:
  /// `zone`: of the node that the client is connected to. Answers are counted in `counters`. All
  /// outlive this.
  AlbExchange(AlbListener& listener, ClientFacts client, std::string_view zone,
              AlbCounters& counters)
      : listener_(listener), client_(client), zone_(zone), counters_(counters) {}

  Task<void> handle(http::Request& request, http::Response& response) override;

 private:
  Task<void> forward_to(const model::Action& action, http::Request& request,
                        http::Response& response);
  TargetGroup& choose_group(const model::Action& action);
  void answer(int status, http::Response& response);

  AlbListener& listener_;
  ClientFacts client_;
  std::string_view zone_;
  AlbCounters& counters_;
};

}  // namespace hoplab::aws
