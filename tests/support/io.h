// Short ways to move test data through streams.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "net/connection.h"
#include "net/memory_pipe.h"
#include "support/test_loop.h"

namespace hoplab::net {
inline void PrintTo(IoStatus status, std::ostream* out) {
  constexpr const char* kNames[] = {"ok", "would_block", "closed", "failed"};
  *out << kNames[static_cast<int>(status)];
}
}  // namespace hoplab::net

namespace hoplab {
inline void PrintTo(Reason reason, std::ostream* out) {
  *out << to_text(reason);
}
inline void PrintTo(Stage stage, std::ostream* out) {
  *out << to_text(stage);
}
inline void PrintTo(EndKind kind, std::ostream* out) {
  *out << to_text(kind);
}
inline void PrintTo(Toward toward, std::ostream* out) {
  *out << to_text(toward);
}
}  // namespace hoplab

namespace hoplab::testing {

inline const Hop kTestHop{"test", "test-hop"};
inline const Cause kTestCause{
    &kTestHop, Reason::emulator_stopped, EndKind::rst, Toward::both, Stage::accept, kStart};

/// `size` bytes that differ from place to place.
inline std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 12345;
  for (char& byte : text) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return text;
}

/// Reads until the end; how it ended goes to `end`.
inline Task<void> read_to_end(net::Stream& stream, std::string& into, net::IoStatus& end) {
  std::string buffer(16 * 1024, '\0');
  for (;;) {
    const auto result = co_await net::read_some(stream, buffer);
    end = result.status;
    if (result.ended()) co_return;
    into.append(buffer, 0, result.size);
  }
}

/// Reads exactly `size` bytes, fewer when the stream ends first.
inline Task<void> read_exactly(net::Stream& stream, std::size_t size, std::string& into) {
  std::string buffer(16 * 1024, '\0');
  while (into.size() < size) {
    const std::size_t want = std::min(buffer.size(), size - into.size());
    const auto result = co_await net::read_some(stream, std::span(buffer).first(want));
    if (result.ended()) co_return;
    into.append(buffer, 0, result.size);
  }
}

/// One try_read as text; would_block and ends give nothing.
inline std::string read_now(net::Stream& stream) {
  std::string buffer(64 * 1024, '\0');
  const auto result = stream.try_read(buffer);
  buffer.resize(result.size);
  return buffer;
}

inline net::IoStatus read_status(net::Stream& stream) {
  char byte = 0;
  return stream.try_read({&byte, 1}).status;
}

/// Writes all of it and runs the loop until that is done.
inline bool write_now(TestLoop& loop, net::Stream& stream, std::string_view text) {
  return loop.run_for(net::write_all(stream, text)).ok();
}

/// A connection as a listener makes it, in memory. `far` is the client's end.
struct MemoryConnection {
  net::Connection connection;
  std::unique_ptr<net::Stream> far;
  Journal* journal = nullptr;  // the connection's own
};

inline MemoryConnection make_memory_connection(Loop& loop, std::uint64_t id = 1,
                                               const std::string& client = "127.0.0.1") {
  MemoryConnection made;
  auto [near, far] = net::make_memory_pipe(loop);
  made.connection.journal = std::make_unique<Journal>();
  made.connection.journal->id = id;
  made.connection.journal->accepted_at = loop.now();
  made.connection.journal->client = client + ":40000";
  made.connection.stream = std::move(near);
  made.connection.source = {client, 40000};
  made.connection.destination = {"127.0.0.2", 443};
  made.far = std::move(far);
  made.journal = made.connection.journal.get();
  return made;
}

/// Keeps copies of what has ended.
class RecordingSink final : public JournalSink {
 public:
  void ended(const Journal& journal) override { journals.push_back(journal); }
  std::vector<Journal> journals;
};

}  // namespace hoplab::testing
