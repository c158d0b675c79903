// The connections to one target that wait for their next request (alb.md 8, "backend idle
// pool"): a target that closes one is answered at once, and one that nobody needs for the idle
// timeout is closed.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "base/task_group.h"
#include "http/h1/http1_client.h"

namespace hoplab::aws {

class ConnectionPool {
 public:
  explicit ConnectionPool(Loop& loop) : changed_(loop) {}
  ~ConnectionPool();

  /// The one last used that is still alive; null when there is none.
  std::unique_ptr<http::Http1Client> take();
  /// Keeps it for the next request, or drops it when it cannot take one.
  void give_back(std::unique_ptr<http::Http1Client> connection);
  void close_all() { idle_.clear(); }
  /// Closes all, and takes none any more.
  void stop();
  [[nodiscard]] std::size_t size() const noexcept { return idle_.size(); }
  /// Tasks that have not ended yet.
  [[nodiscard]] std::size_t running() const noexcept { return tasks_.running(); }

 private:
  Task<void> tend();

  std::vector<std::unique_ptr<http::Http1Client>> idle_;  // the last used at the back
  WaitSlot changed_;                                      // some connection at rest may be over
  bool stopping_ = false;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws
