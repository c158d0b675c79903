// Stream: a byte stream with TCP's endings. The spine of hoplab: sockets, in-memory pipes, hops and
// TLS are all Streams, and wrap one another.
//
// Reads and writes never wait: they do what they can and say `would_block` otherwise. Waiting is a
// separate, one-shot request to notify a WaitSlot, so a coroutine can wait for several streams at
// once, OpenSSL can run directly on a Stream, and a hop that only looks on costs a function call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/cause.h"
#include "base/task.h"
#include "base/wait_slot.h"

namespace hoplab::net {

enum class IoStatus : std::uint8_t {
  ok,           // `size` bytes moved, at least one
  would_block,  // nothing now: watch, wait, try again
  closed,       // the peer ended its direction in order (FIN); reads only
  failed,       // reset by the peer, reset by us, or broken: nothing will ever move again
};

/// Result of one operation; trivially destructible so that coroutines may pass it freely.
struct IoResult {
  IoStatus status = IoStatus::would_block;
  std::size_t size = 0;

  [[nodiscard]] bool ok() const noexcept { return status == IoStatus::ok; }
  [[nodiscard]] bool would_block() const noexcept { return status == IoStatus::would_block; }
  [[nodiscard]] bool ended() const noexcept { return status >= IoStatus::closed; }
};

class Stream {
 public:
  Stream() = default;
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Reads up to `into.size()` bytes (not zero).
  virtual IoResult try_read(std::span<char> into) = 0;
  /// Takes as much of `data` (not empty) as fits now.
  virtual IoResult try_write(std::string_view data) = 0;
  /// True when everything taken has gone down. A stream that transforms what it takes (TLS) may
  /// hold a rest while the stream below is full: watch_write() and call again.
  virtual bool try_flush() { return true; }
  /// Ends our direction in order (FIN) after what was written. Idempotent.
  virtual void shutdown_write() = 0;
  /// Ends both directions at once with a reset (RST). Wakes whoever watches. The first cause wins.
  virtual void reset(const Cause& cause) = 0;

  /// Notifies `slot` once when a read (write) may do better than `would_block`. A later call
  /// replaces the slot; nullptr forgets it. The slot must outlive its registration.
  virtual void watch_read(WaitSlot* slot) = 0;
  virtual void watch_write(WaitSlot* slot) = 0;

  /// Tells the peer's kernel now that its bytes have come, where we have nothing to say for a while
  /// ourselves: a client that gathers small writes (Nagle) waits for it, up to 40 ms.
  virtual void acknowledge_now() {}
  /// After shutdown_write(), when there is no more to read: whether the peer answered by an RST, of
  /// which reads do not tell. Nothing while it may still do so; watch_read() tells when it has.
  [[nodiscard]] virtual std::optional<bool> reset_by_peer() { return false; }

  [[nodiscard]] virtual Loop& loop() noexcept = 0;
};

/// Reads at least one byte, or the end.
Task<IoResult> read_some(Stream& stream, std::span<char> into);
/// Writes all of `data` and flushes it, or fails.
Task<IoResult> write_all(Stream& stream, std::string_view data);

}  // namespace hoplab::net
