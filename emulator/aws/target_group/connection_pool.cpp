#include "aws/target_group/connection_pool.h"

#include <cassert>

namespace hoplab::aws {

ConnectionPool::~ConnectionPool() {
  assert(tasks_.running() == 0);
}

std::unique_ptr<http::Http1Client> ConnectionPool::take() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    connection->watch_rest(nullptr);
    if (connection->alive()) return connection;
  }
  return nullptr;
}

void ConnectionPool::give_back(std::unique_ptr<http::Http1Client> connection) {
  if (stopping_ || !connection->reusable()) return;
  connection->watch_rest(&changed_);
  idle_.push_back(std::move(connection));
  if (tasks_.running() == 0) tasks_.spawn(tend());
}

void ConnectionPool::stop() {
  stopping_ = true;
  close_all();
  changed_.notify();
}

Task<void> ConnectionPool::tend() {
  while (!stopping_) {
    co_await changed_;
    std::erase_if(idle_, [](const auto& connection) { return !connection->alive(); });
    for (const auto& connection : idle_) connection->watch_rest(&changed_);
  }
}

}  // namespace hoplab::aws
