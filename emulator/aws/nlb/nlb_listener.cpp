#include "aws/nlb/nlb_listener.h"

#include <algorithm>

#include "aws/nlb/proxy_protocol.h"
#include "aws/tls/client_handshake.h"
#include "aws/tls/refusal.h"
#include "base/deadline.h"
#include "base/hash.h"
#include "net/hop_stream.h"

namespace hoplab::aws {

namespace {

using Answer = net::AbandonedClients::Answer;

/// After which a client sends its SYN again (RFC 6298 2.1).
constexpr Duration kSynAgain = 1s;
/// Where a service is when nobody has said otherwise: every client of this machine is there too, so
/// having the same address means nothing.
constexpr std::string_view kThisMachine = "127.0.0.1";

/// Protocol, addresses, ports and TCP sequence number on AWS (nlb-privatelink.md 1.3). The sequence
/// number is not visible to a program; the connection's id stands in for it.
FlowHash flow_hash(const net::Connection& connection) {
  const std::string flow = connection.source.text() + ">" + connection.destination.text() + "#" +
                           std::to_string(connection.journal->id);
  return {stirred_hash(flow), stirred_hash(connection.source.ip)};
}

FlowTable::Limits limits_of(const NlbSettings& settings) {
  FlowTable::Limits limits;
  limits.flows = settings.load_balancer->flow_table;
  limits.source_ports =
      settings.load_balancer->source_ports * std::max<std::size_t>(settings.nodes.size(), 1);
  return limits;
}

bool hairpins(const net::Address& client, const NlbTarget& target) {
  return client.ip == target.address.ip && client.ip != kThisMachine;
}

}  // namespace

void NlbCounters::add(const NlbCounters& other) {
  new_flows += other.new_flows;
  rejected_flows += other.rejected_flows;
  port_allocation_errors += other.port_allocation_errors;
  unhealthy_routing_flows += other.unhealthy_routing_flows;
}

NlbListener::NlbListener(NlbListenerParts parts, NlbSettings settings)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      abandoned_(parts_.loop, parts_.hop, parts_.sink),
      table_(parts_.hop, abandoned_, limits_of(settings_), [this] { parts_.admission_changed(); }) {
  choose_certificate_policy();
}

void NlbListener::update(NlbSettings settings) {
  const bool tls = settings_.tls.has_value();
  settings_ = std::move(settings);
  choose_certificate_policy();
  // Flows of the other kind of listener are nobody's any more.
  if (tls != settings_.tls.has_value()) table_.forget_all(Reason::listener_deleted);
  table_.set_limits(limits_of(settings_));
  targets_changed();
}

void NlbListener::stop() {
  abandoned_.stop();
  live_.reset_all(parts_.hop, Reason::emulator_stopped, parts_.loop.now());
}

const std::string& NlbListener::zone_of(const net::Address& address) const {
  static const std::string kNone;
  const auto found = settings_.zones.find(address.ip);
  return found == settings_.zones.end() ? kNone : found->second;
}

bool NlbListener::translates(const NlbTargetGroup& group, bool through_endpoint) const {
  return through_endpoint || !group.group->model().preserves_client_ip();
}

// ---- What a SYN meets ---------------------------------------------------------------------------

bool NlbListener::judges(bool through_endpoint) const {
  return settings_.security_group &&
         (!through_endpoint || settings_.load_balancer->security_groups_on_private_link);
}

bool NlbListener::resets_without_targets() const {
  return std::ranges::any_of(settings_.groups, [](const auto& group) {
    return group.group->model().attributes.reset_without_targets;
  });
}

net::Admission NlbListener::admission(const std::string& zone, bool through_endpoint) const {
  const auto because = [this](Reason reason) { return net::Barrier{&parts_.hop, reason}; };
  net::Admission answer;
  if (judges(through_endpoint))
    answer.only(*settings_.security_group, because(Reason::security_group));
  const std::vector<FlowRoute> routes = routing().candidates(zone);
  if (routes.empty()) {
    return resets_without_targets() ? answer : net::Admission::dropped(because(Reason::no_target));
  }
  if (table_.full()) return net::Admission::dropped(because(Reason::flow_table_full));
  const auto node = settings_.nodes.find(zone);
  const auto all = [&routes](const auto& holds) { return std::ranges::all_of(routes, holds); };
  const auto silence = [&](const FlowRoute& route) -> std::optional<Reason> {
    const bool translated = translates(*route.group, through_endpoint);
    const auto& let_in = route.target->security_group;
    if (route.target->target->reachability == Reachability::silent)
      return Reason::target_connect_timeout;
    if (translated && table_.out_of_ports(route.target->address))
      return Reason::source_ports_exhausted;
    if (translated && let_in && node != settings_.nodes.end() && !contains(*let_in, node->second))
      return Reason::target_security_group;
    return std::nullopt;
  };
  if (all([&](const FlowRoute& route) { return silence(route).has_value(); }))
    return net::Admission::dropped(because(*silence(routes.front())));
  if (all([](const FlowRoute& route) {
        return route.target->target->reachability == Reachability::refuses;
      })) {
    answer.narrow(net::Admission::refused(because(Reason::target_unreachable)));
    return answer;
  }
  const NlbTarget& only = *routes.front().target;
  const bool several =
      !all([&only](const FlowRoute& route) { return route.target->target == only.target; });
  if (several || translates(*routes.front().group, through_endpoint)) return answer;
  // One target, which sees the client's own address.
  if (only.security_group)
    answer.only(*only.security_group, because(Reason::target_security_group));
  if (routes.size() == 1 && only.address.ip != kThisMachine) {
    if (const auto range = parse_range(only.address.ip))
      answer.except({range.value()}, because(Reason::hairpin));
  }
  return answer;
}

const char* NlbListener::drop_metric(const std::string& zone, bool through_endpoint) const {
  if (table_.full()) return "RejectedFlowCount";
  const std::vector<FlowRoute> routes = routing().candidates(zone);
  const bool out_of_ports = std::ranges::any_of(routes, [&](const FlowRoute& route) {
    return translates(*route.group, through_endpoint) && table_.out_of_ports(route.target->address);
  });
  if (out_of_ports) return "PortAllocationErrorCount";
  return judges(through_endpoint) ? "SecurityGroupBlockedFlowCount_Inbound_TCP" : "";
}

// ---- Connections --------------------------------------------------------------------------------

/// PrivateLink brings it from the endpoint's network interface to the zone's node.
std::pair<net::Address, net::Address> NlbListener::ends_behind_endpoint(
    const net::Connection& connection, const std::string& zone) const {
  return {{connection.endpoint->network_interface.ip, connection.source.port},
          {node_ip(zone), settings_.listener->port}};
}

/// Where the zone has none, another one takes its connections.
const std::string& NlbListener::node_ip(const std::string& zone) const {
  const auto node = settings_.nodes.find(zone);
  return node == settings_.nodes.end() ? settings_.nodes.begin()->second : node->second;
}

void NlbListener::serve(net::Connection connection) {
  const std::string zone = zone_of(connection.destination);
  if (parts_.gate.tap() && connection.endpoint) {
    const auto [from, to] = ends_behind_endpoint(connection, zone);
    net::pass_hop(connection, parts_.hop, parts_.gate, from, to);
  } else {
    net::pass_hop(connection, parts_.hop, parts_.gate);
  }
  const FlowRoute route = routing().choose(zone, flow_hash(connection));
  if (!route.target) return end_without_target(std::move(connection));
  const bool translated = translates(*route.group, connection.endpoint != nullptr);
  if (const auto reason = drops(connection, route, translated)) {
    abandoned_.keep(std::move(connection.stream), connection.journal, *reason, Answer::silence);
    return;
  }
  ++counters_.new_flows;
  if (routing().fails_open(*route.group, zone)) ++counters_.unhealthy_routing_flows;
  hand_over(std::move(connection), route, zone, translated);
}

/// Most of this meets a client before it is accepted; see admission(). What is here came before the
/// kernel knew of it, or depends on the target that the hash has chosen.
std::optional<Reason> NlbListener::drops(const net::Connection& connection, const FlowRoute& route,
                                         bool translated) {
  if (table_.full()) {
    ++counters_.rejected_flows;
    return Reason::flow_table_full;
  }
  if (translated && table_.out_of_ports(route.target->address)) {
    ++counters_.port_allocation_errors;
    return Reason::source_ports_exhausted;
  }
  if (!translated && hairpins(connection.source, *route.target)) return Reason::hairpin;
  return std::nullopt;
}

void NlbListener::end_without_target(net::Connection connection) {
  if (!resets_without_targets()) {
    abandoned_.keep(std::move(connection.stream), connection.journal, Reason::no_target,
                    Answer::silence);
    return;
  }
  const Time now = parts_.loop.now();
  connection.journal->end(parts_.hop, Reason::no_target, EndKind::rst, Toward::client, now);
  connection.stream->reset(*connection.journal->cause);
  report(*connection.journal, parts_.sink, now);
}

void NlbListener::hand_over(net::Connection connection, const FlowRoute& route,
                            const std::string& zone, bool translated) {
  FlowStream::Parts flow{
      .table = table_,
      .owner = shared_from_this(),
      .target = route.target->target,
      .zone = zone,
      .destination = route.target->address,
      .translated = translated,
      .preserved = std::nullopt,
      .idle_timeout = std::chrono::seconds(settings_.listener->attributes.tcp_idle_timeout_s),
      .reset_when_idle = settings_.tls.has_value(),
      .connection_tracking = route.target->connection_tracking};
  FlowStream* older = nullptr;
  if (!translated && settings_.nodes.size() > 1) {
    flow.preserved = connection.source;
    older = table_.find(flow.destination, connection.source);
  }
  if (route.group->group->model().attributes.proxy_protocol_v2) {
    const auto* endpoint = connection.endpoint.get();
    connection.prologue =
        proxy_protocol_header(endpoint ? endpoint->client : connection.source,
                              endpoint ? endpoint->network_interface : connection.destination,
                              endpoint ? endpoint->vpc_endpoint_id : std::string());
  }
  connection.stream = std::make_unique<FlowStream>(std::move(connection.stream), connection.journal,
                                                   std::move(flow));
  if (translated) {
    constexpr std::uint16_t kFirstPort = 1024;
    connection.source = {node_ip(zone), next_source_port_};
    next_source_port_ = next_source_port_ == 65535 ? kFirstPort : next_source_port_ + 1;
  }
  const Handler target = route.target->handler;
  if (settings_.tls) {
    tasks_.spawn(run_tls(std::move(connection), target));
    return;
  }
  connection.destination = route.target->address;
  if (!older) return target->serve(std::move(connection));
  // The target answers the SYN for the connection that it knows; the client resets that one and
  // sends its SYN again (nlb-privatelink.md 1.5).
  older->forget(Reason::tuple_collision);
  tasks_.spawn(hand_over_later(std::move(connection), target));
}

Task<void> NlbListener::hand_over_later(net::Connection connection, Handler target) {
  {
    const net::LiveConnections::Entry entry(live_, *connection.journal, *connection.stream);
    WaitSlot slot(parts_.loop);
    Deadline pause(parts_.loop, slot);
    pause.after(kSynAgain);
    co_await slot;
  }
  target->serve(std::move(connection));
}

void NlbListener::choose_certificate_policy() {
  const auto& store = settings_.trust_store;
  if (!store) {
    certificates_.reset();
  } else if (!certificates_ || !certificates_->stays(*settings_.listener, store)) {
    certificates_ = std::make_shared<ClientCertificatePolicy>(settings_.listener, store);
  }
}

Task<void> NlbListener::run_tls(net::Connection connection, Handler target) {
  Journal& journal = *connection.journal;
  const auto certificates = certificates_;
  HandshakeStages stages(journal);
  std::optional<ClientCertificate> judged;
  if (certificates) judged.emplace(*certificates, journal, parts_.loop.clock());
  ClientCertificate* const certificate = judged ? &*judged : nullptr;
  tls::HandshakeObserver* observer = &stages;
  if (certificate) observer = certificate;
  auto logged = std::make_unique<LoggedTlsStream>(std::move(connection.stream), *settings_.tls,
                                                  *observer, settings_.tls_logging, connection);
  tls::TlsStream& tls = logged->tls();
  tls::HandshakeResult result;
  {
    const net::LiveConnections::Entry entry(live_, journal, tls);
    result = co_await tls.handshake(kHandshakeTimeout);
  }
  const bool done = result.failure == tls::HandshakeFailure::none;
  if (done) journal.reached(Stage::handshake_done);
  const bool well = done && !(certificate && certificate->refused_later());
  logged->handshake_ended(well);
  if (well) {
    connection.stream = std::move(logged);
    target->serve(std::move(connection));
    co_return;
  }
  co_await end_handshake(connection, std::move(logged), result, certificate);
  connection.stream.reset();
  report(journal, parts_.sink, parts_.loop.now());
}

/// A handshake failed, or it is done and the client is still to be refused.
Task<void> NlbListener::end_handshake(net::Connection& connection,
                                      std::unique_ptr<LoggedTlsStream> logged,
                                      const tls::HandshakeResult& result,
                                      ClientCertificate* certificate) {
  Journal& journal = *connection.journal;
  const tls::ProtocolVersion version = logged->tls().protocol();
  const bool done = result.failure == tls::HandshakeFailure::none;
  if (done) {
    connection.stream = std::move(logged);
  } else {
    connection.stream = logged->tls().take_lower();
  }
  const net::LiveConnections::Entry entry(live_, journal, *connection.stream);
  if (done) {
    co_await end_refused_later(connection, parts_.hop, certificate->refusal(), version);
  } else if (certificate && tls::is_about_certificate(result.failure)) {
    certificate->note_failure(result.failure);
    journal.reached(Stage::client_certificate);
    co_await end_refused(connection, parts_.hop, certificate->refusal());
  } else {
    // AWS names no form; a close is plausible (nlb-privatelink.md 2.1, R19).
    const net::ServeEnd end = handshake_end(journal, result, EndKind::fin);
    co_await net::finish_connection(connection, parts_.hop, end);
  }
}

// ---- Changes ------------------------------------------------------------------------------------

/// After a change, the flows that it ends (nlb-privatelink.md 1.1 and 1.8).
void NlbListener::targets_changed() {
  for (const auto& group : settings_.groups) {
    const auto& attributes = group.group->model().attributes;
    std::map<std::string, bool> fails_open;  // by zone
    for (const auto& one : group.group->targets()) {
      const Target& target = *one;
      if (group.weight == 0) table_.reset(target, Reason::target_group_weight_zero);
      if (target.health.state == TargetState::unused &&
          attributes.deregistration_connection_termination) {
        table_.reset(target, Reason::target_deregistered);
      }
      if (target.health.state == TargetState::unhealthy && target.in_rotation &&
          attributes.unhealthy_connection_termination) {
        table_.forget(target, Reason::target_unhealthy, [&](const std::string& zone) {
          const auto [known, fresh] = fails_open.try_emplace(zone);
          if (fresh) known->second = routing().fails_open(group, zone);
          return !known->second;
        });
      }
    }
  }
  parts_.admission_changed();
}

}  // namespace hoplab::aws
