// EndLog: where the journals of ended connections go. Shared by all loops.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "base/journal.h"
#include "topology/emulator.h"

namespace hoplab::topology {

EndRecord to_record(const Journal& journal);
std::vector<FailedRequests> failures_of(const Journal& journal);
std::vector<StageTime> stages_of(const Journal& journal);

class EndLog final : public JournalSink {
 public:
  explicit EndLog(std::size_t kept) : kept_(kept) {}

  /// One more that is told. Before the first connection; called under no lock.
  void on_end(std::function<void(const EndRecord&)> callback) {
    callbacks_.push_back(std::move(callback));
  }

  /// Whose time the records have; on another than the machine's they have its time as well.
  void use_clock(Clock::Mode mode) { real_.store(mode == Clock::Mode::real); }

  /// Likewise of requests.
  void on_request(std::function<void(const RequestRecord&)> callback) {
    request_callbacks_.push_back(std::move(callback));
  }

  void ended(const Journal& journal) override;
  [[nodiscard]] bool wants_requests() const noexcept override {
    return !request_callbacks_.empty();
  }
  void request_ended(const Journal& journal, const EndedRequest& request) override;

  [[nodiscard]] std::map<Reason, std::uint64_t> by_reason() const;
  [[nodiscard]] std::vector<EndRecord> records() const;
  [[nodiscard]] Newer<EndRecord> after(std::uint64_t number, std::size_t most) const;
  [[nodiscard]] std::uint64_t newest() const;
  void forget();

 private:
  static constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::emulator_stopped) + 1;

  std::size_t kept_;
  std::vector<std::function<void(const EndRecord&)>> callbacks_;
  std::vector<std::function<void(const RequestRecord&)>> request_callbacks_;
  std::atomic<bool> real_{true};
  std::array<std::atomic<std::uint64_t>, kReasons> reasons_{};
  mutable std::mutex mutex_;
  std::deque<EndRecord> records_;
  std::uint64_t newest_ = 0;  // how many there ever were
};

}  // namespace hoplab::topology
