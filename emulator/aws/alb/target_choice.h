// TargetChoice: the target group and the target that a request gets: by an action's weights and the
// group's algorithm, unless a cookie says where the client has been (alb-features.md 1).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "aws/alb/alb_counters.h"
#include "aws/alb/sticky_cookies.h"
#include "aws/target_group/target_group.h"

namespace hoplab::aws {

class TargetChoice {
 public:
  using Groups = std::map<std::string, std::shared_ptr<TargetGroup>>;

  /// `now` is the calendar's. What is referred to outlives this.
  TargetChoice(const Groups& groups, const StickyCookies& cookies, Time now, Rng& rng)
      : groups_(groups), cookies_(cookies), now_(now), rng_(rng) {}

  TargetGroup& choose_group(const model::Action& action, const http::Request& request);
  /// Then. For a node in `zone`. What cookies did not bring about is counted in `counters`.
  void choose_target(const http::Request& request, std::string_view zone, AlbCounters& counters);

  [[nodiscard]] TargetGroup& group() const noexcept { return *group_; }
  /// Null: nobody takes it.
  [[nodiscard]] const std::shared_ptr<Target>& target() const noexcept { return target_; }

  /// The client has sent one that says a group and that cannot be read.
  [[nodiscard]] bool group_cookie_invalid() const noexcept { return group_cookie_invalid_; }

  /// Into the target's answer.
  void add_cookies(http::Response& response) const;

 private:
  [[nodiscard]] TargetGroup* group_of_cookie(const model::Action& action,
                                             const http::Request& request);
  TargetGroup& group_by_weight(const model::Action& action);
  /// Whom the client has been with, if it may stay there.
  [[nodiscard]] std::shared_ptr<Target> target_of(const SentCookie& cookie, int duration_s) const;
  void choose_by_lb_cookie(const http::Request& request, AlbCounters& counters);
  void choose_by_app_cookie(const http::Request& request, AlbCounters& counters);
  [[nodiscard]] const model::TargetStickiness& stickiness() const noexcept {
    return group_->model().attributes.stickiness;
  }
  [[nodiscard]] StickyPlace place() const;

  const Groups& groups_;
  const StickyCookies& cookies_;
  Time now_;
  Rng& rng_;
  TargetGroup* group_ = nullptr;
  std::shared_ptr<Target> target_;
  bool keeps_group_ = false;  // the action does
  bool moved_ = false;        // a client of app_cookie, away from a target that is no more
  bool cross_site_ = false;
  bool group_cookie_invalid_ = false;
};

}  // namespace hoplab::aws
