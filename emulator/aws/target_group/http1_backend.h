// Http1Backend: a target that speaks HTTP/1.1, on connections that are kept for the next request.
#pragma once

#include <string>
#include <vector>

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
  void cut() override;
  void close_idle() override { pool_.close_all(); }
  void stop() override { pool_.stop(); }
  [[nodiscard]] std::size_t outstanding() const noexcept override { return under_way_.size(); }
  [[nodiscard]] std::size_t running() const noexcept override { return pool_.running(); }

 private:
  class Body;
  class WebSocket;

  /// One exchange, from the connecting to the last byte of its answer.
  class UnderWay {
   public:
    /// `stream` is the connection's, null while there is none yet; see on().
    UnderWay(Http1Backend& backend, net::Stream* stream)
        : backend_(backend), stream_(stream), at_(backend.under_way_.size()) {
      backend_.under_way_.push_back(this);
    }
    ~UnderWay() {
      UnderWay* const last = backend_.under_way_.back();
      last->at_ = at_;
      backend_.under_way_[at_] = last;
      backend_.under_way_.pop_back();
    }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

    void on(net::Stream& stream) noexcept { stream_ = &stream; }
    void cut();
    [[nodiscard]] bool was_cut() const noexcept { return cut_; }

   private:
    Http1Backend& backend_;
    net::Stream* stream_;
    std::size_t at_;
    bool cut_ = false;
  };

  std::string id_;
  std::shared_ptr<net::Dialer> dialer_;
  ConnectionPool pool_;
  std::vector<UnderWay*> under_way_;
};

}  // namespace hoplab::aws
