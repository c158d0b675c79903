// A registered target: how it is asked and reached, and what its health is.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/target_group/backend.h"
#include "model/topology.h"
#include "net/connection.h"

namespace hoplab::aws {

/// Target health states and reasons in AWS's words (target-group-health-checks.html).
enum class TargetState : std::uint8_t {
  initial,
  healthy,
  unhealthy,
  unhealthy_draining,
  unused,
  draining,
  unavailable,
};
std::string_view to_text(TargetState state) noexcept;

struct TargetHealth {
  TargetState state = TargetState::initial;
  std::string reason = "Elb.RegistrationInProgress";  // "Target.ResponseCodeMismatch", ...
  std::string description;  // "Health checks failed with these codes: [400]"
};

/// What connecting to a target met last: a TCP load balancer's client meets the same.
enum class Reachability : std::uint8_t { answers, refuses, silent };
Reachability reachability_after(const net::Dialer::Dialed& dialed) noexcept;

/// For a network load balancer's groups AWS documents one reason of failure only,
/// Target.FailedHealthChecks; the others are in the API's list for groups of all kinds
/// (nlb-privatelink.md 3.3).
struct ProbeResult {
  bool passed = false;
  std::string reason;       // AWS's code: "Target.Timeout", ...
  std::string description;  // AWS's sentence
  int status = 0;           // of the answer; 0: there was none
  std::string log_reason;   // of a failure, as the health check log names it: "TimedOut", ...
};

/// Checks the health of a target that no connection is made to.
class Prober {
 public:
  virtual ~Prober() = default;
  virtual Task<void> probe(const model::HealthCheck& check, ProbeResult& result) = 0;
};

/// Whether who is in `zones` is in `zone`: none is every one, and an empty zone is any.
inline bool in_zone(const std::vector<std::string>& zones, std::string_view zone) noexcept {
  return zone.empty() || zones.empty() || std::ranges::find(zones, zone) != zones.end();
}

/// Its part in the choice of targets (routing.h).
struct TargetShare {
  /// Slow start: since when its share grows; none: it has its whole share.
  std::optional<Time> growing_since;
  double turn = 0;  // how much of a turn it has come to, meanwhile
  /// Registered together with others when the group had no target: then there is no slow start.
  bool of_first_batch = false;
  /// Of weighted_random: answers since it was judged last, and what it was judged.
  std::uint64_t answers = 0, failures = 0;
  bool anomalous = false;
  int halved = 0;  // so many times is its share halved for that
};

/// Held by its group and by everybody who has a connection to it: it outlives its registration.
class Target : public std::enable_shared_from_this<Target> {
 public:
  /// `backend` answers its requests; null: it gets none, but connections. `dialer` is how it is
  /// reached, `probe` how health checks reach it; null: as `dialer` does.
  Target(std::string id, std::shared_ptr<Backend> backend, std::shared_ptr<net::Dialer> dialer,
         std::unique_ptr<net::Dialer> probe)
      : id_(std::move(id)),
        backend_(std::move(backend)),
        dialer_(std::move(dialer)),
        probe_(std::move(probe)) {}

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] Backend& backend() noexcept { return *backend_; }
  /// Ends its backend's connections at rest; `for_good`: it keeps none any more.
  void close_idle(bool for_good = false) {
    if (backend_) for_good ? backend_->stop() : backend_->close_idle();
  }
  /// Ends its requests that are under way.
  void cut() {
    if (backend_) backend_->cut();
  }
  /// Requests that it is answering.
  [[nodiscard]] std::size_t outstanding() const noexcept {
    return backend_ ? backend_->outstanding() : 0;
  }
  /// Tasks of its backend that have not ended yet.
  [[nodiscard]] std::size_t running() const noexcept { return backend_ ? backend_->running() : 0; }
  [[nodiscard]] net::Dialer& probe() noexcept { return probe_ ? *probe_ : *dialer_; }
  /// Whose port is the traffic's, for who only looks whether it answers.
  [[nodiscard]] net::Dialer& knocker() noexcept { return checked_elsewhere ? *dialer_ : probe(); }

  std::string key;                 // what decides how it is reached: equal keys, the same target
  std::string resource;            // the topology's name for it
  std::vector<std::string> zones;  // where it is; empty: in every one
  net::DialOptions probe_options;  // of its health checks
  std::string check_host;          // their Host; empty: the target's own address
  bool checked_elsewhere = false;  // on another port than the traffic's
  std::shared_ptr<Prober> prober;  // who checks it; null: health checks connect to it
  TargetHealth health;
  TargetShare share;
  Reachability reachability = Reachability::answers;
  bool health_overridden = false;  // somebody has set `health`: checks do not
  bool registered = true;          // false: draining, then unused
  bool in_rotation = true;         // gets new connections; for a while after deregistration, too
  bool stays = true;  // false: it is no target of its group any more, and goes when drained
  [[nodiscard]] bool healthy() const noexcept {
    return health.state == TargetState::healthy ||
           health.state == TargetState::unavailable ||  // not checked: routed to
           (health.state == TargetState::draining &&
            in_rotation);  // it was, and nobody has noticed
  }
  int passed_in_a_row = 0;
  int failed_in_a_row = 0;

 private:
  std::string id_;
  std::shared_ptr<Backend> backend_;
  std::shared_ptr<net::Dialer> dialer_;
  std::unique_ptr<net::Dialer> probe_;
};

}  // namespace hoplab::aws
