#include "topology/doors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "model/ids.h"

namespace hoplab::topology {

namespace {

std::string_view advice_on_taken(const DoorPlan& plan, bool real_ports) {
  if (real_ports) {
    return "; something has this port, perhaps on every address (0.0.0.0) of this machine";
  }
  if (plan.leads == Leads::to_proxy) return "; with port 0 in \"listen\" it takes a free port";
  return "; with localPort 0 it takes a free port";
}

}  // namespace

Result<std::unique_ptr<net::TcpListener>> Doors::listen(const DoorPlan& plan, std::uint16_t port) {
  net::TcpListener::Options options;
  options.sink = &shared_.ends;
  options.sockets = shared_.options.vpc.get();
  options.ip = plan.endpoint.address;
  options.port = port;
  options.reuse_port = shared_.options.threads > 1;
  options.admission = net::Admission::dropped();
  return net::TcpListener::open(loop_, options, shared_.connection_ids);
}

Result<void> Doors::open(const std::vector<DoorPlan>& plans,
                         std::map<std::string, std::uint16_t>& ports, bool first) {
  for (const DoorPlan& plan : plans) {
    const std::string key = plan.key();
    const std::uint16_t chosen = plan.endpoint.port;
    const auto there = doors_.find(key);
    if (there != doors_.end() &&
        (chosen == 0 || there->second.listener->address().port == chosen)) {
      continue;
    }
    const auto known = ports.find(key);
    const std::uint16_t before = known == ports.end() ? std::uint16_t{0} : known->second;
    auto listener = listen(plan, chosen != 0 && first ? chosen : before);
    // Somebody else may have taken an automatic port while the door was closed.
    if (!listener && first && chosen == 0 && before != 0) listener = listen(plan, 0);
    if (!listener) {
      discard();
      const bool taken = listener.error().ends_with(std::strerror(EADDRINUSE));
      std::string why = "'" + plan.endpoint.name + "': " + listener.error();
      if (chosen != 0 && taken) why += advice_on_taken(plan, shared_.options.real_ports);
      return Error{std::move(why), ErrorCode::unavailable};
    }
    if (first) ports[key] = listener.value()->address().port;
    opened_[key] = std::move(listener).value();
  }
  return {};
}

void Doors::take(const std::vector<DoorPlan>& plans, const Prepared& next,
                 const Components& components) {
  std::set<std::string> kept;
  order_.clear();
  for (const DoorPlan& plan : plans) {
    const std::string key = plan.key();
    kept.insert(key);
    order_.push_back(key);
    Door& door = doors_[key];
    if (const auto opened = opened_.find(key); opened != opened_.end()) {
      if (door.listener) close(std::move(door));
      door = Door{};
      door.listener = std::move(opened->second);
    }
    door.plan = plan;
    door.plan.endpoint.port = door.listener->address().port;
    lead(door, next, components);
  }
  opened_.clear();
  std::erase_if(closed_, [](const auto& one) { return one->live().empty(); });
  for (auto at = doors_.begin(); at != doors_.end();) {
    if (kept.contains(at->first)) {
      ++at;
      continue;
    }
    close(std::move(at->second));
    at = doors_.erase(at);
  }
  if (started_) start();
}

void Doors::lead(Door& door, const Prepared& next, const Components& components) const {
  const DoorPlan& plan = door.plan;
  const auto handler_before = door.handler;
  door.hop = next.hops.at(plan.endpoint.name);
  door.refuses = false;
  door.handshake_delay.reset();
  for (const auto& fault : next.topology->faults) {
    if (!fault.armed || fault.hop != plan.endpoint.name) continue;
    door.refuses |= fault.action == FaultAction::down;
    if (fault.action == FaultAction::slow_handshake) door.handshake_delay = fault.delay;
  }
  door.endpoint = nullptr;
  door.nlb = nullptr;
  door.handler = nullptr;
  door.fixed = {};
  switch (plan.leads) {
    case Leads::nowhere: break;
    case Leads::to_endpoint:
      door.nlb = components.nlbs.at(plan.listener);
      door.behind = plan.listener.substr(0, plan.listener.rfind(':'));
      [[fallthrough]];
    case Leads::to_execute_api:
      door.endpoint = components.vpc_endpoints.at(
          model::listener_key(plan.endpoint.name, plan.endpoint.listener_port));
      door.handler = door.endpoint;
      break;
    case Leads::to_network:
      door.nlb = components.nlbs.at(plan.listener);
      door.handler = door.nlb;
      break;
    case Leads::to_proxy: door.handler = components.relays.at(plan.listener); break;
    case Leads::to_web_site: door.handler = web_site_door(components, plan.listener); break;
    case Leads::to_application: {
      door.handler = components.albs.at(plan.listener);
      const auto& balancer =
          *model::Topology::find(next.topology->load_balancers, plan.endpoint.name);
      if (auto set = security_group(*next.topology, balancer.security_groups,
                                    plan.endpoint.listener_port)) {
        door.fixed.only(std::move(*set), {door.hop, Reason::security_group});
      }
      break;
    }
  }
  // Another component takes what the listener accepts from now on.
  if (door.handler == handler_before || !door.started) return;
  door.listener->hand_to(door.handler.get());
  door.started = door.handler != nullptr;
}

void Doors::close(Door door) {
  if (!door.listener) return;
  count_dropped(door);
  accepted_before_ += door.listener->accepted();
  door.listener->stop();
  closed_.push_back(std::move(door.listener));
}

void Doors::start() {
  started_ = true;
  refresh();
  for (auto& [key, door] : doors_) {
    if (!door.handler || std::exchange(door.started, true)) continue;
    door.listener->start(*door.handler);
  }
}

Result<void> Doors::open_connect_door() {
  auto door = ConnectDoor::open(
      loop_, shared_.connection_ids,
      [this](const std::string& name, std::uint16_t port) { return way(name, port); });
  if (!door) return Error{"the proxy for clients: " + door.error(), ErrorCode::unavailable};
  connect_door_ = std::move(door).value();
  return {};
}

Result<ConnectDoor::Way> Doors::way(const std::string& name, std::uint16_t port) {
  const std::vector<std::string> addresses = shared_.names.resolve(name);
  if (addresses.empty()) {
    return Error{"there is no '" + name + "' in this scenario", ErrorCode::not_found};
  }
  ++turn_;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const net::Address at{addresses[(turn_ + i) % addresses.size()], port};
    const auto door = doors_.find(at.text());
    if (door == doors_.end() || !door->second.handler) continue;
    return ConnectDoor::Way{door->second.handler.get(), at, door->second.in_force.admission};
  }
  return Error{"'" + name + "' does not listen on port " + std::to_string(port),
               ErrorCode::not_found};
}

void Doors::stop() {
  if (connect_door_) connect_door_->stop();
  for (auto& [key, door] : doors_) door.listener->stop();
}

void Doors::admission_changed() {
  if (std::exchange(refresh_waits_, true)) return;
  loop_.post([this] {
    refresh_waits_ = false;
    if (!loop_.shutting_down()) refresh();
  });
}

Doors::Gatekeeping Doors::gatekeeping(const Door& door) {
  const DoorPlan& plan = door.plan;
  const std::string& zone = plan.endpoint.zone;
  const net::Barrier fault{door.hop, Reason::fault_injected};
  if (door.refuses) return {net::Admission::refused(fault), {}, {}};
  if (door.slow && !door.slow->open()) return {net::Admission::dropped(fault), {}, {}};
  switch (plan.leads) {
    case Leads::nowhere: break;
    case Leads::to_proxy:
    case Leads::to_web_site: return {};
    case Leads::to_application: return {door.fixed, {}, {}};
    case Leads::to_network:
      return {door.nlb->admission(zone, false), plan.endpoint.name,
              door.nlb->drop_metric(zone, false)};
    case Leads::to_execute_api:
      return {door.endpoint->admission(), plan.endpoint.name, "PacketsDropped"};
    case Leads::to_endpoint: {
      const net::Admission own = door.endpoint->admission();
      Gatekeeping keeping{own, plan.endpoint.name, "PacketsDropped"};
      if (own == net::Admission{}) {
        keeping.resource = door.behind;
        keeping.metric = door.nlb->drop_metric(zone, true);
      }
      keeping.admission.narrow(door.nlb->admission(zone, true));
      return keeping;
    }
  }
  return {net::Admission::dropped({door.hop, Reason::no_listener}), {}, {}};
}

std::optional<net::Barrier> Doors::keeps_out(const std::string& client_ip,
                                             const EndpointAddress& way_in) const {
  for (const auto& [key, door] : doors_) {
    const EndpointAddress& at = door.plan.endpoint;
    if (at.address == way_in.address && at.port == way_in.port)
      return door.in_force.admission.keeps_out(client_ip);
  }
  return std::nullopt;
}

void Doors::refresh() {
  if (!started_) return;
  for (auto& [key, door] : doors_) {
    slow_down(door);
    count_dropped(door);
    door.in_force = gatekeeping(door);
    // Where the kernel does not let us, connections are accepted and dropped by who takes them.
    [[maybe_unused]] const auto done = door.listener->admit(door.in_force.admission);
  }
}

void Doors::slow_down(Door& door) {
  if (!door.handshake_delay) {
    door.slow.reset();
  } else if (!door.slow || door.slow->delay() != *door.handshake_delay) {
    door.slow = std::make_unique<SlowHandshake>(loop_, *door.listener, *door.handshake_delay,
                                                [this] { admission_changed(); });
  }
}

void Doors::count_dropped(Door& door) {
  const std::uint64_t all = door.listener->dropped();
  const std::uint64_t fresh = all - std::exchange(door.dropped, all);
  if (fresh == 0 || door.in_force.metric.empty()) return;
  dropped_[{door.in_force.resource, door.in_force.metric}] += fresh;
}

std::vector<EndpointAddress> Doors::endpoints() const {
  std::vector<EndpointAddress> all;
  for (const std::string& key : order_) all.push_back(doors_.at(key).plan.endpoint);
  return all;
}

std::uint64_t Doors::accepted() const {
  std::uint64_t accepted = accepted_before_;
  for (const auto& [key, door] : doors_) accepted += door.listener->accepted();
  return accepted + (connect_door_ ? connect_door_->tunnels() : 0);
}

std::vector<std::shared_ptr<const Journal>> Doors::live() const {
  std::vector<std::shared_ptr<const Journal>> all;
  const auto add = [&all](const net::TcpListener& listener) {
    for (auto& journal : listener.live()) all.push_back(std::move(journal));
  };
  for (const auto& [key, door] : doors_) add(*door.listener);
  for (const auto& listener : closed_) add(*listener);
  if (connect_door_) add(connect_door_->listener());
  return all;
}

void Doors::add_dropped(DroppedPackets& to) {
  for (auto& [key, door] : doors_) count_dropped(door);
  for (const auto& [what, packets] : dropped_) to[what] += packets;
}

}  // namespace hoplab::topology
