#include "aws/target_group/recording_backend.h"

namespace hoplab::aws {

namespace {

/// Passes a body on, and what goes by to the log.
class RecordedBody final : public http::BodySource {
 public:
  RecordedBody(http::BodySource& body, http::RequestLog& log, std::uint64_t id)
      : body_(body), log_(log), id_(id) {}

  net::IoResult try_read(std::span<char> into) override {
    const net::IoResult got = body_.try_read(into);
    if (got.ok()) log_.append(id_, {into.data(), got.size});
    return got;
  }
  void watch(WaitSlot* slot) override { body_.watch(slot); }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    return body_.remaining();
  }
  [[nodiscard]] const http::Headers* trailers() const override { return body_.trailers(); }

 private:
  http::BodySource& body_;
  http::RequestLog& log_;
  std::uint64_t id_;
};

}  // namespace

Task<BackendOutcome> RecordingBackend::exchange(http::Request& request, http::Response& response,
                                                const BackendLimits& limits, BackendCaller caller) {
  if (log_.on()) {
    const std::uint64_t id =
        log_.add(request, {.receiver = receiver_, .kind = "service", .at = loop_.calendar()});
    if (request.body) {
      request.in_place = std::make_unique<RecordedBody>(*request.body, log_, id);
      request.body = request.in_place.get();
    }
  }
  return service_->exchange(request, response, limits, std::move(caller));
}

}  // namespace hoplab::aws
