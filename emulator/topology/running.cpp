#include "topology/running.h"

#include <algorithm>
#include <cassert>
#include <future>
#include <random>
#include <set>

#include "model/complete.h"
#include "model/validate.h"
#include "topology/entry_names.h"
#include "topology/notes.h"
#include "topology/own_certificates.h"

namespace hoplab::topology {

namespace {

constexpr unsigned kAddressAttempts = 16;  // on this machine

std::uint64_t fresh_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

Result<void> check_clock(const ClockSettings& settings, unsigned threads) {
  if (threads > 1 && settings.mode == Clock::Mode::stepped) {
    return Error{"a stepped clock has one thread: steps would not be in order otherwise",
                 ErrorCode::conflict};
  }
  return {};
}

/// What is counted now, and not since the start.
bool is_gauge(const std::string& metric) {
  static const std::set<std::string, std::less<>> kGauges{
      "ActiveFlowCount",     "ActiveConnectionCount", "HealthyHostCount", "UnHealthyHostCount",
      "ActiveConnections",   "EndpointsCount",        "HealthyStateDNS",  "UnhealthyStateDNS",
      "HealthyStateRouting", "UnhealthyStateRouting", "ZonalHealthStatus"};
  return kGauges.contains(metric);
}

MetricSources::Api measured(std::uint64_t requests, const aws::Measured& sums) {
  constexpr std::uint64_t kMicroseconds = 1000;
  return {requests, sums.errors_4xx, sums.errors_5xx, sums.latency / kMicroseconds,
          sums.integration_latency / kMicroseconds};
}

std::uint64_t less(std::uint64_t all, std::uint64_t before) {
  return all > before ? all - before : 0;
}

}  // namespace

Result<void> make_whole(model::Topology& topology) {
  model::complete(topology);
  std::string mistakes;
  const auto add = [&mistakes](const std::vector<model::Problem>& problems) {
    for (const model::Problem& one : problems) {
      mistakes += (mistakes.empty() ? "" : "\n") + model::to_text(one);
    }
  };
  add(read_own_certificates(topology));
  add(model::validate(topology));
  if (!mistakes.empty()) return Error{mistakes};
  return {};
}

Running::Running(model::Topology topology, EmulatorOptions options)
    : shared_(std::move(options)),
      first_topology_(std::make_shared<const model::Topology>(std::move(topology))) {}

Result<void> Running::start() {
  assert(workers_.empty() && "an emulator starts once");
  EmulatorOptions& options = shared_.options;
  if (options.threads == 0) return Error{"an emulator needs at least one thread"};
  if (auto allowed = check_clock(options.clock, options.threads); !allowed) return allowed;
  shared_.ends.use_clock(options.clock.mode);
  shared_.seed = options.seed ? options.seed : fresh_seed();
  auto out = options.out.empty() ? OutFolder::make() : OutFolder::open(options.out, options.force);
  if (!out) return out.failure();
  out_.emplace(std::move(out).value());
  remembered_.minted.folder = options.pki;
  auto opened = shared_.logs.open(shared_.options, first_topology_->region, shared_.seed);
  if (!opened) return opened;
  if (auto done = shared_.api_logs.open(options); !done) return done;
  if (!options.capture.empty()) {
    auto file = capture::Capture::open(options.capture);
    if (!file) return file.failure();
    shared_.capture = std::move(file).value();
    remembered_.key_log = shared_.capture;
  }
  if (auto done = first_doors(); !done) return done;
  for (auto& worker : workers_) worker->take(now_);
  if (options.connect_door) {
    if (auto done = first().doors().open_connect_door(); !done) return done;
  }
  list_endpoints();
  for (auto& worker : workers_) {
    if (auto done = settle(*worker); !done) return done;
    worker->start();
    // At once: stand-ins live in the first loop, and the others' health checks ask them.
    threads_.emplace_back([&worker] { worker->loop().run(); });
  }
  return {};
}

Result<void> Running::settle(Worker& worker) {
  Loop& loop = worker.loop();
  TaskGroup settling;
  settling.spawn(worker.settle());
  settling_ = &loop;
  loop.run_until([&] { return settling.running() == 0 || interrupted_; });
  settling_ = nullptr;
  if (!interrupted_) return {};
  worker.begin_stop();
  loop.run_until([&] {
    loop.shut_down();
    return settling.running() == 0;
  });
  return Error{"stopped while starting", ErrorCode::unavailable};
}

void Running::interrupt() {
  interrupted_ = true;
  if (Loop* const loop = settling_) loop->post([] {});
}

/// Prepares the first topology and binds its ports; on a taken port, once more at other addresses.
Result<void> Running::first_doors() {
  const Time now = shared_.options.clock.start.value_or(Clock().calendar());
  Error error;
  for (unsigned attempt = 0; attempt < kAddressAttempts; ++attempt) {
    auto prepared = prepare(first_topology_, nullptr, remembered_, shared_.options, now, attempt);
    if (!prepared) return prepared.failure();
    workers_.clear();
    remembered_.ports.clear();
    for (unsigned i = 0; i < shared_.options.threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(shared_, i));
    }
    auto opened = open_all(std::move(prepared).value());
    if (opened) {
      if (auto done = write_files(*opened.value()); !done) return done;
      now_ = std::move(opened).value();
      notes_ = notes_of(*now_);
      return {};
    }
    error = opened.failure();
    if (shared_.options.vpc) break;  // nobody else is there
  }
  workers_.clear();
  return error;
}

/// What can still fail: sockets. After an error none is open that was not before.
Result<std::shared_ptr<Prepared>> Running::open_all(std::shared_ptr<Prepared> prepared) {
  Result<void> done;
  for (const auto& worker : workers_) {
    in_loop(*worker, [&] { done = worker->open(*prepared, remembered_); });
    if (!done) break;
  }
  if (done) return prepared;
  for (const auto& worker : workers_) in_loop(*worker, [&] { worker->discard(); });
  return done.failure();
}

Result<void> Running::write_files(const Prepared& prepared) {
  auto written = topology::write_files(prepared.materials, *prepared.topology, *out_,
                                       now_ ? &now_->materials : nullptr);
  if (!written) {
    if (!now_) out_->take_away();
    return written.failure();
  }
  files_ = std::move(written).value();
  return {};
}

Result<Applied> Running::apply(model::Topology topology) {
  if (auto whole = make_whole(topology); !whole) return whole.failure();
  auto next = std::make_shared<const model::Topology>(std::move(topology));
  if (!started()) {
    Applied applied{plan(*first_topology_, *next)};
    first_topology_ = std::move(next);
    return applied;
  }
  auto prepared = prepare(next, now_.get(), remembered_, shared_.options, calendar(), 0);
  if (!prepared) return prepared.failure();
  const std::size_t entries_read = prepared.value()->trust_stores.entries_read();
  auto opened = open_all(std::move(prepared).value());
  if (!opened) return opened.failure();
  if (auto done = write_files(*opened.value()); !done) {
    in_each_loop([](Worker& worker) { worker.discard(); });
    return done.failure();
  }
  Applied applied{plan(*now_->topology, *next)};
  now_ = std::move(opened).value();
  in_each_loop([this](Worker& worker) { worker.take(now_); });
  list_endpoints();
  notes_ = notes_of(*now_);
  give_back_memory(entries_read);
  return applied;
}

Result<Applied> Running::apply(const std::vector<model::Change>& changes) {
  model::Topology next = *topology();
  bool takes_away = false;
  for (model::Change change : changes) {
    const auto find = [this](auto& one) {
      if constexpr (requires { find_by_address(one); }) find_by_address(one);
    };
    std::visit(find, change);
    auto done = model::changed(next, change);
    if (!done) return done.failure();
    next = std::move(done).value();
    takes_away |= model::takes_away(change);
  }
  auto applied = apply(std::move(next));
  // Who takes something away that is still named meets the rules of those who name it.
  if (!applied && takes_away && applied.failure().code == ErrorCode::invalid) {
    return Error{applied.error(), ErrorCode::in_use};
  }
  return applied;
}

Result<void> Running::restore() {
  if (!started()) return {};
  if (auto done = apply(*first_topology_); !done) return done.failure();
  if (auto done = set_clock(shared_.options.clock); !done) return done;
  shared_.ends.forget();
  in_each_loop([](Worker& worker) { worker.faults().forget(); });
  shared_.requests.forget();
  counters_before_ = all_counters();
  counters_before_.flows -= counters_before_.live_flows;  // their ends are still to come
  metrics_before_ = all_metrics();
  return {};
}

Result<void> Running::set_clock(const ClockSettings& settings) {
  if (auto allowed = check_clock(settings, shared_.options.threads); !allowed) return allowed;
  if (!started()) shared_.options.clock = settings;
  in_each_loop([&](Worker& worker) { worker.set_clock(settings); });
  shared_.ends.use_clock(settings.mode);
  return {};
}

/// Says in its place which one it is, where somebody names a target by its address.
void Running::find_by_address(model::TargetName& target) const {
  if (!started()) return;
  const auto group = first().components().target_groups.find(target.target_group);
  if (!group) return;
  const auto& targets = group->model().targets;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (group->targets()[i]->id() != target.target || targets[i].name() == target.target) continue;
    target.target = targets[i].name();
    target.availability_zone = targets[i].availability_zone;
    return;
  }
}

void Running::stop() {
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Loop& loop = workers_[i]->loop();
    loop.post([&loop] { loop.stop(); });
  }
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  for (auto& worker : workers_) {
    worker->begin_stop();
    while (!worker->quiet()) {
      if (!worker->loop().poll()) worker->loop().shut_down();
    }
    while (worker->loop().poll()) {  // what the reactor still holds of closed sockets
    }
  }
  if (shared_.capture) {
    for (auto& worker : workers_) worker->write_capture();
    (void)shared_.capture->go_on_in("", calendar());
  }
  shared_.logs.close();
  out_.reset();
}

/// The entries first, in their order, under the names that clients call them by.
void Running::list_endpoints() {
  const model::Topology& topology = *now_->topology;
  std::vector<EndpointAddress> all = first().doors().endpoints();
  for (EndpointAddress& endpoint : all) {
    endpoint.client_name = client_name(topology, endpoint);
    endpoint.tls = speaks_tls(topology, endpoint);
    endpoint.names = names_of(topology, endpoint);
  }
  endpoints_.clear();
  for (const std::string& entry : topology.entries) {
    for (EndpointAddress endpoint : all) {
      if (endpoint.name != entry) continue;
      endpoint.dns_name = endpoint.client_name;
      endpoints_.push_back(std::move(endpoint));
    }
  }
  for (const EndpointAddress& endpoint : all) {
    if (std::ranges::find(topology.entries, endpoint.name) != topology.entries.end()) continue;
    endpoints_.push_back(endpoint);
  }
  shared_.names.know(name_table(endpoints_));
}

void Running::in_loop(Worker& worker, const std::function<void()>& work) const {
  if (threads_.empty()) return work();
  std::promise<void> done;
  worker.loop().post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Running::in_each_loop(const std::function<void(Worker&)>& work) const {
  for (const auto& worker : workers_) in_loop(*worker, [&] { work(*worker); });
}

std::string Running::url() const {
  if (endpoints_.empty()) return {};
  const EndpointAddress& entry = endpoints_.front();
  return (entry.tls ? "https://" : "http://") + entry.client_name + ":" +
         std::to_string(entry.port);
}

Time Running::calendar() const {
  if (!started()) return shared_.options.clock.start.value_or(Clock().calendar());
  Time now;
  in_loop(first(), [&] { now = first().loop().calendar(); });
  return now;
}

Counters Running::all_counters() const {
  Counters counters;
  if (!started()) return counters;
  in_each_loop([&](Worker& worker) {
    counters.requests += worker.requests();
    counters.flows += worker.doors().accepted();
  });
  for (const auto& api : now_->topology->rest_apis) {
    const auto* traffic = now_->execute_api->traffic(api.name);
    counters.api_requests[api.name] = traffic ? traffic->requests() : 0;
  }
  counters.ends = shared_.ends.by_reason();
  counters.live_flows = counters.flows;
  for (const auto& [reason, ended] : counters.ends) {
    counters.live_flows = less(counters.live_flows, ended);
  }
  return counters;
}

Counters Running::counters() const {
  Counters counters = all_counters();
  counters.flows = less(counters.flows, counters_before_.flows);
  counters.requests = less(counters.requests, counters_before_.requests);
  for (auto& [api, requests] : counters.api_requests) {
    const auto before = counters_before_.api_requests.find(api);
    if (before != counters_before_.api_requests.end()) requests = less(requests, before->second);
  }
  for (const auto& [reason, before] : counters_before_.ends) {
    const std::uint64_t rest = less(counters.ends[reason], before);
    counters.ends[reason] = rest;
    if (rest == 0) counters.ends.erase(reason);
  }
  return counters;
}

std::vector<MetricValue> Running::all_metrics() const {
  if (!started()) return {};
  MetricSources sources;
  in_each_loop([&](Worker& worker) { worker.add_to(sources); });
  for (const auto& api : now_->topology->rest_apis) {
    if (const auto* traffic = now_->execute_api->traffic(api.name)) {
      sources.rest_apis[api.name] = measured(traffic->requests(), *traffic);
    }
  }
  for (const auto& api : now_->execute_api->apis()) {
    for (const aws::Api::Method& method : api->methods) {
      if (!method.metrics) continue;
      sources.api_methods[{api->name, method.http_method + " " + method.resource_path}] =
          measured(method.metrics->requests, *method.metrics);
    }
  }
  return metrics_of(*now_->topology, now_->hops, sources);
}

std::vector<MetricValue> Running::metrics() const {
  std::vector<MetricValue> all = all_metrics();
  for (MetricValue& one : all) {
    if (is_gauge(one.metric)) continue;
    for (const MetricValue& before : metrics_before_) {
      const bool same = before.metric == one.metric && before.resource == one.resource &&
                        before.name_space == one.name_space && before.dimension == one.dimension &&
                        before.load_balancer == one.load_balancer &&
                        before.availability_zone == one.availability_zone &&
                        before.method == one.method;
      if (same) one.value = less(one.value, before.value);
    }
  }
  return all;
}

}  // namespace hoplab::topology
