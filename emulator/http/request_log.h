// RequestLog: the last requests that servers have received, for whoever wants to see what arrived.
//
// Shared by all loops. While it is off it costs a relaxed load; while it is on, a copy of the head
// into a place that has been used before, so that nothing is allocated in the long run. Long values
// (a client's certificate in a header) come again and again: equal ones are kept once.
#pragma once

#include <array>
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
  std::string receiver;  // in the topology: a REST API, a service, a web site
  std::string kind;      // "api", "service", "function", "identity-provider", "public-keys", or
                         // "stand-in" for a service that we play
  std::string method;
  std::string target;  // path and query
  std::string source_ip;
  std::vector<std::pair<std::string, std::string>> headers;  // as received, in order
  std::string body;                                          // its beginning
  std::uint64_t body_bytes = 0;                              // all of it, as far as it has come
  std::string output;  // of a function: what it printed meanwhile, the end of it
};

struct Request;
/// Who has received it, and when.
struct Received {
  std::string_view receiver, kind;
  Time at;
  std::string_view source_ip = {};
};

class RequestLog {
 public:
  static constexpr std::size_t kMostBody = 64 * 1024;  // of each request

  /// The newest `count` from now on; 0: none, and what was kept is dropped.
  void keep(std::size_t count);
  [[nodiscard]] bool on() const noexcept { return on_.load(std::memory_order_relaxed); }

  /// `body`: as far as it has come, of `body_bytes` in all. It may go on coming: append() with the
  /// id that this returns.
  std::uint64_t add(const Request& request, const Received& by, std::string_view body = {},
                    std::uint64_t body_bytes = 0);
  void append(std::uint64_t id, std::string_view bytes);
  /// What whoever answered the request printed.
  void put_output(std::uint64_t id, std::string_view output);

  /// Oldest first.
  [[nodiscard]] std::vector<ReceivedRequest> all() const;
  /// At most `most` of those behind the one with the id `id`; `missed`: how many of them are not
  /// there any more.
  [[nodiscard]] std::vector<ReceivedRequest> after(std::uint64_t id, std::size_t most,
                                                   std::uint64_t& missed) const;
  /// The last one's id.
  [[nodiscard]] std::uint64_t newest() const;
  /// How many had to make room.
  [[nodiscard]] std::uint64_t dropped() const;
  void forget();

 private:
  using SharedText = std::shared_ptr<const std::string>;
  /// Where a text of the head begins; kLong: it is the next one of the long texts.
  struct Text {
    std::uint32_t at, size;
  };
  struct Place {
    Time at;
    std::string bytes;  // of the short texts, and what lay between them
    std::vector<Text> texts;
    std::vector<SharedText> long_texts;
    std::string body;
    std::uint64_t body_bytes = 0;
    std::string output;
  };
  /// The id before the first one's.
  [[nodiscard]] std::uint64_t oldest() const { return last_id_ - places_.size(); }
  class TextKeeper;
  [[nodiscard]] ReceivedRequest read(std::uint64_t id) const;
  [[nodiscard]] const SharedText& shared(std::string_view text);

  std::atomic<bool> on_{false};
  mutable std::mutex mutex_;
  std::size_t kept_ = 0;
  std::deque<Place> places_;  // of the newest
  std::uint64_t last_id_ = 0, dropped_ = 0;
  std::array<SharedText, 16> recent_;  // long texts that came last
  std::size_t oldest_recent_ = 0;
};

}  // namespace hoplab::http
