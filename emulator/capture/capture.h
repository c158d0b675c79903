// Capture: what passes the hops, as packets in a pcapng file that Wireshark opens decrypted.
//
// Each hop is an interface of the file; it shows the connections on the hop's client side, and that
// of a load balancer's own connections (a leg) those. Whoever opens a file pays for it: without one
// there is no tap, and nothing here runs.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cause.h"
#include "base/loop.h"
#include "base/result.h"
#include "base/task.h"
#include "base/task_group.h"
#include "net/admission.h"
#include "net/tap.h"
#include "tls/key_log.h"

namespace hoplab::capture {

/// The comment at the first packet of a connection that checks a target's health.
inline constexpr std::string_view kHealthCheckComment = "a health check";

/// A packet that is not written yet.
struct PendingPacket {
  std::int64_t at_ns = 0;  // by the calendar, since the Unix epoch
  std::uint32_t interface = 0;
  std::string bytes;
  std::string comment;
  std::shared_ptr<const Journal> ends;  // its cause is the comment, when it has one by then
};

/// A client that tried to connect, and no hop has taken its connection.
struct FailedAttempt {
  std::string client_ip;
  net::Address server;
  Duration tried{};
  bool refused = false;                 // otherwise nobody answered
  std::optional<net::Barrier> barrier;  // what kept it out, where that is known
};

/// The file. Several threads may call all of it.
class Capture final : public tls::KeyLog {
 public:
  /// Writes over what is there.
  static Result<std::shared_ptr<Capture>> open(const std::string& file);
  /// What comes from `now` on, by the calendar, goes to another file. Empty: to none.
  Result<void> go_on_in(const std::string& file, Time now);

  void secret(std::string_view line) override;
  /// `hop` outlives this.
  std::uint32_t interface_of(const Hop& hop);
  void write(const std::vector<PendingPacket>& packets);
  /// What a client tried until `until` by the calendar: its SYNs, and an RST where it was refused.
  void failed_attempt(const FailedAttempt& attempt, Time until);

 private:
  Capture() = default;
  /// `now`: of the one before, if there is one.
  Result<void> begin(const std::string& file, std::optional<Time> now = std::nullopt);
  void end(Time now);
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void put(const std::string& block);

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::vector<const Hop*> interfaces_;
  std::atomic<std::uint32_t> failed_attempts_{0};
};

/// The taps of one loop. Packets wait until the turn of the loop is over, since the secrets of what
/// has just been read stand before it in the file.
class LoopCapture {
 public:
  LoopCapture(Loop& loop, std::shared_ptr<Capture> file, std::uint64_t seed);
  ~LoopCapture();
  LoopCapture(const LoopCapture&) = delete;
  LoopCapture& operator=(const LoopCapture&) = delete;

  /// Of a hop; it lives as long as this.
  net::Tap& tap(const Hop& hop);
  /// What waits.
  void write();

 private:
  class HopTap;
  class Wire;
  void add(PendingPacket packet);
  Task<void> write_in_turn();
  /// For a connection whose port nobody chose. Not one for two hops: readers of a capture tell
  /// connections apart by their ends only.
  std::uint16_t next_port();

  Loop& loop_;
  std::shared_ptr<Capture> file_;
  std::uint64_t next_seed_;
  std::uint32_t ports_;  // how many were given, from anywhere
  std::map<const Hop*, std::unique_ptr<HopTap>> taps_;
  std::vector<PendingPacket> pending_;
  TaskGroup tasks_;
};

}  // namespace hoplab::capture
