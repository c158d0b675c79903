// Doors: the listening sockets of one loop, what a SYN meets there, and where connections go.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/tcp_listener.h"
#include "topology/building.h"
#include "topology/connect_door.h"
#include "topology/door_plan.h"
#include "topology/metrics.h"
#include "topology/slow_handshake.h"

namespace hoplab::topology {

class Doors {
 public:
  Doors(Loop& loop, Shared& shared) : loop_(loop), shared_(shared) {}

  /// Opens what `plans` needs and is not open yet; nobody is let in before take(). The ports are
  /// those of `ports`, by DoorPlan::key(), and automatic ones that it does not have are put there.
  /// `first`: of several loops, which all listen on the ports of the first. After an error nothing
  /// more is open than before.
  Result<void> open(const std::vector<DoorPlan>& plans, std::map<std::string, std::uint16_t>& ports,
                    bool first);
  /// Closes again what was opened for plans that are not taken.
  void discard() { opened_.clear(); }
  /// The doors are `plans` of `next` from now on; the components are there. Others are closed, and
  /// their connections stay.
  void take(const std::vector<DoorPlan>& plans, const Prepared& next, const Components& components);
  /// Accepts from now on, at doors that are taken later as well.
  void start();
  void stop();

  /// Also lets clients in by name, at a port of its own: see ConnectDoor. Before start().
  Result<void> open_connect_door();
  [[nodiscard]] const ConnectDoor* connect_door() const { return connect_door_.get(); }
  /// A connection of somebody else's socket, which becomes ours, comes to it.
  void accept_at_connect_door(int descriptor) { connect_door_->accept(descriptor); }
  [[nodiscard]] std::size_t running() const { return connect_door_ ? connect_door_->running() : 0; }

  /// What a door's SYNs meet may be another: looks at the end of this turn.
  void admission_changed();

  /// What keeps a client out whose SYN comes from `client_ip`; nothing: it is accepted.
  [[nodiscard]] std::optional<net::Barrier> keeps_out(const std::string& client_ip,
                                                      const EndpointAddress& way_in) const;

  /// The first loop's: where each door of the plan is.
  [[nodiscard]] std::vector<EndpointAddress> endpoints() const;
  /// Client connections accepted.
  [[nodiscard]] std::uint64_t accepted() const;
  /// Journals of connections that are not over.
  [[nodiscard]] std::vector<std::shared_ptr<const Journal>> live() const;
  /// Packets that were dropped, for the metrics that count them.
  void add_dropped(DroppedPackets& to);

 private:
  /// What a SYN meets, and which metric of which resource counts it when it is dropped; empty: none
  /// does.
  struct Gatekeeping {
    net::Admission admission;
    std::string resource, metric;
  };
  struct Door {
    DoorPlan plan;
    const Hop* hop = nullptr;  // whose it is
    std::unique_ptr<net::TcpListener> listener;
    std::shared_ptr<net::ConnectionHandler> handler;  // null: nothing listens there on AWS
    std::shared_ptr<aws::VpcEndpoint> endpoint;       // that it leads to, or null
    std::shared_ptr<aws::NlbListener> nlb;            // likewise, also behind an endpoint
    bool refuses = false;                             // a fault has taken it down
    std::optional<Duration> handshake_delay;          // likewise, SYNs are answered so much later
    std::unique_ptr<SlowHandshake> slow;              // who sees to it
    net::Admission fixed;                             // of an application load balancer
    std::string behind;                               // an endpoint's load balancer
    Gatekeeping in_force;
    bool started = false;
    std::uint64_t dropped = 0;  // packets that have been counted
  };

  Result<ConnectDoor::Way> way(const std::string& name, std::uint16_t port);
  Result<std::unique_ptr<net::TcpListener>> listen(const DoorPlan& plan, std::uint16_t port);
  void lead(Door& door, const Prepared& next, const Components& components) const;
  void close(Door door);
  void refresh();
  void slow_down(Door& door);
  void count_dropped(Door& door);
  static Gatekeeping gatekeeping(const Door& door);

  Loop& loop_;
  Shared& shared_;
  std::map<std::string, std::unique_ptr<net::TcpListener>> opened_;  // by key, not taken yet
  std::map<std::string, Door> doors_;                                // by key
  std::vector<std::string> order_;                                   // of the plan: keys
  std::vector<std::unique_ptr<net::TcpListener>> closed_;  // whose connections may be there still
  std::uint64_t accepted_before_ = 0;                      // at doors that are closed
  DroppedPackets dropped_;
  std::unique_ptr<ConnectDoor> connect_door_;  // null: there is none
  std::size_t turn_ = 0;                       // of the zones of a name
  bool started_ = false;
  bool refresh_waits_ = false;  // for the end of this turn
};

}  // namespace hoplab::topology
