#include "aws/alb/alb_exchange.h"

#include "aws/alb/target_client.h"

namespace hoplab::aws {

Task<void> AlbExchange::handle(http::Request& request, http::Response& response) {
  listener_.requests_.fetch_add(1, std::memory_order_relaxed);
  if (request.method == "TRACE") {  // alb.md section 3
    answer(405, response);
    co_return;
  }
  if (listener_.parts_.load_balancer.attributes.drop_invalid_header_fields) {
    drop_invalid_header_fields(request);  // before routing: rules do not see them (alb.md 4.4)
  }
  const model::Action& action = *listener_.router_.route(request, client_.source_ip).action;
  switch (action.type) {
    case model::Action::Type::fixed_response:
      listener_.error_pages_.fill_fixed_response(action.fixed_response, response);
      ++counters_.fixed_responses;
      ++counters_.own[response.status];
      break;
    case model::Action::Type::redirect: {
      const RequestOrigin origin{client_.tls ? "https" : "http", client_.listener_port,
                                 client_.load_balancer_dns_name};
      listener_.error_pages_.fill_redirect(action.redirect, request, origin, response);
      counters_.redirects += response.status == action.redirect.status_code ? 1 : 0;
      ++counters_.own[response.status];
      break;
    }
    case model::Action::Type::forward:
      co_await forward_to(action, request, response);
      break;
  }
}

Task<void> AlbExchange::forward_to(const model::Action& action, http::Request& request,
                                   http::Response& response) {
  const auto& attributes = listener_.parts_.load_balancer.attributes;
  const int refused = prepare_target_headers(request, client_, attributes,
                                             listener_.parts_.loop.now(), listener_.rng_);
  if (refused) {
    answer(refused, response);
    co_return;
  }
  Target* const target = choose_group(action).choose(zone_);
  if (!target) {
    answer(503, response);
    co_return;
  }
  ++counters_.requests;
  const auto outcome = co_await forward(*target, request, response,
                                        std::chrono::seconds(attributes.idle_timeout_s));
  counters_.target_connection_errors += outcome.dial == Dial::not_accepted ? 1 : 0;
  counters_.target_tls_errors += outcome.dial == Dial::tls_failed ? 1 : 0;
  if (outcome.elb_status) {
    answer(outcome.elb_status, response);
  } else {
    ++counters_.target[response.status];
    listener_.error_pages_.add_listener_headers(response);
  }
}

void AlbExchange::answer(int status, http::Response& response) {
  listener_.error_pages_.fill(status, response);
  ++counters_.own[status];
}

TargetGroup& AlbExchange::choose_group(const model::Action& action) {
  const auto& groups = action.target_groups;
  const auto at = [this](const model::WeightedTargetGroup& group) -> TargetGroup& {
    return *listener_.parts_.target_groups.at(group.target_group);
  };
  if (groups.size() == 1) return at(groups.front());
  // A weighted choice does not look at health: it never fails over (alb.md 6.1).
  std::uint32_t total = 0;
  for (const auto& group : groups) total += static_cast<std::uint32_t>(group.weight);
  if (total == 0) return at(groups.front());
  std::uint32_t ticket = listener_.rng_.below(total);
  for (const auto& group : groups) {
    const auto weight = static_cast<std::uint32_t>(group.weight);
    if (ticket < weight) return at(group);
    ticket -= weight;
  }
  return at(groups.back());
}

}  // namespace hoplab::aws
