// RecordingBackend: a service whose requests are kept for whoever wants to see what arrived there.
#pragma once

#include <memory>
#include <string>

#include "aws/target_group/backend.h"
#include "http/request_log.h"

namespace hoplab::aws {

class RecordingBackend final : public Backend {
 public:
  /// `receiver`: the service's name. References outlive this.
  RecordingBackend(Loop& loop, std::shared_ptr<Backend> service, http::RequestLog& log,
                   std::string receiver)
      : loop_(loop), service_(std::move(service)), log_(log), receiver_(std::move(receiver)) {}

  Task<BackendOutcome> exchange(http::Request& request, http::Response& response,
                                const BackendLimits& limits, BackendCaller caller) override;
  void close_idle() override { service_->close_idle(); }
  void stop() override { service_->stop(); }
  void cut() override { service_->cut(); }
  [[nodiscard]] std::size_t outstanding() const noexcept override {
    return service_->outstanding();
  }
  [[nodiscard]] std::size_t running() const noexcept override { return service_->running(); }

 private:
  Loop& loop_;
  std::shared_ptr<Backend> service_;
  http::RequestLog& log_;
  std::string receiver_;
};

}  // namespace hoplab::aws
