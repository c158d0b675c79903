#include "topology/end_log.h"

#include <algorithm>
#include <cassert>

namespace hoplab::topology {

std::vector<FailedRequests> failures_of(const Journal& journal) {
  std::vector<FailedRequests> all;
  for (const RequestFailure& one : journal.failures) {
    all.push_back(
        {one.status, one.hop ? one.hop->name : "", one.reason, one.target, one.detail, one.count});
  }
  return all;
}

std::vector<StageTime> stages_of(const Journal& journal) {
  const StageTimes& times = journal.stage_times;
  std::vector<StageTime> all;
  const auto add = [&](Stage stage, Time at) {
    if (at != Time{}) all.push_back({stage, at + journal.calendar_offset});
  };
  for (std::size_t i = 0; i < kStages; ++i) add(static_cast<Stage>(i), times.first[i]);
  const auto first = [&](Stage stage) { return times.first[static_cast<std::size_t>(stage)]; };
  if (times.last_request != first(Stage::request_headers)) {
    add(Stage::request_headers, times.last_request);
  }
  if (times.last_idle != first(Stage::idle)) add(Stage::idle, times.last_idle);
  std::ranges::stable_sort(all, {}, &StageTime::at);
  return all;
}

EndRecord to_record(const Journal& journal) {
  EndRecord record;
  record.id = journal.id;
  record.accepted_at = journal.accepted_at + journal.calendar_offset;
  record.ended_at = journal.ended_at + journal.calendar_offset;
  record.client = journal.client;
  for (const Hop* hop : journal.hops) record.hops.push_back(hop->name);
  record.tls_version = journal.tls_version;
  record.tls_cipher = journal.tls_cipher;
  record.tls_key_exchange = journal.tls_key_exchange;
  record.tls_failure = journal.tls_failure;
  record.handshake_time = journal.handshake_time;
  record.conn_trace_id = journal.conn_trace_id;
  record.certificate_subject = journal.certificate_subject;
  record.certificate_validity = journal.certificate_validity;
  record.certificate_serial = journal.certificate_serial;
  record.verify_status = journal.verify_status;
  record.verify_reason = journal.verify_reason;
  record.stages = stages_of(journal);
  record.requests = journal.requests;
  record.last_status = journal.last_status;
  record.failures = failures_of(journal);
  record.removed_fields = journal.removed_fields;
  record.bytes_from_client = journal.bytes_from_client;
  record.bytes_to_client = journal.bytes_to_client;
  record.hop = journal.cause->hop ? journal.cause->hop->name : "";
  record.by = party_of(journal.cause->reason);
  record.reason = journal.cause->reason;
  record.how = journal.cause->how;
  record.toward = journal.cause->toward;
  record.stage = journal.cause->stage;
  return record;
}

void EndLog::ended(const Journal& journal) {
  assert(journal.cause && "a connection ended without a cause");
  if (journal.kind != JournalKind::client) return;
  count_end(journal);
  reasons_[static_cast<std::size_t>(journal.cause->reason)].fetch_add(1, std::memory_order_relaxed);
  if (kept_ == 0 && callbacks_.empty()) return;
  EndRecord record = to_record(journal);
  if (!real_.load()) {
    record.wall_time = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
  // Whoever is told may ask for it.
  if (kept_ > 0) {
    const std::lock_guard lock(mutex_);
    if (records_.size() == kept_) records_.pop_front();
    records_.push_back(record);
    ++newest_;
  }
  for (const auto& callback : callbacks_) callback(record);
}

std::map<Reason, std::uint64_t> EndLog::by_reason() const {
  std::map<Reason, std::uint64_t> counts;
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto count = reasons_[i].load(std::memory_order_relaxed);
    if (count) counts[static_cast<Reason>(i)] = count;
  }
  return counts;
}

void EndLog::request_ended(const Journal& journal, const EndedRequest& request) {
  if (journal.kind != JournalKind::client) return;
  RequestRecord record;
  record.at = request.at;
  record.connection = journal.id;
  record.client = journal.client;
  record.method = request.method;
  record.path = request.path;
  record.status = request.status;
  record.by = request.target.empty() ? request.served_by->name : request.target;
  if (const RequestFailure* const one = request.failure) {
    record.failure = FailedRequests{
        request.status, one->hop ? one->hop->name : "", one->reason, one->target, one->detail, 1};
    record.by = record.failure->hop;
  }
  for (const auto& callback : request_callbacks_) callback(record);
}

Newer<EndRecord> EndLog::after(std::uint64_t number, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  const std::uint64_t oldest = newest_ - records_.size();  // the number before the first one's
  const std::uint64_t from = std::max(number, oldest);
  Newer<EndRecord> newer{{}, from, from - number};
  for (std::uint64_t at = from; at < newest_ && newer.all.size() < most; ++at) {
    newer.all.push_back(records_[at - oldest]);
    newer.last = at + 1;
  }
  return newer;
}

std::uint64_t EndLog::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

std::vector<EndRecord> EndLog::records() const {
  const std::lock_guard lock(mutex_);
  return {records_.begin(), records_.end()};
}

void EndLog::forget() {
  const std::lock_guard lock(mutex_);
  records_.clear();
}

}  // namespace hoplab::topology
