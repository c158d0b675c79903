#include "topology/emulator.h"

#include <algorithm>
#include <cassert>

#include "aws/privatelink/vpc_endpoint.h"
#include "model/complete.h"
#include "topology/running.h"

namespace hoplab {

using topology::Running;
using topology::Worker;

namespace {

Result<void> without_steps(const Result<Applied>& applied) {
  if (applied) return {};
  return applied.failure();
}

}  // namespace

Emulator::Emulator(std::unique_ptr<Running> running) : running_(std::move(running)) {}
Emulator::Emulator(Emulator&&) noexcept = default;
Emulator& Emulator::operator=(Emulator&& other) noexcept {
  if (running_ && this != &other) running_->stop();
  running_ = std::move(other.running_);
  return *this;
}
Emulator::~Emulator() {
  if (running_) running_->stop();
}

Result<Emulator> Emulator::from_topology(model::Topology topology, EmulatorOptions options) {
  if (auto whole = topology::make_whole(topology); !whole) return whole.failure();
  return Emulator(std::make_unique<Running>(std::move(topology), std::move(options)));
}

Result<void> Emulator::start() {
  const auto lock = running_->lock();
  auto started = running_->start();
  if (!started) running_->stop();
  return started;
}

void Emulator::interrupt() {
  running_->interrupt();
}

void Emulator::stop() {
  const auto lock = running_->lock();
  running_->stop();
}

// ---- What runs ----------------------------------------------------------------------------------

std::string Emulator::url() const {
  const auto lock = running_->lock();
  return running_->url();
}

std::vector<EndpointAddress> Emulator::endpoints() const {
  const auto lock = running_->lock();
  return running_->endpoints();
}

std::map<std::string, CertificatePaths> Emulator::certificates() const {
  const auto lock = running_->lock();
  std::map<std::string, CertificatePaths> all;
  for (const auto& [name, files] : running_->files().certificates) {
    all[name] = {files.cert, files.key, files.p12};
  }
  return all;
}

std::string Emulator::ca_bundle() const {
  const auto lock = running_->lock();
  return running_->files().ca_bundle;
}

std::string Emulator::java_trust_store() const {
  const auto lock = running_->lock();
  return running_->files().java_trust_store;
}

Result<void> Emulator::capture_in(const std::string& file) {
  const auto lock = running_->lock();
  const auto& capture = running_->shared().capture;
  if (!capture) return Error{"nothing is captured", ErrorCode::conflict};
  running_->in_each_loop([](topology::Worker& worker) { worker.write_capture(); });
  return capture->go_on_in(file, running_->calendar());
}

void Emulator::capture_failed_attempt(const std::string& client_ip, const EndpointAddress& way_in,
                                      Duration tried, bool refused) {
  auto barrier = keeps_out(client_ip, way_in);
  const auto lock = running_->lock();
  const auto& capture = running_->shared().capture;
  if (!capture) return;
  capture->failed_attempt(
      {client_ip, {way_in.address, way_in.port}, tried, refused, std::move(barrier)},
      running_->calendar());
}

std::optional<net::Barrier> Emulator::keeps_out(const std::string& client_ip,
                                                const EndpointAddress& way_in) const {
  const auto lock = running_->lock();
  std::optional<net::Barrier> barrier;
  running_->in_loop(running_->first(),
                    [&] { barrier = running_->first().doors().keeps_out(client_ip, way_in); });
  return barrier;
}

std::string Emulator::out() const {
  const auto lock = running_->lock();
  return running_->files().folder;
}

Result<void> Emulator::write_out(const std::string& name, std::string_view content,
                                 Readers readers) {
  const auto lock = running_->lock();
  return running_->out().write(name, content, readers);
}

std::shared_ptr<const model::Topology> Emulator::topology() const {
  const auto lock = running_->lock();
  return running_->topology();
}

std::vector<std::string> Emulator::notes() const {
  const auto lock = running_->lock();
  return running_->notes();
}

std::string Emulator::endpoint_state(const EndpointAddress& endpoint) const {
  const auto now = topology();
  const auto* known = model::Topology::find(now->vpc_endpoints, endpoint.name);
  return known && known->state ? std::string(aws::to_text(*known->state)) : endpoint.state;
}

Counters Emulator::counters() const {
  const auto lock = running_->lock();
  return running_->counters();
}

std::vector<MetricValue> Emulator::metrics() const {
  const auto lock = running_->lock();
  return running_->metrics();
}

std::vector<FlowStatus> Emulator::flows() const {
  const auto lock = running_->lock();
  std::vector<FlowStatus> flows;
  running_->in_each_loop([&](Worker& worker) { worker.add_flows(flows); });
  std::ranges::sort(flows, {}, &FlowStatus::id);
  return flows;
}

std::vector<TargetStatus> Emulator::target_health() const {
  const auto lock = running_->lock();
  if (!running_->started()) return {};
  std::vector<TargetStatus> health;
  Worker& worker = running_->first();
  running_->in_loop(worker, [&] { health = worker.target_health(); });
  return health;
}

std::vector<ApiLine> Emulator::api_lines() const {
  return running_->shared().api_logs.lines();
}

std::vector<DeliveredLog> Emulator::delivered_logs() const {
  const auto lock = running_->lock();
  if (!running_->started() || !running_->shared().logs.delivers()) return {};
  running_->shared().logs.deliver(running_->calendar());
  return running_->shared().logs.delivered();
}

std::vector<ZoneStatus> Emulator::zonal_health() const {
  const auto lock = running_->lock();
  if (!running_->started()) return {};
  std::vector<ZoneStatus> zones;
  Worker& worker = running_->first();
  running_->in_loop(worker, [&] { zones = worker.zonal_health(); });
  return zones;
}

std::vector<std::string> Emulator::resolve(std::string_view name) const {
  return running_->shared().names.resolve(name);
}

std::shared_ptr<const pki::TrustStore> Emulator::trust_store(const std::string& name) const {
  const auto lock = running_->lock();
  return running_->started() ? running_->now().trust_stores.find(name) : nullptr;
}

std::vector<TrustStoreDescription> Emulator::trust_stores() const {
  const auto lock = running_->lock();
  if (!running_->started()) return {};
  std::vector<TrustStoreDescription> all;
  for (const auto& model : running_->topology()->trust_stores) {
    const auto store = running_->now().trust_stores.find(model.name);
    TrustStoreDescription one{model.name, store->ca_count(), store->total_revoked_entries(), {}};
    for (const auto& list : store->revocations()) {
      one.revocations.push_back({list.revocation_id, list.entries, list.issuer});
    }
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<FaultStatus> Emulator::faults() const {
  const auto lock = running_->lock();
  std::vector<FaultStatus> all;
  for (const model::Fault& fault : running_->topology()->faults) all.push_back({fault, {}});
  running_->in_each_loop([&](Worker& worker) {
    for (FaultStatus& one : all) {
      const auto hits = worker.faults().hits(one.fault.name);
      one.hits.insert(one.hits.end(), hits.begin(), hits.end());
    }
  });
  return all;
}

// ---- What was --------------------------------------------------------------------------------

std::vector<EndRecord> Emulator::ends() const {
  return running_->shared().ends.records();
}

void Emulator::forget_ends() {
  running_->shared().ends.forget();
}

void Emulator::on_end(std::function<void(const EndRecord&)> callback) {
  running_->shared().ends.on_end(std::move(callback));
}

void Emulator::on_request(std::function<void(const RequestRecord&)> callback) {
  running_->shared().ends.on_request(std::move(callback));
}

Newer<EndRecord> Emulator::ends_after(std::uint64_t number, std::size_t most) const {
  return running_->shared().ends.after(number, most);
}

Newer<ReceivedRequest> Emulator::requests_after(std::uint64_t number, std::size_t most) const {
  Newer<ReceivedRequest> newer;
  newer.all = running_->shared().requests.after(number, most, newer.missed);
  newer.last = number + newer.missed + newer.all.size();
  return newer;
}

std::pair<std::uint64_t, std::uint64_t> Emulator::newest() const {
  return {running_->shared().ends.newest(), running_->shared().requests.newest()};
}

void Emulator::keep_requests(std::size_t count) {
  running_->shared().requests.keep(count);
}

std::vector<ReceivedRequest> Emulator::requests() const {
  return running_->shared().requests.all();
}

std::uint64_t Emulator::dropped_requests() const {
  return running_->shared().requests.dropped();
}

// ---- Changes ------------------------------------------------------------------------------------

std::string Emulator::connect_door() const {
  const auto lock = running_->lock();
  const auto* door = running_->started() ? running_->first().doors().connect_door() : nullptr;
  return door ? door->address().text() : std::string();
}

void Emulator::accept_at_connect_door(int descriptor) {
  const auto lock = running_->lock();
  running_->in_loop(running_->first(),
                    [&] { running_->first().doors().accept_at_connect_door(descriptor); });
}

Result<Applied> Emulator::apply(model::Topology topology) {
  const auto lock = running_->lock();
  return running_->apply(std::move(topology));
}

Result<Applied> Emulator::apply(const model::Change& change) {
  return apply(std::vector<model::Change>{change});
}

Result<Applied> Emulator::apply(const std::vector<model::Change>& changes) {
  const auto lock = running_->lock();
  return running_->apply(changes);
}

Result<void> Emulator::restore() {
  const auto lock = running_->lock();
  return running_->restore();
}

Result<void> Emulator::modify_trust_store(const std::string& name,
                                          const std::string& ca_bundle_pem) {
  return without_steps(apply(model::ModifyTrustStore{name, ca_bundle_pem}));
}

Result<std::vector<std::int64_t>> Emulator::add_trust_store_revocations(
    const std::string& name, const std::vector<std::string>& crl_pems) {
  const auto lock = running_->lock();
  model::AddTrustStoreRevocations change{name, {}};
  for (const std::string& pem : crl_pems) change.lists.emplace_back(pem);
  auto applied = running_->apply(std::vector<model::Change>{change});
  if (!applied) return applied.failure();
  const auto* store = model::Topology::find(running_->topology()->trust_stores, name);
  std::vector<std::int64_t> ids;
  for (std::size_t i = store->revocations.size() - crl_pems.size(); i < store->revocations.size();
       ++i) {
    ids.push_back(store->revocations[i].revocation_id);
  }
  return ids;
}

Result<void> Emulator::remove_trust_store_revocations(
    const std::string& name, const std::vector<std::int64_t>& revocation_ids) {
  return without_steps(apply(model::RemoveTrustStoreRevocations{name, revocation_ids}));
}

Result<void> Emulator::revoke(const std::string& certificate) {
  return without_steps(apply(model::RevokeCertificate{certificate}));
}

Result<void> Emulator::arm(const std::string& fault) {
  return without_steps(apply(model::ArmFault{fault}));
}

Result<void> Emulator::arm(const model::Fault& fault) {
  const auto now = topology();
  const auto* known = model::Topology::find(now->faults, fault.name);
  if (known && known->armed && running_->started()) {
    return Error{"the fault '" + fault.name + "' is armed already", ErrorCode::conflict};
  }
  model::Fault armed = fault;
  armed.armed = true;
  return without_steps(apply(model::Put<model::Fault>{armed}));
}

Result<void> Emulator::disarm(const std::string& fault) {
  return without_steps(apply(model::DisarmFault{fault}));
}

Result<void> Emulator::set_endpoint_state(const std::string& vpc_endpoint,
                                          model::EndpointState state) {
  return without_steps(apply(model::SetEndpointState{vpc_endpoint, state}));
}

Result<void> Emulator::deregister_target(const std::string& target_group,
                                         const std::string& target) {
  return without_steps(apply(model::DeregisterTarget{{target_group, target, {}}}));
}

Result<void> Emulator::register_target(const std::string& target_group, const std::string& target) {
  return without_steps(apply(model::RegisterTarget{{target_group, target, {}}}));
}

Result<void> Emulator::set_target_health(const std::string& target_group, const std::string& target,
                                         const std::optional<std::string>& state) {
  if (state && *state != "healthy" && *state != "unhealthy") {
    return Error{"state '" + *state + "': it takes healthy or unhealthy"};
  }
  model::SetTargetHealth change{{target_group, target, {}}, {}};
  if (state) change.healthy = *state == "healthy";
  return without_steps(apply(change));
}

Result<void> Emulator::set_weight(const std::string& load_balancer, std::uint16_t port,
                                  const std::string& target_group, int weight) {
  return without_steps(apply(model::SetWeight{load_balancer, port, target_group, weight}));
}

Result<void> Emulator::set_syn_answer(const std::string& service, model::SynAnswer answer) {
  return without_steps(apply(model::SetSynAnswer{service, answer}));
}

// ---- Time ---------------------------------------------------------------------------------------

ClockSettings Emulator::clock() const {
  const auto lock = running_->lock();
  if (!running_->started()) return running_->shared().options.clock;
  ClockSettings settings;
  Worker& worker = running_->first();
  running_->in_loop(worker, [&] {
    Clock& clock = worker.loop().clock();
    settings = {clock.mode(), clock.scale(), clock.calendar()};
  });
  return settings;
}

Result<void> Emulator::set_clock(const ClockSettings& settings) {
  const auto lock = running_->lock();
  return running_->set_clock(settings);
}

Time Emulator::now() const {
  const auto lock = running_->lock();
  return running_->calendar();
}

void Emulator::advance(Duration step) {
  const auto lock = running_->lock();
  Worker& worker = running_->first();
  assert(worker.loop().clock().mode() == Clock::Mode::stepped);
  running_->in_loop(worker, [&] { worker.loop().advance(step); });
}

}  // namespace hoplab
