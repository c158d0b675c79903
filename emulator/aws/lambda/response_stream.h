// ResponseStream: what a function returns, as it comes, where it is invoked for that
// (InvokeWithResponseStream). Whoever invokes it owns the stream and reads; the invocation writes
// as long as there is one, so a function goes on when nobody reads any more.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/waiting.h"

namespace hoplab::aws::lambda {

/// As a Pending it is done once something has come since ask_for_more().
class ResponseStream final : public http::ResponseBody, public http::Pending {
 public:
  /// Beyond so many bytes that nobody has read, whoever writes should wait.
  static constexpr std::size_t kRoom = 64UL * 1024;

  ResponseStream() = default;
  ~ResponseStream() override { wake(writer_); }
  ResponseStream(const ResponseStream&) = delete;
  ResponseStream& operator=(const ResponseStream&) = delete;

  // Of whoever writes. What comes after the end is nobody's.
  void put(std::string_view bytes);
  void end();
  void fail(Reason reason, std::string detail);
  [[nodiscard]] bool full() const noexcept { return !over_ && ready().size() >= kRoom; }
  /// One-shot: wakes `slot` when there is room, or the stream is gone; nullptr forgets.
  void watch_room(WaitSlot* slot) noexcept { writer_ = slot; }

  // Of whoever reads.
  /// What has come and was not read yet.
  [[nodiscard]] std::string_view ready() const noexcept {
    return std::string_view(bytes_).substr(read_);
  }
  void consume(std::size_t size);
  /// Nothing more will come.
  [[nodiscard]] bool over() const noexcept { return over_; }
  void ask_for_more() noexcept { done = over_; }

  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* slot) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  [[nodiscard]] Reason failure() const override {
    return broken_.value_or(Reason::response_truncated);
  }
  [[nodiscard]] std::string detail() const override { return detail_; }

 private:
  void finish();

  std::string bytes_;
  std::size_t read_ = 0;
  bool over_ = false;
  std::optional<Reason> broken_;
  std::string detail_;
  WaitSlot* writer_ = nullptr;
};

}  // namespace hoplab::aws::lambda
