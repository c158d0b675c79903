// RequestLog: the last requests that servers have received, for whoever wants to see what arrived.
//
// Shared by all loops. While it is off it costs a relaxed load.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace hoplab::http {

struct ReceivedRequest {
  std::uint64_t id = 0;  // counts up
  Time at;               // what the calendar showed
  std::string receiver;  // in the topology: a REST API or a service
  std::string kind;      // "api", "service", or "stand-in" for one that we play
  std::string method;
  std::string target;  // path and query
  std::string source_ip;
  std::vector<std::pair<std::string, std::string>> headers;  // as received, in order
  std::string body;                                          // its beginning
  std::uint64_t body_bytes = 0;                              // all of it, as far as it has come
};

struct Request;
/// Who has received it, and when.
struct Received {
  std::string receiver, kind;
  Time at;
  std::string source_ip = {};
};
/// `request` without its body.
ReceivedRequest received(const Request& request, Received by);

class RequestLog {
 public:
  static constexpr std::size_t kMostBody = 64 * 1024;  // of each request

  /// The newest `count` from now on; 0: none, and what was kept is dropped.
  void keep(std::size_t count);
  [[nodiscard]] bool on() const noexcept { return on_.load(std::memory_order_relaxed); }

  /// Its body may go on coming: append() with what add() returned.
  std::shared_ptr<ReceivedRequest> add(ReceivedRequest request);
  void append(ReceivedRequest& request, std::string_view bytes);

  /// Oldest first.
  [[nodiscard]] std::vector<ReceivedRequest> all() const;
  /// How many had to make room.
  [[nodiscard]] std::uint64_t dropped() const;
  void forget();

 private:
  void make_room();

  std::atomic<bool> on_{false};
  mutable std::mutex mutex_;
  std::size_t kept_ = 0;
  std::uint64_t last_id_ = 0, dropped_ = 0;
  std::deque<std::shared_ptr<ReceivedRequest>> requests_;
};

}  // namespace hoplab::http
