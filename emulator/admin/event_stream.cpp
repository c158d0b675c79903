#include "admin/event_stream.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "admin/admin_json.h"
#include "base/wait_slot.h"

namespace hoplab::admin {

namespace {

constexpr Duration kLookAgain = 5ms;
/// Of each kind, at a time: what is not read yet is bounded by it.
constexpr std::size_t kAtATime = 16;

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto got = std::from_chars(text.data(), text.data() + text.size(), number);
  return got.ec == std::errc() && got.ptr == text.data() + text.size();
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::optional<EventPlace> EventPlace::from_text(std::string_view text) {
  const auto point = text.find('.');
  EventPlace place;
  const bool read = point != std::string_view::npos &&
                    read_number(text.substr(0, point), place.ends) &&
                    read_number(text.substr(point + 1), place.requests);
  return read ? std::optional(place) : std::nullopt;
}

std::string EventPlace::text() const {
  return std::to_string(ends) + "." + std::to_string(requests);
}

void EventStreams::end() {
  ending_ = true;
  for (EventStream* const one : open_) wake(one->slot_);
}

EventStream::EventStream(Loop& loop, Emulator& emulator, EventStreams& streams,
                         const EventQuery& query)
    : loop_(loop),
      emulator_(emulator),
      streams_(streams),
      query_(query),
      last_said_(loop.now()),
      look_again_(loop, [this] { wake(slot_); }) {
  streams_.open_.insert(this);
  const auto [ends, requests] = emulator.newest();
  place_ = query.after.value_or(EventPlace{ends, requests});
  // A place that has not been reached is another emulator's: all of this one is news.
  if (place_.ends > ends || place_.requests > requests) place_ = {};
  text_ = "id: " + place_.text() + "\n\n";  // where it goes on from, should nothing come
}

EventStream::~EventStream() {
  streams_.open_.erase(this);
}

net::IoResult EventStream::try_read(std::span<char> into) {
  if (taken_ == text_.size()) {
    if (streams_.ending() || loop_.shutting_down()) return {net::IoStatus::closed, 0};
    refill();
    if (text_.empty()) return {net::IoStatus::would_block, 0};
  }
  const std::size_t size = std::min(into.size(), text_.size() - taken_);
  std::memcpy(into.data(), text_.data() + taken_, size);
  taken_ += size;
  return {net::IoStatus::ok, size};
}

void EventStream::watch(WaitSlot* slot) {
  slot_ = slot;
  if (slot) {
    look_again_.after(kLookAgain);
  } else {
    look_again_.cancel();
  }
}

void EventStream::refill() {
  text_.clear();
  taken_ = 0;
  // Ends are looked at first and said last: by then the requests of their connections are said.
  const auto ends = emulator_.ends_after(place_.ends, kAtATime);
  const auto requests = emulator_.requests_after(place_.requests, kAtATime);
  if (ends.missed + requests.missed > 0) say_missed(ends.missed, requests.missed);
  for (const ReceivedRequest& one : requests.all) {
    place_.requests = one.id;
    say("request", line_of(request_json(one, query_.secrets)));
  }
  place_.requests = requests.last;
  const bool more = requests.all.size() == kAtATime;
  std::uint64_t number = ends.last - ends.all.size();
  if (!more) {
    for (const EndRecord& one : ends.all) {
      place_.ends = ++number;
      say("end", line_of(end_json(one)));
    }
  }
  const Time now = loop_.now();
  const Duration heartbeat =
      streams_.crowded() ? std::min<Duration>(query_.heartbeat, 1s) : query_.heartbeat;
  if (text_.empty() && now >= last_said_ + heartbeat) text_ = ": nothing new\n\n";
  if (!text_.empty()) last_said_ = now;
}

/// Their number is the place's from here on.
void EventStream::say_missed(std::uint64_t ends, std::uint64_t requests) {
  place_.ends += ends;
  place_.requests += requests;
  say("missed", line_of(Json{{"ends", ends}, {"requests", requests}}));
}

void EventStream::say(std::string_view event, const std::string& data) {
  text_ += "event: ";
  text_ += event;
  text_ += "\nid: " + place_.text() + "\ndata: " + data + "\n\n";
}

}  // namespace hoplab::admin
