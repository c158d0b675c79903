#include "topology/emulator.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <filesystem>
#include <future>
#include <random>
#include <thread>

#include "model/ids.h"
#include "model/validate.h"
#include "topology/listener_tls.h"
#include "topology/worker.h"

namespace hoplab {

using topology::Shared;
using topology::Worker;

namespace {

constexpr unsigned kAddressAttempts = 16;

/// The scenario's default account, which its load balancers are in.
constexpr const char* kLoadBalancerAccount = "111111111111";

std::uint64_t fresh_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

Result<std::string> temporary_folder() {
  std::string path = (std::filesystem::temp_directory_path() / "hoplab-XXXXXX").string();
  if (!::mkdtemp(path.data())) return Error{"cannot make a temporary folder"};
  return path;
}

/// "host:port"; the port stands behind the last colon.
Result<net::Address> parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  net::Address address;
  if (colon == std::string::npos || colon == 0) return Error{"'" + text + "' is not host:port"};
  address.ip = text.substr(0, colon);
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, address.port);
  if (parsed.ec != std::errc() || parsed.ptr != end || address.port == 0) {
    return Error{"'" + text + "' is not host:port with a port from 1 to 65535"};
  }
  return address;
}

/// What a topology that was built in code may leave out.
void fill_defaults(model::Topology& topology) {
  const std::string zone = topology.region + "a";
  for (auto& endpoint : topology.vpc_endpoints) {
    if (endpoint.availability_zones.empty()) endpoint.availability_zones = {zone};
    if (endpoint.id.empty()) endpoint.id = model::derived_vpc_endpoint_id(endpoint.name);
    if (endpoint.vpc_id.empty()) endpoint.vpc_id = model::derived_vpc_id(endpoint.account);
  }
  for (auto& balancer : topology.load_balancers) {
    if (balancer.availability_zones.empty()) balancer.availability_zones = {zone};
  }
  for (auto& api : topology.rest_apis) {
    if (api.id.empty()) api.id = model::derived_rest_api_id(api.name);
  }
}

Result<void> check_clock(const ClockSettings& settings, unsigned threads) {
  if (threads > 1 && settings.mode == Clock::Mode::stepped) {
    return Error{"a stepped clock has one thread: steps would not be in order otherwise"};
  }
  return {};
}

}  // namespace

struct Emulator::Impl {
  explicit Impl(model::Topology topology, EmulatorOptions options)
      : shared(std::move(topology), std::move(options)) {}

  Result<void> start();
  void stop();

  Result<void> prepare();
  Result<void> open_logs();
  Result<void> open_doors();
  Result<void> spread_trust_store(const std::string& name);
  void name_hops();
  void list_endpoints();
  [[nodiscard]] std::string entry_name(const EndpointAddress& endpoint) const;
  void run_in_loop(Worker& worker, const std::function<void()>& work) const;

  Shared shared;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::thread> threads;
  topology::OutputFolder folder;
  std::map<std::string, CertificatePaths> certificates;
  std::vector<EndpointAddress> endpoints;
  std::vector<std::string> notes;
  bool temporary = false;  // the folder is ours to remove
};

void Emulator::Impl::name_hops() {
  for (const auto& endpoint : shared.topology.vpc_endpoints) {
    shared.hops[endpoint.name] = {endpoint.execute_api() ? "execute-api" : "vpc-endpoint",
                                  endpoint.name};
  }
  for (const auto& balancer : shared.topology.load_balancers) {
    const bool network = balancer.type == model::LoadBalancerType::network;
    shared.hops[balancer.name] = {network ? "network-load-balancer" : "application-load-balancer",
                                  balancer.name};
  }
  for (const auto& service : shared.topology.services) {
    shared.hops[service.name] = {"service", service.name};
  }
}

Result<void> Emulator::Impl::prepare() {
  name_hops();
  shared.seed = shared.options.seed ? shared.options.seed : fresh_seed();
  Clock clock;  // what the workers' clocks will start from
  auto materials =
      topology::Materials::mint(shared.topology, shared.options.clock.start.value_or(clock.now()));
  if (!materials) return Error{materials.error()};
  shared.materials = std::move(materials).value();
  const auto start = epoch_seconds(shared.options.clock.start.value_or(clock.now()));
  auto trust_stores = topology::TrustStores::build(shared.topology, *shared.materials, start);
  if (!trust_stores) return Error{trust_stores.error()};
  shared.trust_stores = std::move(trust_stores).value();
  auto contexts =
      topology::listener_contexts(shared.topology, *shared.materials, shared.trust_stores);
  if (!contexts) return Error{contexts.error()};
  shared.tls_contexts = std::move(contexts).value();
  notes = topology::security_policy_notes(shared.topology);
  auto api = apigateway::ExecuteApi::build(shared.topology);
  if (!api) return Error{api.error()};
  shared.execute_api = std::move(api).value();
  for (const auto& service : shared.topology.services) {
    if (service.address.empty()) continue;
    auto address = parse_address(service.address);
    if (!address) return Error{"service '" + service.name + "': " + address.error()};
    shared.services[service.name] = std::move(address).value();
  }
  return {};
}

/// Builds the workers and binds their ports; on a taken port, once more at other addresses.
Result<void> Emulator::Impl::open_doors() {
  std::string error;
  for (unsigned attempt = 0; attempt < kAddressAttempts; ++attempt) {
    shared.addresses.emplace(shared.topology, attempt);
    workers.clear();
    for (unsigned i = 0; i < shared.options.threads; ++i) {
      auto worker = Worker::build(shared, i);
      if (!worker) return Error{worker.error()};
      auto bound = worker.value()->listen(i == 0 ? nullptr : workers.front().get());
      error = bound.error();
      if (!bound) break;
      workers.push_back(std::move(worker).value());
    }
    if (error.empty()) return {};
  }
  return Error{error};
}

Result<void> Emulator::Impl::start() {
  assert(workers.empty() && "an emulator starts once");
  if (shared.options.threads == 0) return Error{"an emulator needs at least one thread"};
  if (auto allowed = check_clock(shared.options.clock, shared.options.threads); !allowed) {
    return allowed;
  }
  if (auto done = prepare(); !done) return done;
  if (shared.options.out.empty()) {
    auto made = temporary_folder();
    if (!made) return Error{made.error()};
    shared.options.out = std::move(made).value();
    temporary = true;
  }
  auto written = topology::write_files(*shared.materials, shared.topology, shared.options.out);
  if (!written) return Error{written.error()};
  folder = std::move(written).value();
  for (const auto& [name, files] : folder.certificates) {
    certificates[name] = {files.cert, files.key, files.p12};
  }
  if (auto done = open_logs(); !done) return done;
  if (auto done = open_doors(); !done) return done;
  list_endpoints();
  for (auto& worker : workers) {
    TaskGroup settling;
    settling.spawn(worker->settle());
    worker->loop().run_until([&settling] { return settling.running() == 0; });
    worker->open();
  }
  for (auto& worker : workers) threads.emplace_back([&worker] { worker->loop().run(); });
  return {};
}

Result<void> Emulator::Impl::open_logs() {
  const EmulatorOptions& options = shared.options;
  if (!options.connection_log.empty()) {
    auto log = topology::ConnectionLogFile::open(options.connection_log);
    if (!log) return Error{log.error()};
    shared.connection_log = std::move(log).value();
  }
  if (!options.log_bucket.empty()) {
    auto archive = topology::ConnectionLogArchive::open(
        {options.log_bucket, kLoadBalancerAccount, shared.topology.region}, shared.seed);
    if (!archive) return Error{archive.error()};
    shared.log_archive = std::move(archive).value();
  }
  return {};
}

/// After `name` has changed: new contexts where its CAs are advertised, then every loop's listeners.
Result<void> Emulator::Impl::spread_trust_store(const std::string& name) {
  for (const auto& balancer : shared.topology.load_balancers) {
    for (const auto& listener : balancer.listeners) {
      const auto& mutual = listener.mutual_authentication;
      if (mutual.trust_store != name || !mutual.advertise_trust_store_ca_names) continue;
      auto context =
          topology::listener_context(balancer, listener, *shared.materials, shared.trust_stores);
      if (!context) return Error{context.error()};
      shared.tls_contexts.insert_or_assign(topology::listener_key(balancer.name, listener.port),
                                           std::move(context).value());
    }
  }
  for (const auto& worker : workers) run_in_loop(*worker, [&] { worker->use_trust_store(name); });
  return {};
}

void Emulator::Impl::stop() {
  for (std::size_t i = 0; i < threads.size(); ++i) {
    Loop& loop = workers[i]->loop();
    loop.post([&loop] { loop.stop(); });
  }
  for (auto& thread : threads) thread.join();
  threads.clear();
  for (auto& worker : workers) {
    worker->begin_stop();
    while (!worker->quiet()) {
      if (!worker->loop().poll()) worker->loop().shut_down();
    }
    while (worker->loop().poll()) {  // what the reactor still holds of closed sockets
    }
  }
  shared.log_archive.reset();  // delivers
  if (temporary) {
    std::error_code ignored;
    std::filesystem::remove_all(folder.path, ignored);
    temporary = false;
  }
}

/// The name that clients use for a way in: a load balancer's certificate names it, as DNS would.
std::string Emulator::Impl::entry_name(const EndpointAddress& endpoint) const {
  const auto* balancer = model::Topology::find(shared.topology.load_balancers, endpoint.name);
  if (!balancer) return endpoint.dns_name;
  for (const auto& listener : balancer->listeners) {
    if (listener.certificates.empty()) continue;
    const auto* certificate = model::Topology::find(shared.topology.pki.certificates,
                                                    listener.certificates.front());
    if (certificate && !certificate->dns_names.empty()) return certificate->dns_names.front();
  }
  return endpoint.dns_name;
}

void Emulator::Impl::list_endpoints() {
  for (const bool entry : {true, false}) {
    for (const auto& doorway : workers.front()->doorways()) {
      if ((doorway.endpoint.name == shared.topology.entry) != entry) continue;
      endpoints.push_back(doorway.endpoint);
      if (entry) endpoints.back().dns_name = entry_name(doorway.endpoint);
    }
  }
}

void Emulator::Impl::run_in_loop(Worker& worker, const std::function<void()>& work) const {
  if (threads.empty()) return work();
  std::promise<void> done;
  worker.loop().post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

Emulator::Emulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Emulator::Emulator(Emulator&&) noexcept = default;
Emulator& Emulator::operator=(Emulator&& other) noexcept {
  if (impl_ && this != &other) impl_->stop();
  impl_ = std::move(other.impl_);
  return *this;
}
Emulator::~Emulator() {
  if (impl_) impl_->stop();
}

Result<Emulator> Emulator::from_topology(model::Topology topology, EmulatorOptions options) {
  fill_defaults(topology);
  std::string mistakes;
  for (const model::Problem& problem : model::validate(topology)) {
    mistakes += problem.path + ": " + (problem.found.empty() ? "" : "found " + problem.found + "; ") +
                problem.rule + "\n";
  }
  if (!mistakes.empty()) return Error{mistakes};
  return Emulator(std::make_unique<Impl>(std::move(topology), std::move(options)));
}

Result<void> Emulator::start() {
  auto started = impl_->start();
  if (!started) impl_->stop();
  return started;
}

void Emulator::stop() { impl_->stop(); }

std::string Emulator::url() const {
  const EndpointAddress& entry = impl_->endpoints.front();
  const auto* balancer = model::Topology::find(impl_->shared.topology.load_balancers, entry.name);
  const bool plain = balancer && balancer->listeners.front().protocol == "HTTP";
  return (plain ? "http://" : "https://") + entry.dns_name + ":" + std::to_string(entry.port);
}

const std::vector<EndpointAddress>& Emulator::endpoints() const { return impl_->endpoints; }
const std::map<std::string, CertificatePaths>& Emulator::certificates() const {
  return impl_->certificates;
}
const std::string& Emulator::ca_bundle() const { return impl_->folder.ca_bundle; }
const std::string& Emulator::out() const { return impl_->folder.path; }
const model::Topology& Emulator::topology() const { return impl_->shared.topology; }

const std::vector<std::string>& Emulator::notes() const { return impl_->notes; }

std::vector<TrustStoreDescription> Emulator::trust_stores() const {
  std::vector<TrustStoreDescription> all;
  for (const std::string& name : impl_->shared.trust_stores.names()) {
    const auto store = impl_->shared.trust_stores.find(name);
    TrustStoreDescription one{name, store->ca_count(), store->total_revoked_entries(), {}};
    for (const auto& list : store->revocations()) {
      one.revocations.push_back({list.revocation_id, list.entries, list.issuer});
    }
    all.push_back(std::move(one));
  }
  return all;
}

Result<void> Emulator::modify_trust_store(const std::string& name,
                                          const std::string& ca_bundle_pem) {
  auto done = impl_->shared.trust_stores.modify(name, ca_bundle_pem);
  return done ? impl_->spread_trust_store(name) : done;
}

Result<std::vector<std::int64_t>> Emulator::add_trust_store_revocations(
    const std::string& name, const std::vector<std::string>& crl_pems) {
  auto ids = impl_->shared.trust_stores.add_revocations(name, crl_pems);
  if (!ids) return ids;
  if (auto spread = impl_->spread_trust_store(name); !spread) return Error{spread.error()};
  return ids;
}

Result<void> Emulator::remove_trust_store_revocations(
    const std::string& name, const std::vector<std::int64_t>& revocation_ids) {
  auto done = impl_->shared.trust_stores.remove_revocations(name, revocation_ids);
  return done ? impl_->spread_trust_store(name) : done;
}

Result<void> Emulator::revoke(const std::string& certificate) {
  Shared& shared = impl_->shared;
  auto& certificates = shared.topology.pki.certificates;
  const auto found = std::ranges::find(certificates, certificate, &model::Certificate::name);
  if (found == certificates.end()) {
    return Error{"there is no certificate '" + certificate + "' in the scenario"};
  }
  if (found->issuer.empty()) {
    return Error{"'" + certificate + "' is self-signed: no authority could revoke it"};
  }
  found->revoked = true;
  auto crl = shared.materials->crl_of(found->issuer, shared.topology.pki, epoch_seconds(now()));
  if (!crl) return Error{crl.error()};
  bool known = false;
  for (const auto& store : shared.topology.trust_stores) {
    if (std::ranges::find(store.ca_certificates, found->issuer) == store.ca_certificates.end()) {
      continue;
    }
    known = true;
    auto renewed = shared.trust_stores.renew_list(store.name, found->issuer, crl.value());
    if (!renewed) return renewed;
    if (auto spread = impl_->spread_trust_store(store.name); !spread) return spread;
  }
  if (known) return {};
  return Error{"no trust store has '" + found->issuer + "', the authority of '" + certificate +
               "', so its list would not be looked at"};
}

Result<void> Emulator::arm(const std::string& name) {
  const auto* fault = model::Topology::find(impl_->shared.topology.faults, name);
  if (!fault) return Error{"there is no fault '" + name + "' in the scenario"};
  const model::Fault copy = *fault;
  return arm(copy);
}

Result<void> Emulator::arm(const model::Fault& fault) {
  auto& faults = impl_->shared.topology.faults;
  auto known = std::ranges::find(faults, fault.name, &model::Fault::name);
  if (known != faults.end() && known->armed && !impl_->workers.empty()) {
    return Error{"the fault '" + fault.name + "' is armed already"};
  }
  for (const model::Problem& problem : model::validate(impl_->shared.topology, fault)) {
    return Error{problem.path + ": " + (problem.found.empty() ? "" : "found " + problem.found + "; ") +
                 problem.rule};
  }
  if (known == faults.end()) known = faults.insert(faults.end(), fault);
  *known = fault;
  known->armed = true;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->arm(*known); });
  }
  return {};
}

Result<void> Emulator::disarm(const std::string& name) {
  auto& faults = impl_->shared.topology.faults;
  const auto known = std::ranges::find(faults, name, &model::Fault::name);
  if (known == faults.end() || !known->armed) return Error{"no fault '" + name + "' is armed"};
  known->armed = false;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->disarm(name); });
  }
  return {};
}

std::vector<FaultStatus> Emulator::faults() const {
  std::vector<FaultStatus> all;
  for (const model::Fault& fault : impl_->shared.topology.faults) all.push_back({fault, {}});
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] {
      for (FaultStatus& one : all) {
        const auto hits = worker->hits(one.fault.name);
        one.hits.insert(one.hits.end(), hits.begin(), hits.end());
      }
    });
  }
  return all;
}

Counters Emulator::counters() const {
  Counters counters;
  for (const auto& worker : impl_->workers) {
    counters.requests += worker->requests();
    counters.flows += worker->flows();
  }
  const std::uint64_t ended = impl_->shared.ends.flows();
  counters.live_flows = counters.flows > ended ? counters.flows - ended : 0;
  for (const auto& api : impl_->shared.topology.rest_apis) {
    const auto* traffic = impl_->shared.execute_api->traffic(api.name);
    counters.api_requests[api.name] = traffic ? traffic->requests() : 0;
  }
  counters.ends = impl_->shared.ends.by_reason();
  return counters;
}

std::vector<TargetStatus> Emulator::target_health() const {
  std::vector<TargetStatus> health;
  Worker& worker = *impl_->workers.front();
  impl_->run_in_loop(worker, [&] { health = worker.target_health(); });
  return health;
}

std::vector<EndRecord> Emulator::ends() const { return impl_->shared.ends.records(); }

void Emulator::forget_ends() { impl_->shared.ends.forget(); }

Result<void> Emulator::set_target_health(const std::string& target_group,
                                         const std::string& target,
                                         const std::optional<std::string>& state) {
  if (state && *state != "healthy" && *state != "unhealthy") {
    return Error{"state '" + *state + "': it takes healthy or unhealthy"};
  }
  bool found = false;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker,
                       [&] { found = worker->set_target_health(target_group, target, state); });
  }
  if (found) return {};
  return Error{"there is no target '" + target + "' in a target group '" + target_group + "'"};
}

ClockSettings Emulator::clock() const {
  ClockSettings settings;
  Worker& worker = *impl_->workers.front();
  impl_->run_in_loop(worker, [&] {
    Clock& clock = worker.loop().clock();
    settings = {clock.mode(), clock.scale(), clock.now()};
  });
  return settings;
}

Result<void> Emulator::set_clock(const ClockSettings& settings) {
  if (auto allowed = check_clock(settings, impl_->shared.options.threads); !allowed) return allowed;
  const Time at = settings.start.value_or(now());
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->set_clock(settings.mode, settings.scale, at); });
  }
  return {};
}

void Emulator::on_end(std::function<void(const EndRecord&)> callback) {
  impl_->shared.ends.on_end(std::move(callback));
}

void Emulator::capture_api_requests(bool on) {
  for (const auto& api : impl_->shared.topology.rest_apis) {
    if (auto* traffic = impl_->shared.execute_api->traffic(api.name)) traffic->capture.set_on(on);
  }
}

std::vector<ApiRequest> Emulator::api_requests(const std::string& api) const {
  std::vector<ApiRequest> requests;
  const auto* traffic = impl_->shared.execute_api->traffic(api);
  if (!traffic) return requests;
  for (auto& captured : traffic->capture.last()) {
    requests.push_back({captured.method, captured.target, captured.source_ip, captured.headers});
  }
  return requests;
}

Time Emulator::now() const {
  Time now;
  Worker& worker = *impl_->workers.front();
  impl_->run_in_loop(worker, [&] { now = worker.loop().now(); });
  return now;
}

void Emulator::advance(Duration step) {
  Worker& worker = *impl_->workers.front();
  assert(worker.loop().clock().mode() == Clock::Mode::stepped);
  impl_->run_in_loop(worker, [&] { worker.loop().advance(step); });
}

}  // namespace hoplab
