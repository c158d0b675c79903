#include "topology/emulator_impl.h"

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <future>
#include <random>
#include <thread>

#include "model/ids.h"
#include "model/validate.h"
#include "topology/listener_tls.h"

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

}  // namespace

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
  const Time start = shared.options.clock.start.value_or(Clock().now());
  auto materials = topology::Materials::mint(shared.topology, start);
  if (!materials) return Error{materials.error()};
  shared.materials = std::move(materials).value();
  auto trust_stores =
      topology::TrustStores::build(shared.topology, *shared.materials, epoch_seconds(start));
  if (!trust_stores) return Error{trust_stores.error()};
  shared.trust_stores = std::move(trust_stores).value();
  auto contexts =
      topology::listener_contexts(shared.topology, *shared.materials, shared.trust_stores);
  if (!contexts) return Error{contexts.error()};
  shared.tls_contexts = std::move(contexts).value();
  notes = topology::security_policy_notes(shared.topology);
  auto api = aws::ExecuteApi::build(shared.topology);
  if (!api) return Error{api.error()};
  shared.execute_api = std::move(api).value();
  for (const auto& service : shared.topology.services) {
    if (service.address.empty()) continue;
    auto address = net::parse_address(service.address);
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
  if (auto allowed = topology::check_clock(shared.options.clock, shared.options.threads);
      !allowed) {
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
    // At once: stand-ins live in the first loop, and the others' health checks ask them.
    threads.emplace_back([&worker] { worker->loop().run(); });
  }
  return {};
}

Result<void> Emulator::Impl::open_logs() {
  const EmulatorOptions& options = shared.options;
  if (!options.connection_log.empty()) {
    auto file = topology::LineFile::open(options.connection_log);
    if (!file) return Error{file.error()};
    shared.connection_log = std::make_unique<topology::ConnectionLogFile>(std::move(file).value());
  }
  if (!options.access_log.empty()) {
    auto file = topology::LineFile::open(options.access_log);
    if (!file) return Error{file.error()};
    shared.access_log = std::make_unique<topology::TlsAccessLogFile>(std::move(file).value());
  }
  if (!options.log_bucket.empty()) {
    auto archive = topology::ConnectionLogArchive::open(
        {options.log_bucket, kLoadBalancerAccount, shared.topology.region}, shared.seed);
    if (!archive) return Error{archive.error()};
    shared.log_archive = std::move(archive).value();
  }
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
    const auto* certificate =
        model::Topology::find(shared.topology.pki.certificates, listener.certificates.front());
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
    mistakes += model::to_text(problem) + "\n";
  }
  if (!mistakes.empty()) return Error{mistakes};
  return Emulator(std::make_unique<Impl>(std::move(topology), std::move(options)));
}

Result<void> Emulator::start() {
  auto started = impl_->start();
  if (!started) impl_->stop();
  return started;
}

void Emulator::stop() {
  impl_->stop();
}

/// Whether a client at the first listener speaks TLS: behind TCP that is for the targets to say.
bool Emulator::Impl::speaks_tls(const model::LoadBalancer& balancer) const {
  const model::Topology& topology = shared.topology;
  const model::Listener& listener = balancer.listeners.front();
  if (listener.protocol != "TCP") return listener.ends_tls();
  for (const auto& weighted : listener.default_action.target_groups) {
    const auto* group = model::Topology::find(topology.target_groups, weighted.target_group);
    if (!group || group->targets.empty()) continue;
    const model::Target& target = group->targets.front();
    if (const auto* alb = model::Topology::find(topology.load_balancers, target.load_balancer)) {
      const auto behind = std::ranges::find(alb->listeners, group->port, &model::Listener::port);
      return behind == alb->listeners.end() || behind->ends_tls();
    }
    const auto* service = model::Topology::find(topology.services, target.service);
    const bool stand_in = service && service->address.empty();
    return !stand_in && group->health_check.protocol != "HTTP";
  }
  return true;
}

std::string Emulator::url() const {
  const model::Topology& topology = impl_->shared.topology;
  const EndpointAddress& entry = impl_->endpoints.front();
  const auto* balancer = model::Topology::find(topology.load_balancers, entry.name);
  if (!balancer) {
    const auto* endpoint = model::Topology::find(topology.vpc_endpoints, entry.name);
    const auto* service =
        model::Topology::find(topology.vpc_endpoint_services, endpoint->service_name);
    balancer = model::Topology::find(topology.load_balancers, service->network_load_balancer);
  }
  return (impl_->speaks_tls(*balancer) ? "https://" : "http://") + entry.dns_name + ":" +
         std::to_string(entry.port);
}

const std::vector<EndpointAddress>& Emulator::endpoints() const {
  return impl_->endpoints;
}
const std::map<std::string, CertificatePaths>& Emulator::certificates() const {
  return impl_->certificates;
}
const std::string& Emulator::ca_bundle() const {
  return impl_->folder.ca_bundle;
}
const std::string& Emulator::out() const {
  return impl_->folder.path;
}
const model::Topology& Emulator::topology() const {
  return impl_->shared.topology;
}

const std::vector<std::string>& Emulator::notes() const {
  return impl_->notes;
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

std::vector<FlowStatus> Emulator::flows() const {
  std::vector<FlowStatus> flows;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->add_flows(flows); });
  }
  std::ranges::sort(flows, {}, &FlowStatus::id);
  return flows;
}

std::vector<MetricValue> Emulator::metrics() const {
  topology::MetricSources sources;
  for (const auto& worker : impl_->workers) {
    impl_->run_in_loop(*worker, [&] { worker->add_to(sources); });
  }
  for (const auto& api : impl_->shared.topology.rest_apis) {
    if (const auto* traffic = impl_->shared.execute_api->traffic(api.name)) {
      sources.rest_apis[api.name] = {traffic->requests(), traffic->errors_4xx, traffic->errors_5xx};
    }
  }
  return topology::metrics_of(impl_->shared.topology, impl_->shared.hops, sources);
}

std::vector<TargetStatus> Emulator::target_health() const {
  std::vector<TargetStatus> health;
  Worker& worker = *impl_->workers.front();
  impl_->run_in_loop(worker, [&] { health = worker.target_health(); });
  return health;
}

std::vector<EndRecord> Emulator::ends() const {
  return impl_->shared.ends.records();
}

void Emulator::forget_ends() {
  impl_->shared.ends.forget();
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

}  // namespace hoplab
