// AlbExchange: answers the requests of one client connection, by the listener's rules.
#pragma once

#include "aws/alb/alb_listener.h"
#include "aws/alb/target_headers.h"

namespace hoplab::aws {

class AlbExchange final : public http::Handler {
 public:
  AlbExchange(AlbListener& listener, ClientFacts client) : listener_(listener), client_(client) {}

  Task<void> handle(http::Request& request, http::Response& response) override;

 private:
  Task<void> forward_to(const model::Action& action, http::Request& request,
                        http::Response& response);
  TargetGroup& choose_group(const model::Action& action);

  AlbListener& listener_;
  ClientFacts client_;
};

}  // namespace hoplab::aws
