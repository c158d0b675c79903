// The contract that every Stream keeps, as one parameterised suite. A test file instantiates it
// with the streams of its floor.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "net/stream.h"
#include "support/io.h"
#include "support/test_loop.h"

namespace hoplab::testing {

struct ConnectedStreams {
  std::shared_ptr<void> owner;  // of what the streams refer to; goes last
  std::unique_ptr<net::Stream> left, right;
};

struct StreamKind {
  std::string name;
  std::function<ConnectedStreams(TestLoop&)> make;
};

inline void PrintTo(const StreamKind& kind, std::ostream* out) {
  *out << kind.name;
}
inline std::string kind_name(const ::testing::TestParamInfo<StreamKind>& info) {
  return info.param.name;
}

class StreamContract : public ::testing::TestWithParam<StreamKind> {
 protected:
  StreamContract() : streams_(GetParam().make(loop_)) {}

  net::Stream& left() { return *streams_.left; }
  net::Stream& right() { return *streams_.right; }

  /// Waits for the next bytes or the end, and says which.
  net::IoStatus next(net::Stream& stream, std::string* bytes = nullptr) {
    std::string buffer(64 * 1024, '\0');
    const auto result = loop_.run_for(net::read_some(stream, buffer));
    if (bytes) bytes->assign(buffer, 0, result.size);
    return result.status;
  }

  /// Runs the loop until `slot` has been notified.
  void wait(WaitSlot& slot) { loop_.run(wait_for(slot)); }

  TestLoop loop_;
  ConnectedStreams streams_;

 private:
  static Task<void> wait_for(WaitSlot& slot) { co_await slot; }
};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StreamContract);

}  // namespace hoplab::testing
