#include "scenario/checks/runner.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "base/ascii.h"
#include "base/glob.h"
#include "http/message.h"
#include "http/secrets.h"
#include "scenario/checks/check_client.h"
#include "scenario/checks/check_secrets.h"
#include "scenario/checks/header_expectation.h"
#include "timeline/timeline.h"
#include "topology/record_text.h"

namespace hoplab::scenario {

namespace {

/// Real time without a byte after which a check gives up; where silence is what is expected, less.
constexpr Duration kCheckTimeout = 20s;
constexpr Duration kSilence = 1s;

Duration patience(const Expectation& expect) {
  return expect.end == EndKind::silence ? kSilence : kCheckTimeout;
}

using MetricKey = std::pair<std::string, std::string>;  // resource and metric
using Metrics = std::map<MetricKey, std::uint64_t>;

Metrics metrics_of(const Emulator& emulator) {
  Metrics metrics;
  for (const MetricValue& one : emulator.metrics()) {
    if (one.availability_zone.empty()) metrics[{one.resource, one.metric}] = one.value;
  }
  return metrics;
}

/// Real time to wait for the emulator's record of a connection that has just ended.
constexpr std::chrono::milliseconds kRecordPatience{2000};

template <class T>
std::string shown(const std::optional<T>& value, const char* nothing) {
  if (!value) return nothing;
  if constexpr (std::is_same_v<T, EndKind>) {
    return std::string(end_word(*value));
  } else {
    return std::to_string(*value);
  }
}

/// Ends of lines as "\n", in which two texts may differ.
std::string visible(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c == '\n') {
      shown += "\\n";
    } else if (c == '\r') {
      shown += "\\r";
    } else {
      shown += c;
    }
  }
  return shown;
}

class CheckRun {
 public:
  CheckRun(const Check& check, Emulator& emulator, const RunChecksOptions& options,
           const std::string& pictures)
      : check_(check),
        emulator_(emulator),
        options_(options),
        pictures_(pictures),
        secrets_(check, options.show_secrets) {}

  CheckResult run() {
    result_.name = check_.name;
    const auto began = std::chrono::steady_clock::now();
    before_ = api_requests();
    metrics_before_ = metrics_of(emulator_);
    for (const EndRecord& record : emulator_.ends())
      last_before_ = std::max(last_before_, record.id);
    perform(check_, emulator_, patience,
            [this](std::size_t number, const Observation& seen) { compare_all(number, seen); });
    result_.real_time = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    if (!pictures_.empty() || !options_.captures.empty()) await_ends();
    if (!pictures_.empty()) draw();
    // Comparisons were of the real values; what is said of them is masked.
    for (std::string& one : result_.failures) one = secrets_.masked(std::move(one));
    for (std::string& one : result_.connections) one = secrets_.masked(std::move(one));
    for (std::string& one : result_.timelines) one = secrets_.masked(std::move(one));
    return std::move(result_);
  }

 private:
  /// Of the request (0) or a step, before the next one begins.
  void compare_all(std::size_t number, const Observation& seen) {
    expect_ = number == 0 ? &check_.expect : &check_.then[number - 1].expect;
    where_ = number == 0 ? "" : "step " + std::to_string(number) + ": ";
    seen_ = seen;
    remember_connection();
    secrets_.learn(seen_.headers);
    const std::size_t failures_before = result_.failures.size();
    const bool asked = number == 0 || check_.then[number - 1].request;
    if (!asked && !expect_->end && !seen_.trouble.empty()) {
      fail("step", "to be done", seen_.trouble);
    }
    if (expect_->silence && !seen_.silence && seen_.trouble.empty())
      fail("what came of itself", "nothing", "something");
    if (asked) compare_answer();
    if (expect_->end) compare_end(asked);
    compare_record();
    compare_failure();
    if (expect_->api_requests) {
      compare("requests at private APIs", std::to_string(*expect_->api_requests),
              std::to_string(api_requests() - before_));
    }
    if (expect_->api_saw) compare_api_saw();
    if (!expect_->metrics.empty()) compare_metrics();
    const bool last = number == check_.then.size();
    if (result_.failures.size() > failures_before) say_why(last);
    before_ = api_requests();
    metrics_before_ = metrics_of(emulator_);
  }

  void remember_connection() {
    if (seen_.local_address.empty() && !seen_.barrier) return;
    const auto known =
        std::ranges::find(attempts_, seen_.local_address, &Observation::local_address);
    if (known == attempts_.end() || seen_.local_address.empty()) attempts_.push_back(seen_);
  }

  /// The emulator learns of its client's ends.
  void await_ends() {
    for (const Observation& one : attempts_) {
      seen_ = one;
      (void)find_record();
    }
  }

  /// When its client has gone, so that each connection has its record. Two may have one address.
  void draw() {
    std::set<std::string> clients, drawn;
    for (const Observation& one : attempts_) clients.insert(one.local_address);
    for (const EndRecord& record : emulator_.ends()) {
      if (record.id <= last_before_ || !clients.contains(record.client)) continue;
      drawn.insert(record.client);
      draw(timeline::timeline_of(record),
           to_text(record.failures.empty() ? record.reason : record.failures.front().reason));
    }
    for (const FlowStatus& flow :
         emulator_.flows()) {  // held by a fault, though its client has gone
      if (clients.contains(flow.client))
        draw(timeline::timeline_of(flow, *emulator_.clock().start), "open");
    }
    for (const Observation& one : attempts_) {
      if (one.barrier && !drawn.contains(one.local_address))
        draw(timeline::timeline_of(*one.barrier, one.refused), to_text(one.barrier->reason));
    }
  }

  void draw(const timeline::Timeline& over_time, std::string_view reason) {
    const std::string file = pictures_ + "-" + std::to_string(result_.pictures.size() + 1) + ".svg";
    std::ofstream written(file);
    written << secrets_.masked(timeline_svg(over_time)) << std::flush;
    if (written)
      result_.pictures.push_back({file, std::string(reason)});
    else
      fail("picture", "a file", "that " + file + " cannot be written");
  }

  /// What the emulator knows of the connection that this was about. `ended`: it was the client's
  /// last on it, so that a record comes.
  void say_why(bool ended) {
    if (seen_.local_address.empty()) return;
    const auto flows = ended ? std::vector<FlowStatus>() : emulator_.flows();
    const auto flow = std::ranges::find(flows, seen_.local_address, &FlowStatus::client);
    topology::RecordText text;
    std::string over_time;
    if (flow != flows.end()) {
      text = topology::record_text(*flow);
      if (options_.timelines) {
        over_time = timeline_text(timeline::timeline_of(*flow, *emulator_.clock().start));
      }
    } else if (const auto record = find_record()) {
      text = topology::record_text(*record);
      if (options_.timelines) over_time = timeline_text(timeline::timeline_of(*record));
    } else {
      return;
    }
    const std::string line = text.connection + "  " + text.end;
    if (std::ranges::find(result_.connections, line) != result_.connections.end()) return;
    result_.connections.push_back(line);
    if (options_.timelines) result_.timelines.push_back(std::move(over_time));
  }

  void compare_answer() {
    const Expectation& expect = *expect_;
    const std::string no_answer = "no answer (" + seen_.trouble + ")";
    if (expect.status) {
      compare("status", std::to_string(*expect.status), shown(seen_.status, no_answer.c_str()));
    }
    const std::string body = seen_.status ? visible(seen_.body) : no_answer;
    if (expect.body && (!seen_.status || *expect.body != seen_.body)) {
      fail("body", visible(*expect.body), body);
    }
    if (expect.body_like && !glob_match(*expect.body_like, seen_.body)) {
      fail("body", "like " + visible(*expect.body_like), body);
    }
    compare_headers("answer", expect.headers, seen_.headers);
  }

  void compare_end(bool asked) {
    const std::string otherwise =
        seen_.trouble.empty() ? "not ended by the other side" : seen_.trouble;
    const std::string ended = shown(seen_.end, otherwise.c_str());
    compare("end", std::string(end_word(*expect_->end)), ended);
    if (asked && !expect_->status && seen_.status) {
      fail("end", "no answer before it", "status " + std::to_string(*seen_.status));
    }
  }

  void compare_record() {
    const Expectation& expect = *expect_;
    if (!expect.cause && !expect.verify_status && !expect.hop) return;
    const auto record = find_record();
    if (!record && seen_.barrier) {
      const auto& [hop, reason] = *seen_.barrier;
      return compare_cause(reason, hop ? hop->name : "");
    }
    if (!record) return fail("record", "an ended connection", "none for " + seen_.local_address);
    compare_cause(record->reason, record->hop);
    if (expect.verify_status) {
      compare("verify status", *expect.verify_status, record->verify_status);
    }
  }

  void compare_cause(Reason reason, const std::string& hop) {
    if (expect_->cause)
      compare("cause", std::string(to_text(*expect_->cause)), std::string(to_text(reason)));
    if (expect_->hop) compare("hop that ended it", *expect_->hop, hop);
  }

  /// Likewise of a request, on a connection that may still be there.
  void compare_failure() {
    if (!expect_->failure) return;
    const auto give_up = std::chrono::steady_clock::now() + kRecordPatience;
    std::string saw = "none";
    do {
      const auto failures = failures_seen();
      if (!failures.empty()) saw = to_text(failures.back().reason);
      if (saw == to_text(*expect_->failure)) return;
      std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < give_up);
    fail("failure", std::string(to_text(*expect_->failure)), saw);
  }

  std::vector<FailedRequests> failures_seen() const {
    for (const FlowStatus& flow : emulator_.flows()) {
      if (flow.client == seen_.local_address) return flow.failures;
    }
    const auto ends = emulator_.ends();
    const auto record = std::ranges::find_if(ends.rbegin(), ends.rend(), [this](const auto& one) {
      return one.client == seen_.local_address;
    });
    return record == ends.rend() ? std::vector<FailedRequests>() : record->failures;
  }

  /// The client may learn of the end a moment before the emulator has written its record.
  std::optional<EndRecord> find_record() const {
    if (seen_.local_address.empty()) return std::nullopt;  // it never got in
    const auto give_up = std::chrono::steady_clock::now() + kRecordPatience;
    do {
      const auto ends = emulator_.ends();
      const auto found = std::find_if(ends.rbegin(), ends.rend(), [this](const EndRecord& record) {
        return record.client == seen_.local_address;
      });
      if (found != ends.rend()) return *found;
      std::this_thread::yield();
    } while (std::chrono::steady_clock::now() < give_up);
    return std::nullopt;
  }

  void compare_api_saw() {
    const ApiSaw& expect = *expect_->api_saw;
    std::optional<ReceivedRequest> last;
    for (ReceivedRequest& one : emulator_.requests()) {
      if (one.kind == "api") last = std::move(one);
    }
    if (!last) return fail("what the API saw", "a request", "none");
    if (expect.method) compare("method that the API saw", *expect.method, last->method);
    if (expect.path && *expect.path != last->target) {
      fail("path that the API saw", shown_target(*expect.path), shown_target(last->target));
    }
    secrets_.learn(last->headers);
    compare_headers("API's request", expect.headers, last->headers);
  }

  /// Like a record, a metric may come a moment after the client knows.
  void compare_metrics() {
    const auto give_up = std::chrono::steady_clock::now() + kRecordPatience;
    while (true) {
      const Metrics now = metrics_of(emulator_);
      const auto rise = [&](const Expectation::Metric& one) {
        const MetricKey key{one.resource, one.metric};
        return now.contains(key) ? std::optional(now.at(key) - metrics_before_.at(key))
                                 : std::nullopt;
      };
      const bool as_expected = std::ranges::all_of(
          expect_->metrics, [&](const auto& one) { return rise(one) == one.by; });
      if (as_expected) return;
      if (std::chrono::steady_clock::now() < give_up) {
        std::this_thread::yield();
        continue;
      }
      for (const auto& one : expect_->metrics) {
        compare(one.metric + " of " + one.resource, std::to_string(one.by),
                shown(rise(one), "no such metric"));
      }
      return;
    }
  }

  void compare_headers(const std::string& where, const std::vector<HeaderExpectation>& expected,
                       const std::vector<std::pair<std::string, std::string>>& headers) {
    for (const auto& expectation : expected) {
      const bool shown = options_.show_secrets || !http::is_secret(expectation.name);
      const std::string trouble = mismatch(expectation, headers, emulator_, shown);
      if (!trouble.empty()) result_.failures.push_back(where_ + where + ": " + trouble);
    }
  }

  [[nodiscard]] std::string shown_target(const std::string& target) const {
    return options_.show_secrets ? target : http::masked_target(target);
  }

  [[nodiscard]] std::uint64_t api_requests() const {
    std::uint64_t sum = 0;
    for (const auto& [api, count] : emulator_.counters().api_requests) sum += count;
    return sum;
  }

  void compare(const std::string& what, const std::string& expected, const std::string& saw) {
    if (expected != saw) fail(what, expected, saw);
  }
  void fail(const std::string& what, const std::string& expected, const std::string& saw) {
    result_.failures.push_back(where_ + what + ": expected " + expected + ", saw " + saw);
  }

  const Check& check_;
  Emulator& emulator_;
  const RunChecksOptions& options_;
  std::string pictures_;               // what their names begin with; empty: none
  std::vector<Observation> attempts_;  // one for each connection
  std::uint64_t last_before_ = 0;      // the last connection that was over before
  CheckSecrets secrets_;
  const Expectation* expect_ = nullptr;
  std::string where_;  // "step 2: ", or nothing for the check's own request
  Observation seen_;
  std::uint64_t before_ = 0;  // requests at private APIs
  Metrics metrics_before_;
  CheckResult result_;
};

/// Two checks may have one name.
std::string file_of(const std::string& before, const std::string& check, std::size_t index) {
  std::string name;
  for (const char c : check) {
    const bool kept = is_letter(c) || is_digit(c);
    if (kept) name += c;
    if (!kept && !name.empty() && name.back() != '-') name += '-';
  }
  return before + std::to_string(index + 1) + "-" + name;
}

}  // namespace

std::vector<CheckResult> run_checks(const Scenario& scenario, Emulator& emulator,
                                    const RunChecksOptions& options) {
  constexpr std::size_t kKeptRequests = 100;
  emulator.keep_requests(kKeptRequests);
  std::vector<CheckResult> results;
  for (const Check& check : scenario.checks) {
    Result<void> captured;
    const auto file = [&](const std::string& before) {
      return before.empty() ? "" : file_of(before, check.name, results.size());
    };
    const std::string capture = options.captures.empty() ? "" : file(options.captures) + ".pcapng";
    if (!capture.empty()) captured = emulator.capture_in(capture);
    results.push_back(CheckRun(check, emulator, options, file(options.pictures)).run());
    results.back().capture = capture;
    if (!captured) results.back().failures.push_back(captured.error());
  }
  // The end of the emulator, which resets what is there, belongs to no check.
  if (!options.captures.empty()) (void)emulator.capture_in("");
  return results;
}

}  // namespace hoplab::scenario
