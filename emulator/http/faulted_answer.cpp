#include "http/faulted_answer.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace hoplab::http {

namespace {

/// A body that breaks off, and may say that it is longer.
class BrokenBody final : public ResponseBody {
 public:
  struct Break {
    std::uint64_t after = std::numeric_limits<std::uint64_t>::max();  // bytes; else at its end
    std::uint64_t missing = 0;                                        // that it promises beside
    bool in_order = false;
  };

  /// Of `body`, or of `text` when there is none.
  BrokenBody(std::unique_ptr<ResponseBody> body, std::string_view text, const Break& how)
      : body_(std::move(body)), text_(text), how_(how) {}

  net::IoResult try_read(std::span<char> into) override {
    if (how_.after == 0) return {net::IoStatus::failed, 0};
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), how_.after));
    const net::IoResult got = read(into.first(room));
    if (got.ok()) how_.after -= got.size;
    if (got.status != net::IoStatus::closed) {
      source_failed_ = got.status == net::IoStatus::failed;
      return got;
    }
    how_.after = 0;
    return {how_.missing > 0 ? net::IoStatus::failed : net::IoStatus::closed, 0};
  }
  void watch(WaitSlot* slot) override {
    if (body_ && how_.after > 0) {
      body_->watch(slot);
    } else if (slot) {
      slot->notify();
    }
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    const auto known = body_ ? body_->remaining() : std::optional<std::uint64_t>(text_.size());
    if (!known) return std::nullopt;
    return *known + how_.missing;
  }
  [[nodiscard]] const Headers* trailers() const override {
    return body_ ? body_->trailers() : nullptr;
  }
  bool push_request() override { return !body_ || body_->push_request(); }
  void watch_request(WaitSlot* slot) override {
    if (body_) body_->watch_request(slot);
  }
  [[nodiscard]] Reason failure() const override {
    return source_failed_ ? body_->failure() : Reason::fault_injected;
  }
  [[nodiscard]] bool ends_in_order() const override { return !source_failed_ && how_.in_order; }
  [[nodiscard]] std::string target() const override { return body_ ? body_->target() : ""; }

 private:
  net::IoResult read(std::span<char> into) {
    if (body_) return body_->try_read(into);
    if (text_.empty()) return {net::IoStatus::closed, 0};
    const std::size_t size = text_.copy(into.data(), into.size());
    text_.remove_prefix(size);
    return {net::IoStatus::ok, size};
  }

  std::unique_ptr<ResponseBody> body_;
  std::string_view text_;
  Break how_;
  bool source_failed_ = false;
};

Task<void> wait(Loop& loop, Duration time) {
  WaitSlot slot(loop);
  Timer timer(loop, [&slot] { slot.notify(); });
  timer.at(loop.clock().now() + time);
  co_await slot;
}

}  // namespace

Task<void> apply_fault(const net::Fault& fault, Loop& loop, Response& response) {
  if (fault.action == FaultAction::delay_head) co_await wait(loop, fault.delay);
  const bool breaks =
      fault.action == FaultAction::cut_body || fault.action == FaultAction::wrong_length;
  const bool has_body = (response.body || !response.text.empty()) && !response.head_only &&
                        !response.upgrade && !forbids_body(response.status);
  if (!breaks || !has_body) co_return;
  BrokenBody::Break how;
  if (fault.action == FaultAction::cut_body) {
    how.after = fault.after_bytes.value_or(0);
    how.in_order = fault.cut == CutBy::fin;
  } else {
    how.missing = fault.missing_bytes;
    if (response.content_length) *response.content_length += how.missing;
    how.in_order = true;
  }
  auto body = std::make_unique<BrokenBody>(std::move(response.body), response.text, how);
  response.text = {};
  response.body = std::move(body);
}

}  // namespace hoplab::http
