// What is behind hoplab::Emulator; for the files that implement it.
#pragma once

#include <functional>
#include <mutex>
#include <thread>

#include "topology/worker.h"

namespace hoplab {

namespace topology {

/// Whether `threads` loops can share a clock like that.
Result<void> check_clock(const ClockSettings& settings, unsigned threads);

}  // namespace topology

struct Emulator::Impl {
  explicit Impl(model::Topology topology, EmulatorOptions options)
      : shared(std::move(topology), std::move(options)) {}

  Result<void> start();
  void stop();

  Result<void> prepare();
  Result<void> open_logs();
  Result<void> open_doors();
  Result<void> spread_trust_store(const std::string& name);
  Result<void> change_target(const std::string& group, const std::string& target,
                             const std::function<void(aws::TargetGroup&, aws::Target&)>& work);
  void name_hops();
  void list_endpoints();
  [[nodiscard]] bool speaks_tls(const model::LoadBalancer& balancer) const;
  [[nodiscard]] std::string entry_name(const EndpointAddress& endpoint) const;
  void run_in_loop(topology::Worker& worker, const std::function<void()>& work) const;

  topology::Shared shared;
  std::vector<std::unique_ptr<topology::Worker>> workers;
  std::vector<std::thread> threads;
  topology::OutputFolder folder;
  std::map<std::string, CertificatePaths> certificates;
  std::vector<EndpointAddress> endpoints;
  std::map<std::string, model::EndpointState> endpoint_states;  // those that were changed
  std::mutex endpoint_states_mutex;
  std::vector<std::string> notes;
  bool temporary = false;  // the folder is ours to remove
};

}  // namespace hoplab
