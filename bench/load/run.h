// One measured run: warm-up, the window, what was counted in it, and the JSON that reports it.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "load/event_loop.h"
#include "load/options.h"

namespace hoplab::bench {

// The window opens when every slot (one connection, or one client reconnecting) has completed once,
// so neither start-up nor, for keep-alive, the handshakes are in it; it ends after the duration
// or the count asked for. CPU time of the server is sampled at both of its ends.
class Run {
 public:
  Run(const Options& options, std::size_t slots);

  EventLoop& loop() { return loop_; }
  const Options& options() const { return options_; }
  bool going() const { return !finished_; }  // slots start new work only while this holds

  void completed(std::size_t slot, std::int64_t latency_ns);
  void received(std::size_t bytes) { bytes_ += measuring_ ? bytes : 0; }
  void failed(const std::string& reason);  // ends the run when there are too many
  void reconnected() { reconnects_ += measuring_ ? 1 : 0; }
  void count_ending(const std::string& how);
  void note_tls(const SSL* ssl);

  // Turns the loop until the window is over, or nothing has moved for the timeout.
  void execute();

  // Prints the JSON object; returns the exit code: 0 when there was work and no failure.
  int report();

 private:
  void begin();
  void finish();
  std::int64_t percentile_ns(double fraction) const;  // wants latencies_ sorted

  const Options& options_;
  EventLoop loop_;
  std::vector<bool> warm_;
  std::size_t warm_left_;
  bool measuring_ = false;
  bool finished_ = false;
  std::int64_t progress_at_ns_;
  std::int64_t begin_ns_ = 0, end_ns_ = 0;
  std::int64_t server_cpu_ns_ = 0, own_cpu_ns_ = 0;
  std::uint64_t requests_ = 0, bytes_ = 0, failures_ = 0, reconnects_ = 0;
  std::vector<std::int64_t> latencies_;
  std::map<std::string, std::uint64_t> failure_reasons_, endings_;
  std::string tls_version_, cipher_;
};

// Checks a whole answer against what the options expect; the reason when it is wrong, else "".
std::string wrong_answer(const Options& options, int status, std::string_view body,
                         std::size_t body_bytes);

// `text` as a JSON string with its quotes.
std::string json_string(std::string_view text);

}  // namespace hoplab::bench
