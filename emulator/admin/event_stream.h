// GET /v1/events: ends and requests as they come, as server-sent events.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
//
// It reads along in what the emulator keeps anyway, so that a slow reader costs nothing: what is
// kept no longer when its turn comes is counted and said, as an event `missed`.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"
#include "topology/emulator.h"

namespace hoplab::admin {

/// Up to where a reader knows: the numbers of an end and of a request. As text, "12.34", it is the
/// id of each event.
struct EventPlace {
  std::uint64_t ends = 0, requests = 0;

  static std::optional<EventPlace> from_text(std::string_view text);
  [[nodiscard]] std::string text() const;
};

struct EventQuery {
  std::optional<EventPlace> after;  // none: from now on
  Duration heartbeat{};             // a comment at least so often
  bool secrets = false;             // are not masked
};

class EventStream;

/// Those that are open. Outlives them.
class EventStreams {
 public:
  static constexpr std::size_t kMost = 64;

  [[nodiscard]] bool full() const { return open_.size() >= kMost; }
  /// Those whose readers have gone are found out soon.
  [[nodiscard]] bool crowded() const { return open_.size() >= kMost / 2; }
  [[nodiscard]] bool empty() const { return open_.empty(); }
  /// Each ends, in order, when its reader has what it was given.
  void end();
  [[nodiscard]] bool ending() const { return ending_; }

 private:
  friend class EventStream;
  std::set<EventStream*> open_;
  bool ending_ = false;
};

class EventStream final : public http::ResponseBody {
 public:
  EventStream(Loop& loop, Emulator& emulator, EventStreams& streams, const EventQuery& query);
  ~EventStream() override;

  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* slot) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }

 private:
  friend class EventStreams;
  void refill();
  void say_missed(std::uint64_t ends, std::uint64_t requests);
  void say(std::string_view event, const std::string& data);

  Loop& loop_;
  Emulator& emulator_;
  EventStreams& streams_;
  const EventQuery query_;
  EventPlace place_;
  std::string text_;  // not yet taken
  std::size_t taken_ = 0;
  Time last_said_;
  WaitSlot* slot_ = nullptr;
  Timer look_again_;
};

}  // namespace hoplab::admin
