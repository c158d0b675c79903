#include "timeline/timeline.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "topology/record_text.h"

namespace hoplab::timeline {

namespace {

using Mark = Moment::Mark;

constexpr Duration kPause = std::chrono::seconds(1);  // from then on quiet is worth a row
const char* const kClient = "client";
const char* const kTarget = "target";

std::string counted(std::uint64_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// Makes one from what an ended connection and one that goes on have in common.
class Maker {
 public:
  template <class Record>
  explicit Maker(const Record& record)
      : accepted_at_(record.accepted_at), requests_(record.requests) {
    made_.title = "#" + std::to_string(record.id) + " from " + record.client + ", " +
                  iso8601_microseconds(record.accepted_at) + ", " +
                  std::to_string(record.bytes_from_client) + " bytes from the client, " +
                  std::to_string(record.bytes_to_client) + " to it";
    made_.lanes.emplace_back(kClient);
    made_.lanes.insert(made_.lanes.end(), record.hops.begin(), record.hops.end());
    ends_at_ = made_.lanes.size() - 1;
    // How far requests went is known of a connection only; that they went on is worth a lane.
    if (record.requests > 0) made_.lanes.emplace_back(kTarget);
    for (const FailedRequests& one : record.failures) {
      made_.notes.push_back(topology::failure_text(one));
    }
    add(Duration::zero(), 0, ends_at_, "the TCP connection is accepted");
  }

  struct Seen {  // of TLS and the answers, for the stages' texts
    std::string tls, certificate, verdict;
    int last_status = 0;
  };

  void add_stages(const std::vector<StageTime>& stages, const Seen& seen) {
    bool request_came = false;
    int requests = 0, rests = 0;
    for (const StageTime& one : stages) {
      const Duration at = one.at - accepted_at_;
      const auto from_client = [&](const std::string& text) { add(at, 0, ends_at_, text); };
      const auto to_client = [&](const std::string& text) { add(at, ends_at_, 0, text); };
      switch (one.stage) {
        case Stage::accept: break;
        case Stage::client_hello: from_client("ClientHello"); break;
        case Stage::client_certificate:
          from_client(seen.certificate.empty() ? "no client certificate" : seen.certificate);
          if (!seen.verdict.empty()) add(at, ends_at_, ends_at_, seen.verdict);
          break;
        case Stage::handshake_done: to_client("TLS is up" + seen.tls); break;
        case Stage::request_headers:
          request_came = true;
          from_client(++requests > 1  ? "the last request"
                      : requests_ > 1 ? "the first of " + counted(requests_, "request")
                                      : "a request");
          break;
        case Stage::request_body: from_client("its body"); break;
        case Stage::response_headers:
          to_client(requests_ == 1 && seen.last_status
                        ? "the answer: " + std::to_string(seen.last_status)
                        : "an answer");
          break;
        case Stage::response_body: to_client("its body"); break;
        case Stage::upgraded: to_client("101: a tunnel from here on"); break;
        case Stage::idle:  // before the first request it is nothing new
          if (!request_came) break;
          to_client(++rests > 1 && seen.last_status
                        ? "the last answer is over: " + std::to_string(seen.last_status)
                        : "the answer is over");
          break;
      }
    }
  }

  void add(Duration at, std::size_t from, std::size_t to, std::string text,
           Mark mark = Mark::step) {
    // Steps of a clock that was set back would stand before those that they follow.
    if (!made_.moments.empty()) {
      const Duration last = made_.moments.back().at;
      at = std::max(at, last);
      if (at - last >= kPause) {
        made_.moments.push_back({Mark::pause, at, 0, 0, time_text(at - last) + " pass"});
      }
    }
    made_.moments.push_back({mark, at, from, to, std::move(text)});
  }

  void add_end(const EndRecord& record) {
    const Duration at = record.ended_at - accepted_at_;
    const std::size_t hop = lane_of(record.hop).value_or(ends_at_);
    const Mark mark = record.how == EndKind::rst   ? Mark::rst
                      : record.how == EndKind::fin ? Mark::fin
                                                   : Mark::silence;
    const std::string text =
        std::string(to_text(record.how)) + ": " + topology::explanation(record);
    if (mark == Mark::silence) return add(at, hop, hop, text, mark);
    if (record.by == Party::client) return add(at, 0, hop, text, mark);
    const auto target = [this] {
      if (made_.lanes.back() != kTarget) made_.lanes.emplace_back(kTarget);
      return made_.lanes.size() - 1;
    };
    const std::size_t origin = record.by == Party::target ? target() : hop;
    if (record.toward == Toward::target) return add(at, origin, target(), text, mark);
    add(at, origin, 0, text, mark);
    if (record.toward == Toward::both && origin == hop && made_.lanes.back() == kTarget) {
      add(at, hop, target(), "likewise", mark);
    }
  }

  [[nodiscard]] std::size_t ends_at() const { return ends_at_; }
  Timeline& made() { return made_; }

 private:
  [[nodiscard]] std::optional<std::size_t> lane_of(const std::string& name) const {
    const auto found = std::ranges::find(made_.lanes, name);
    if (found == made_.lanes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - made_.lanes.begin());
  }

  Timeline made_;
  Time accepted_at_;
  std::uint64_t requests_;
  std::size_t ends_at_ = 0;  // the lane of who speaks with the client
};

}  // namespace

std::string time_text(Duration time) {
  char text[32];
  const auto us = static_cast<double>(time.count());
  if (time < 10ms) {
    std::snprintf(text, sizeof text, "%.2f ms", us / 1e3);
  } else if (time < 1s) {
    std::snprintf(text, sizeof text, "%.1f ms", us / 1e3);
  } else {
    std::snprintf(text, sizeof text, "%.2f s", us / 1e6);
  }
  return text;
}

Timeline timeline_of(const EndRecord& record) {
  Maker maker(record);
  Maker::Seen seen;
  if (!record.tls_version.empty()) seen.tls = ": " + record.tls_version + " " + record.tls_cipher;
  seen.certificate = record.certificate_subject;
  seen.verdict = record.verify_status;
  seen.last_status = record.last_status;
  maker.add_stages(record.stages, seen);
  maker.add_end(record);
  if (!record.verify_reason.empty()) maker.made().notes.push_back(record.verify_reason);
  return std::move(maker.made());
}

Timeline timeline_of(const net::Barrier& barrier, bool refused) {
  Timeline made;
  made.title = refused ? "a client whose SYN was refused" : "a client whose SYN nobody answered";
  made.lanes = {kClient, barrier.hop ? barrier.hop->name : kTarget};
  made.moments.push_back({Mark::step, Duration::zero(), 0, 1, "SYN"});
  const auto how = refused ? EndKind::rst : EndKind::silence;
  made.moments.push_back({refused ? Mark::rst : Mark::silence, Duration::zero(), 1,
                          refused ? std::size_t{0} : std::size_t{1},
                          std::string(to_text(how)) + ": " + std::string(to_text(barrier.reason)) +
                              ", " + std::string(explain(barrier.reason))});
  return made;
}

Timeline timeline_of(const FlowStatus& flow, Time now) {
  Maker maker(flow);
  Maker::Seen seen;
  if (!flow.tls_version.empty()) seen.tls = ": " + flow.tls_version;
  seen.certificate = flow.certificate_subject;
  seen.verdict = flow.verify_status;
  maker.add_stages(flow.stages, seen);
  std::string text = "open";
  if (flow.cause) text += " to one side only: " + std::string(explain(flow.cause->reason));
  maker.add(now - flow.accepted_at, maker.ends_at(), maker.ends_at(), text);
  return std::move(maker.made());
}

}  // namespace hoplab::timeline
