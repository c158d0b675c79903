// Http2Backend: a target that speaks HTTP/2, with TLS or, by prior knowledge, without; also for
// gRPC. Each of its connections has many requests at a time (alb-features.md 4).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/target_group/backend.h"
#include "base/task_group.h"
#include "http/h2/http2_client_connection.h"
#include "net/connection.h"

namespace hoplab::aws {

class Http2Backend final : public Backend, public std::enable_shared_from_this<Http2Backend> {
 public:
  /// `id` is the target's address, for records; `dialer` reaches it; `scheme` is static text.
  Http2Backend(Loop& loop, std::string id, std::shared_ptr<net::Dialer> dialer,
               std::string_view scheme)
      : loop_(loop), id_(std::move(id)), dialer_(std::move(dialer)), scheme_(scheme) {}

  Task<BackendOutcome> exchange(http::Request& request, http::Response& response,
                                const BackendLimits& limits, BackendCaller caller) override;
  void cut() override;
  void close_idle() override;
  void stop() override;
  [[nodiscard]] std::size_t outstanding() const noexcept override;
  [[nodiscard]] std::size_t running() const noexcept override { return tasks_.running(); }

 private:
  using Connection = std::shared_ptr<http::Http2ClientConnection>;

  /// Connecting, for all who wait for it.
  struct Dialing {
    std::vector<WaitSlot*> waiting;
    bool done = false;
    std::optional<Reason> failure;
    Dial dial = Dial::well;
  };

  /// One that takes a request; null: `outcome` says why there is none.
  Task<Connection> connection(const BackendLimits& limits, BackendCaller& caller,
                              BackendOutcome& outcome);
  [[nodiscard]] Connection available() const;
  Task<void> dial(std::shared_ptr<Dialing> dialing, BackendLimits limits,
                  std::shared_ptr<const void> token);
  Task<void> keep(Connection connection);

  Loop& loop_;
  std::string id_;
  std::shared_ptr<net::Dialer> dialer_;
  std::string_view scheme_;
  std::vector<Connection> connections_;
  std::shared_ptr<Dialing> dialing_;  // null: nobody connects
  bool cut_ = false;                  // while somebody connects
  bool stopped_ = false;              // a connection ends with its requests
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
