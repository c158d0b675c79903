#include "aws/alb/target_choice.h"

#include "base/hash.h"
#include "http/cookies.h"

namespace hoplab::aws {

namespace {

/// A target's name is the scenario's where it has one: its port may be another at the next start.
std::uint64_t hash_of(const Target& target) {
  return stirred_hash(target.resource.empty() ? target.id() : target.resource);
}

bool fresh(const StickyPlace& place, int duration_s, Time now) {
  return place.issued <= now && now - place.issued < std::chrono::seconds(duration_s);
}

}  // namespace

TargetGroup& TargetChoice::choose_group(const model::Action& action, const http::Request& request) {
  keeps_group_ = action.group_stickiness.enabled;
  if (keeps_group_) group_ = group_of_cookie(action, request);
  if (!group_) group_ = &group_by_weight(action);
  return *group_;
}

void TargetChoice::choose_target(const http::Request& request, std::string_view zone,
                                 AlbCounters& counters) {
  if (stickiness().enabled) {
    if (stickiness().by_app_cookie) {
      choose_by_app_cookie(request, counters);
    } else {
      choose_by_lb_cookie(request, counters);
    }
  }
  if (!target_) target_ = group_->choose(zone);
}

TargetGroup* TargetChoice::group_of_cookie(const model::Action& action,
                                           const http::Request& request) {
  const SentCookie cookie = cookies_.group_cookie(request.headers);
  group_cookie_invalid_ = cookie.sent && !cookie.place;
  if (!cookie.place || !fresh(*cookie.place, action.group_stickiness.duration_s, now_)) {
    return nullptr;
  }
  for (const auto& one : action.target_groups) {
    if (stirred_hash(one.target_group) == cookie.place->group) {
      return groups_.at(one.target_group).get();
    }
  }
  return nullptr;
}

/// A weighted choice does not look at health: it never fails over (alb.md 6.1).
TargetGroup& TargetChoice::group_by_weight(const model::Action& action) {
  const auto& groups = action.target_groups;
  const auto at = [this](const model::WeightedTargetGroup& group) -> TargetGroup& {
    return *groups_.at(group.target_group);
  };
  if (groups.size() == 1) return at(groups.front());
  std::uint32_t total = 0;
  for (const auto& group : groups) total += static_cast<std::uint32_t>(group.weight);
  if (total == 0) return at(groups.front());
  std::uint32_t ticket = rng_.below(total);
  for (const auto& group : groups) {
    const auto weight = static_cast<std::uint32_t>(group.weight);
    if (ticket < weight) return at(group);
    ticket -= weight;
  }
  return at(groups.back());
}

std::shared_ptr<Target> TargetChoice::target_of(const SentCookie& cookie, int duration_s) const {
  if (!cookie.place || !fresh(*cookie.place, duration_s, now_)) return nullptr;
  if (cookie.place->group != stirred_hash(group_->name())) return nullptr;
  for (const auto& target : group_->targets()) {
    if (hash_of(*target) != cookie.place->target) continue;
    if (target->registered && group_->candidates({}).has(*target)) return target;
  }
  return nullptr;
}

void TargetChoice::choose_by_lb_cookie(const http::Request& request, AlbCounters& counters) {
  target_ = target_of(cookies_.target_cookie(request.headers), stickiness().lb_cookie_s);
  counters.non_sticky_requests += target_ ? 0 : 1;
}

/// Both cookies must come back; of the target's only the name is looked at.
void TargetChoice::choose_by_app_cookie(const http::Request& request, AlbCounters& counters) {
  cross_site_ = wants_same_site_none(request.headers);
  const SentCookie cookie = cookies_.app_cookie(request.headers);
  const bool both =
      cookie.place && http::find_cookie(request.headers, stickiness().app_cookie_name);
  if (both) target_ = target_of(cookie, stickiness().app_cookie_s);
  moved_ = both && !target_;
  counters.non_sticky_requests += target_ ? 0 : 1;
  counters.app_cookie_non_stickiness += target_ ? 0 : 1;
}

StickyPlace TargetChoice::place() const {
  return {stirred_hash(group_->name()), hash_of(*target_), now_};
}

void TargetChoice::add_cookies(http::Response& response) const {
  if (!keeps_group_ && !stickiness().enabled) return;
  const StickyPlace here = place();
  if (keeps_group_) cookies_.add_group_cookies(response, here, rng_);
  if (!stickiness().enabled) return;
  if (!stickiness().by_app_cookie) {
    cookies_.add_target_cookies(response, here, rng_);
  } else if (moved_ || http::sets_cookie(response.headers, stickiness().app_cookie_name)) {
    cookies_.add_app_cookies(response, here, cross_site_, rng_);
  }
}

}  // namespace hoplab::aws
