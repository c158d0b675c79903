#include "aws/alb/alb_exchange.h"

#include "aws/alb/error_reason.h"
#include "aws/alb/request_notes.h"
#include "aws/alb/upgrade.h"
#include "http/faulted_answer.h"

namespace hoplab::aws {

namespace {

/// Fixed on AWS, for connecting and for the TLS handshake (alb.md 0).
constexpr Duration kConnectTimeout = 10s;

/// What a client gets when its target does not answer (alb.md 3 and 8): FIN or RST before the
/// answer, or an answer that is not HTTP, is 502. Of functions: alb-features.md 2.4.
int status_for(Reason reason) {
  switch (reason) {
    case Reason::client_closed_before_response: return kClientGone;
    case Reason::target_connect_timeout:
    case Reason::tls_target_timeout:
    case Reason::lambda_connection_timeout:
    case Reason::target_timeout: return 504;
    case Reason::lambda_request_too_large: return 413;
    case Reason::lambda_websocket_not_supported: return 400;
    default: return 502;
  }
}

/// Failures in which the target said nothing at all.
bool is_silence(Reason reason) {
  return reason == Reason::target_timeout || reason == Reason::lambda_connection_timeout ||
         reason == Reason::client_closed_before_response;
}

/// As the access log names them; jwt-validation has no word there.
std::string_view actions_executed(const model::Action& action) {
  constexpr std::string_view kLogin = "authenticate,";
  const auto logs_in = [](const model::Authentication& one) {
    return std::holds_alternative<model::UserAuthentication>(one);
  };
  std::string_view both = "authenticate,forward";
  switch (action.type) {
    case model::Action::Type::redirect: both = "authenticate,redirect"; break;
    case model::Action::Type::fixed_response: both = "authenticate,fixed-response"; break;
    case model::Action::Type::forward: break;
  }
  if (!std::ranges::any_of(action.authentications, logs_in)) both.remove_prefix(kLogin.size());
  return both;
}

}  // namespace

Task<void> AlbExchange::handle(http::Request& request, http::Response& response) {
  if (logged_) response.notes = std::make_unique<RequestNotes>();
  net::FaultGate& gate = listener_.parts_.gate;
  if (gate.active()) [[unlikely]] {
    if (const net::Fault* fault = gate.request(journal_)) {
      return serve_with(*fault, request, response);
    }
  }
  return serve(request, response);
}

Task<void> AlbExchange::serve_with(net::Fault fault, http::Request& request,
                                   http::Response& response) {
  if (fault.action != FaultAction::answer) {
    co_await serve(request, response);
    co_return co_await http::apply_fault(fault, listener_.parts_.loop, response);
  }
  listener_.requests_.fetch_add(1, std::memory_order_relaxed);
  const AlbListener::Current current = listener_.active_;
  response.owner = current;
  answer(*current, fault.status, Reason::fault_injected, response);
}

Task<void> AlbExchange::serve(http::Request& request, http::Response& response) {
  if (journal_.kind != JournalKind::health_check) {
    listener_.requests_.fetch_add(1, std::memory_order_relaxed);
  }
  const AlbListener::Current current = listener_.active_;
  const Active& active = *current;
  response.owner = current;
  if (request.method == "TRACE") {  // alb.md 3
    answer(active, 405, Reason::method_not_allowed, response);
    co_return;
  }
  const auto& balancer = *active.settings.load_balancer;
  if (!request.upgrade.empty()) {
    const auto refused =
        judge_upgrade(request, client_.tls, balancer.forwards_h2c_upgrade, journal_);
    if (refused) {
      answer(active, refused->status, refused->reason, response);
      co_return;
    }
  }
  if (balancer.attributes.drop_invalid_header_fields) {
    // Before routing: rules do not see them (alb.md 4.4).
    counters_.dropped_invalid_header_requests += drop_invalid_header_fields(request) ? 1 : 0;
  } else {
    counters_.forwarded_invalid_header_requests += has_invalid_header_fields(request) ? 1 : 0;
  }
  if (!active.logins.empty() && UserLogin::is_callback(request)) {
    co_return co_await come_back(active, request, response);
  }
  const RuleRouter::Match match = active.router.route(request, client_.source_ip);
  counters_.rule_evaluations += match.evaluated;
  const model::Action& action = active.router.action(match);
  RequestNotes* const notes = notes_of(response);
  if (notes) notes->rule_priority = match.priority;
  Cookies cookies;
  if (!action.authentications.empty()) {
    const bool passes = co_await authenticate(active, action, request, response, cookies);
    if (!passes) co_return;
  }
  if (notes) notes->actions = actions_executed(action);
  switch (action.type) {
    case model::Action::Type::fixed_response:
      active.error_pages.fill_fixed_response(action.fixed_response, response);
      ++counters_.fixed_responses;
      ++counters_.own[response.status];
      break;
    case model::Action::Type::redirect: redirect(active, action.redirect, request, response); break;
    case model::Action::Type::forward: {
      const Transforms* transforms = active.router.transforms(match);
      if (transforms && !transform(active, *transforms, request, response)) break;
      co_await forward_to(active, action, request, response);
      break;
    }
  }
  add_cookies(cookies, response);
}

void AlbExchange::redirect(const Active& active, const model::Redirect& action,
                           const http::Request& request, http::Response& response) {
  const RequestOrigin origin{client_.tls ? "https" : "http", client_.listener_port,
                             client_.load_balancer_dns_name};
  active.error_pages.fill_redirect(action, request, origin, response);
  ++counters_.own[response.status];
  if (response.status == action.status_code) {
    ++counters_.redirects;
  } else {
    ++counters_.redirects_too_long;
    note(response.status, Reason::redirect_too_long, {}, response);
  }
}

bool AlbExchange::transform(const Active& active, const Transforms& transforms,
                            http::Request& request, http::Response& response) {
  const auto failure = transforms.apply(request, response);
  if (failure) answer(active, 500, reason_of(*failure), response);
  return !failure;
}

Task<void> AlbExchange::forward_to(const Active& active, const model::Action& action,
                                   http::Request& request, http::Response& response) {
  const auto& attributes = active.settings.load_balancer->attributes;
  TargetChoice choice(active.settings.target_groups, active.cookies,
                      listener_.parts_.loop.calendar(), listener_.rng_);
  TargetGroup& group = choice.choose_group(action, request);
  if (RequestNotes* const notes = notes_of(response)) {
    notes->target_group = group.name();
    if (choice.group_cookie_invalid()) notes->error_reason = "AWSALBTGCookieInvalid";
  }
  const model::ProtocolVersion version = group.model().protocol_version;
  if (!fits_protocol_version(request, version)) {
    answer(active, 464, Reason::protocol_mismatch, response);
    co_return;
  }
  const int refused = prepare_target_headers(request, client_, attributes,
                                             listener_.parts_.loop.calendar(), listener_.rng_);
  if (refused) {
    answer(active, refused, Reason::too_many_forwarded_addresses, response);
    co_return;
  }
  if (RequestNotes* const notes = notes_of(response)) notes->traced = true;
  const bool grpc = version != model::ProtocolVersion::http1 && is_grpc(request);
  if (grpc) request.headers.add("te", "trailers");  // which is of no connection here
  choice.choose_target(request, zone_, counters_);
  const std::shared_ptr<Target> target = choice.target();
  if (!target) {
    answer(active, 503, Reason::no_target, response);
    co_return;
  }
  ++counters_.requests;
  if (grpc) ++counters_.grpc_requests[group.name()];
  if (group.candidates(zone_).unhealthy_too) {
    ++counters_.unhealthy_routing_requests[group.name()][std::string(zone_)];
  }
  const BackendLimits limits{kConnectTimeout, std::chrono::seconds(attributes.idle_timeout_s)};
  std::string detail;
  BackendCaller caller{journal_, nullptr, &detail};
  if (journal_.kind != JournalKind::health_check) caller.token = listener_.target_connection_;
  const auto outcome =
      co_await target->backend().exchange(request, response, limits, std::move(caller));
  if (outcome.failure) count_function_error(*outcome.failure, group.name());
  settle(active, outcome, choice, std::move(detail), response);
}

/// For the access log.
void AlbExchange::note_outcome(const BackendOutcome& outcome, const TargetChoice& choice,
                               http::Response& response) {
  RequestNotes* const notes = notes_of(response);
  if (!notes) return;
  notes->sent_at = outcome.sent_at;
  const bool function = choice.group().model().target_type == model::TargetType::lambda;
  if (!function) notes->target = choice.target()->id();
  if (function && outcome.failure) {
    notes->error_reason = outcome.error_code.empty() ? error_reason(*outcome.failure)
                                                     : std::string(outcome.error_code);
  }
  const bool nothing_came = outcome.failure ? is_silence(*outcome.failure) : response.status == 0;
  if (nothing_came) return;
  if (!function && !outcome.failure) notes->target_status = response.status;
  // AWS's example of LambdaInvalidResponse has all of the times.
  const bool answered = function || !outcome.failure;
  (answered ? notes->answered_at : notes->failed_at) = listener_.parts_.loop.now();
}

/// alb-features.md 2.4.
void AlbExchange::count_function_error(Reason reason, const std::string& group) {
  switch (reason) {
    case Reason::lambda_connection_error:
    case Reason::lambda_connection_timeout:
    case Reason::lambda_service_exception: ++counters_.lambda_internal_errors[group]; break;
    case Reason::lambda_websocket_not_supported:
    case Reason::lambda_request_too_large:
    case Reason::lambda_bad_request:
    case Reason::lambda_access_denied:
    case Reason::lambda_resource_not_found:
    case Reason::lambda_throttling:
    case Reason::lambda_unhandled:
    case Reason::lambda_cannot_run:
    case Reason::lambda_invalid_response:
    case Reason::lambda_response_too_large: ++counters_.lambda_user_errors[group]; break;
    default: break;
  }
}

void AlbExchange::settle(const Active& active, const BackendOutcome& outcome,
                         const TargetChoice& choice, std::string detail, http::Response& response) {
  note_outcome(outcome, choice, response);
  Target& target = *choice.target();
  counters_.target_connections += outcome.connected ? 1 : 0;
  counters_.target_connection_errors += outcome.dial == Dial::not_accepted ? 1 : 0;
  counters_.target_tls_errors += outcome.dial == Dial::tls_failed ? 1 : 0;
  if (outcome.failure) {
    const int status = status_for(*outcome.failure);
    choice.group().record_answer(target, status != kClientGone);
    ++counters_.own[status];
    if (status == kClientGone) return;
    fill_page(active, status, response);
    note(status, *outcome.failure, target.id(), response, std::move(detail));
    return;
  }
  if (response.status == 0) return;  // whoever serves the client answers, or nobody is there
  ++counters_.target[response.status];
  choice.group().record_answer(target, response.status >= 500);
  if (listener_.parts_.sink.wants_requests()) response.target = target.id();
  choice.add_cookies(response);
  active.error_pages.add_listener_headers(response);
}

void AlbExchange::fill_page(const Active& active, int status, http::Response& response) {
  active.error_pages.fill(status, response);
  if (status >= 500 && response.request && is_grpc(*response.request)) {
    active.error_pages.fill_grpc_unavailable(response);
  }
}

void AlbExchange::answer(const Active& active, int status, Reason reason, http::Response& response,
                         std::string detail) {
  fill_page(active, status, response);
  ++counters_.own[status];
  note(status, reason, {}, response, std::move(detail));
}

void AlbExchange::note(int status, Reason reason, const std::string& target,
                       http::Response& response, std::string detail) {
  response.failure = std::make_unique<RequestFailure>(
      RequestFailure{status, &listener_.parts_.hop, reason, target, std::move(detail), 1});
  journal_.failed(*response.failure);
}

}  // namespace hoplab::aws
