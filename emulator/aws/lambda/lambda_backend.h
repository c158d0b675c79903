// LambdaBackend: a function as the target of an Application Load Balancer.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
#pragma once

#include <string>
#include <vector>

#include "aws/lambda/alb_event.h"
#include "aws/lambda/function.h"
#include "aws/target_group/target.h"
#include "http/request_log.h"

namespace hoplab::aws::lambda {

class LambdaBackend final : public Backend, public Prober {
 public:
  /// `name`: the function's, for records. References outlive this.
  LambdaBackend(Loop& loop, std::string name, std::shared_ptr<Function> function, AlbEventForm form,
                http::RequestLog& log)
      : loop_(loop),
        name_(std::move(name)),
        function_(std::move(function)),
        form_(std::move(form)),
        log_(log) {}

  /// For requests from now on.
  void use(AlbEventForm form) { form_ = std::move(form); }

  Task<BackendOutcome> exchange(http::Request& request, http::Response& response,
                                const BackendLimits& limits, BackendCaller caller) override;
  void cut() override;
  // There is no connection that could be kept.
  void close_idle() override {}
  void stop() override {}
  [[nodiscard]] std::size_t outstanding() const noexcept override { return waiting_.size(); }
  [[nodiscard]] std::size_t running() const noexcept override { return 0; }

  Task<void> probe(const model::HealthCheck& check, ProbeResult& result) override;

 private:
  struct Waiting;
  Task<http::Waited> wait(Invocation& invocation, http::ClientWatch* client, Duration most);
  Task<std::optional<Reason>> read_request(http::Request& request, std::string& body,
                                           bool& broke_off);
  std::optional<Reason> answer(const Invocation& invocation, http::Response& response,
                               std::string& detail) const;

  Loop& loop_;
  std::string name_;
  std::shared_ptr<Function> function_;
  AlbEventForm form_;
  http::RequestLog& log_;
  std::vector<Waiting*> waiting_;
};

}  // namespace hoplab::aws::lambda
