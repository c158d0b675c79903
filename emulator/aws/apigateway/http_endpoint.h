// HttpEndpoint: who HTTP integrations ask, in one loop: performs their exchanges.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "aws/apigateway/http_exchange.h"
#include "base/task_group.h"

namespace hoplab::aws {

class HttpEndpoint final : public std::enable_shared_from_this<HttpEndpoint> {
 public:
  /// `loop` outlives it.
  HttpEndpoint(Loop& loop, std::shared_ptr<Backend> backend)
      : loop_(loop), backend_(std::move(backend)) {}

  /// Says by exchange->finish() when there is an answer, or a failure.
  void ask(std::shared_ptr<HttpExchange> exchange) { tasks_.spawn(run(std::move(exchange))); }
  /// It is there no more: what is under way goes on.
  void drain() { backend_->stop(); }
  void stop() {
    backend_->cut();
    backend_->stop();
  }
  [[nodiscard]] std::size_t running() const noexcept {
    return tasks_.running() + backend_->running();
  }

 private:
  Task<void> run(std::shared_ptr<HttpExchange> exchange);
  Task<void> read_answer(HttpExchange& exchange);

  Loop& loop_;
  std::shared_ptr<Backend> backend_;
  TaskGroup tasks_;
};

/// A loop's, by http_endpoint_key().
using HttpEndpoints = std::map<std::string, std::shared_ptr<HttpEndpoint>, std::less<>>;

}  // namespace hoplab::aws
