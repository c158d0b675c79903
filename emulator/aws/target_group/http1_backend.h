// Http1Backend: a target that speaks HTTP/1.1, on connections that are kept for the next request.
#pragma once

#include <string>

#include "aws/target_group/backend.h"
#include "aws/target_group/connection_pool.h"
#include "net/connection.h"

namespace hoplab::aws {

class Http1Backend final : public Backend, public std::enable_shared_from_this<Http1Backend> {
 public:
  /// `id` is the target's address, for records; `dialer` reaches it.
  Http1Backend(Loop& loop, std::string id, std::shared_ptr<net::Dialer> dialer)
      : id_(std::move(id)), dialer_(std::move(dialer)), pool_(loop) {}

  Task<BackendOutcome> exchange(http::Request& request, http::Response& response,
                                const BackendLimits& limits, BackendCaller caller) override;
  void close_idle() override { pool_.close_all(); }
  void stop() override { pool_.stop(); }
  [[nodiscard]] std::size_t running() const noexcept override { return pool_.running(); }

 private:
  class Body;

  std::string id_;
  std::shared_ptr<net::Dialer> dialer_;
  ConnectionPool pool_;
};

}  // namespace hoplab::aws
