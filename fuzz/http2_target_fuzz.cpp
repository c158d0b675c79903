// libFuzzer target: HTTP/2 toward a target whose bytes are the fuzzer's.
//
// The input is a script: what the target sends, frame by frame or as it comes, and what the clients
// of several requests do meanwhile. Time is stepped. Checks, beside memory safety: every request
// ends, once, and a failure has a reason; a body is what the target sent on its stream, in order,
// and the target gets of each request's body what its client gave; once all have gone and the
// timeouts are over, nothing is left.
#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task_group.h"
#include "check.h"
#include "http/h2/http2_client_connection.h"
#include "net/memory_pipe.h"

namespace {

using namespace hoplab;
using namespace hoplab::http;
using hoplab::fuzz::check;
using hoplab::fuzz::saw;

constexpr std::size_t kMostSteps = 2000, kMostRequests = 40;
constexpr Duration kIdle = 10s;
constexpr std::uint8_t kData = 0, kHeaders = 1, kRstStream = 3, kGoaway = 7;
constexpr std::uint8_t kEndStream = 1, kEndHeaders = 4, kPadded = 8;

/// The byte at `place` of what is said on a stream, either way: no two streams' are alike.
char mark(std::uint32_t stream, std::size_t place) {
  return static_cast<char>(stream * 131 + place * 7 + (place >> 8));
}

class Script {
 public:
  explicit Script(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool over() const { return bytes_.empty(); }
  std::uint8_t next() {
    if (over()) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  std::string take(std::size_t most) {
    std::string piece(bytes_.substr(0, most));
    bytes_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view bytes_;
};

/// Follows the frames of one direction (RFC 9113 4.1), however they are cut.
class Frames {
 public:
  struct Frame {
    std::size_t size = 0;
    std::uint8_t kind = 0, flags = 0;
    std::uint32_t stream = 0;
  };

  explicit Frames(std::size_t preface) : preface_(preface) {}

  /// `data` gets each byte of a DATA frame's body, with its stream and its place there; `frame`
  /// each whole frame that is not DATA.
  template <class OnData, class OnFrame>
  void feed(std::string& bytes, OnData data, OnFrame frame) {
    for (char& c : bytes) {
      if (preface_ > 0) {
        --preface_;
      } else if (head_.size() < kHead) {
        head_ += c;
        if (head_.size() == kHead) begin();
      } else {
        if (frame_.kind != kData) {
          payload_ += c;
        } else if (at_ == 0 && (frame_.flags & kPadded) != 0) {
          padding_ = static_cast<std::uint8_t>(c);
        } else if (at_ + padding_ < frame_.size) {
          data(c, frame_.stream, places_[frame_.stream]++);
        }
        ++at_;
      }
      if (head_.size() == kHead && at_ == frame_.size) {
        if (frame_.kind != kData) frame(frame_, payload_);
        head_.clear();
      }
    }
  }
  /// How much of a body has passed.
  std::size_t passed(std::uint32_t stream) { return places_[stream]; }

 private:
  static constexpr std::size_t kHead = 9;

  [[nodiscard]] std::uint32_t number(std::size_t from, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      value = value << 8 | static_cast<std::uint8_t>(head_[i]);
    }
    return value;
  }
  void begin() {
    frame_ = {number(0, 3), static_cast<std::uint8_t>(head_[3]),
              static_cast<std::uint8_t>(head_[4]), number(5, 4) & 0x7fffffff};
    at_ = padding_ = 0;
    payload_.clear();
  }

  std::size_t preface_;
  std::string head_, payload_;
  Frame frame_;
  std::size_t at_ = 0, padding_ = 0;
  std::map<std::uint32_t, std::size_t> places_;
};

/// A request's body, which its client gives out bit by bit.
class ClientBody final : public BodySource {
 public:
  ClientBody(std::size_t size, bool tells_size) : size_(size), tells_size_(tells_size) {}

  net::IoResult try_read(std::span<char> into) override {
    if (broken_) return {net::IoStatus::failed, 0};
    const std::size_t count = std::min(into.size(), given_ - read_);
    for (std::size_t i = 0; i < count; ++i) into[i] = mark(stream, read_++);
    if (count > 0) return {net::IoStatus::ok, count};
    return {read_ == size_ ? net::IoStatus::closed : net::IoStatus::would_block, 0};
  }
  void watch(WaitSlot* slot) override {
    reader_ = slot;
    if (slot && (given_ > read_ || read_ == size_ || broken_)) wake(reader_);
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    return tells_size_ ? std::optional<std::uint64_t>(size_ - read_) : std::nullopt;
  }
  [[nodiscard]] const Headers* trailers() const override {
    return trailers_.fields().empty() ? nullptr : &trailers_;
  }

  void give(std::size_t count) {
    given_ = std::min(size_, given_ + count);
    wake(reader_);
  }
  void break_off() {
    broken_ = true;
    wake(reader_);
  }
  void add_trailer(std::string_view name, std::string_view value) { trailers_.add(name, value); }

  std::uint32_t stream = 0;

 private:
  std::size_t size_, given_ = 0, read_ = 0;
  bool tells_size_, broken_ = false;
  WaitSlot* reader_ = nullptr;
  Headers trailers_;
};

class Client final : public ClientWatch, public InterimSink {
 public:
  bool gone() override { return gone_; }
  void watch(WaitSlot* slot) override {
    watcher_ = slot;
    if (slot && gone_) wake(watcher_);
  }
  void interim(int status, std::string_view, const Headers& headers) override;
  void go() {
    gone_ = true;
    wake(watcher_);
  }

 private:
  bool gone_ = false;
  WaitSlot* watcher_ = nullptr;
};

void check_fields(const Headers& headers) {
  for (const Field& field : headers.fields()) {
    check(!field.name.empty() && field.name.front() != ':');
    check(field.name.find_first_of(std::string_view(" \r\n\0", 4)) == std::string_view::npos);
    check(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
}

void Client::interim(int status, std::string_view, const Headers& headers) {
  check(status > 100 && status < 200);
  check_fields(headers);
}

/// A request and whoever asks it. What the exchange may no longer use is freed at its end, so that
/// its use would show.
struct Asked {
  explicit Asked(Loop& loop) : slot(loop) {}

  std::uint32_t stream = 0;
  Client client;
  std::unique_ptr<ClientBody> source;
  std::unique_ptr<Request> request = std::make_unique<Request>();
  std::unique_ptr<Response> response = std::make_unique<Response>();
  WaitSlot slot;         // of who reads the answer's body
  bool pauses = false;   // and does not read now
  bool sips = false;     // or one piece only, and then pauses
  bool drops = false;    // or wants no more of it
  int outcomes = 0;      // of exchange()
  std::size_t read = 0;  // of the answer's body
  bool over = false;
};

class Lab {
 public:
  explicit Lab(Script& script) : script_(script) {
    loop_.clock().set_stepped(Time(std::chrono::seconds(1'000'000'000)));
    auto pipe = net::make_memory_pipe(loop_);
    connection_ = std::make_shared<Http2ClientConnection>(std::move(pipe.first), kIdle, "http",
                                                          "10.0.0.1:80", nullptr);
    target_ = std::move(pipe.second);
    tasks_.spawn(connection_->run());
    settle();
  }

  void run() {
    for (auto requests = 1 + script_.next() % 4; requests > 0; --requests) ask(script_.next());
    for (std::size_t steps = 0; steps < kMostSteps && !script_.over(); ++steps) {
      step();
      settle();
    }
    end();
  }

 private:
  void settle() {
    for (int turns = 0; loop_.poll();) check(++turns < 100'000);
    if (target_reads_) hear();
    while (loop_.poll()) {
    }
  }

  // ---- The target ----

  void say(std::string bytes) {
    said_.feed(
        bytes, [](char& c, std::uint32_t stream, std::size_t place) { c = mark(stream, place); },
        [](const Frames::Frame&, const std::string&) {});
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const net::IoResult result = target_->try_write(rest);
      rest.remove_prefix(result.size);
      const bool stuck = !result.ok();
      settle();
      if (stuck) return;  // the connection has ended
    }
  }
  void say_frame(std::uint8_t kind, std::uint8_t flags, std::uint32_t stream,
                 const std::string& payload) {
    std::string bytes;
    for (int shift = 16; shift >= 0; shift -= 8) {
      bytes += static_cast<char>(payload.size() >> shift);
    }
    bytes += static_cast<char>(kind);
    bytes += static_cast<char>(flags);
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(stream >> shift);
    say(bytes + payload);
  }

  void hear() {
    std::array<char, 4096> piece;
    for (;;) {
      const net::IoResult result = target_->try_read(piece);
      if (!result.ok()) return;
      std::string bytes(piece.data(), result.size);
      heard_.feed(
          bytes,
          [](char c, std::uint32_t stream, std::size_t place) { check(c == mark(stream, place)); },
          [](const Frames::Frame& frame, const std::string& payload) {
            const bool error = frame.kind == kRstStream || frame.kind == kGoaway;
            const std::size_t at = frame.kind == kGoaway ? 7 : 3;
            const int code = error && payload.size() > at ? payload[at] : 0;
            saw(static_cast<std::uint64_t>(frame.kind) << 8 | static_cast<std::uint64_t>(code));
          });
      while (loop_.poll()) {
      }
    }
  }

  /// Mostly one that there is.
  std::uint32_t stream() {
    const std::uint32_t byte = script_.next();
    if (byte < 0x20) return byte;
    return 2 * (byte % 8) + 1;
  }

  void good_head() {
    static constexpr std::array<std::string_view, 8> kBlocks{
        "\x88",  // :status 200
        "\x89",  // 204
        "\x8b",  // 304
        "\x08\x03"
        "103",  // literal, not indexed
        "\x08\x03"
        "100",
        "\x88\x0f\x0d\x01"
        "5",  // 200, content-length: 5
        "\x88\x0f\x0d\x02"
        "64",
        "\x8e",  // 500
    };
    const std::uint32_t where = stream();
    const std::uint8_t byte = script_.next();
    const auto flags = static_cast<std::uint8_t>(kEndHeaders | (byte & 0x80 ? kEndStream : 0));
    say_frame(kHeaders, flags, where, std::string(kBlocks[byte % kBlocks.size()]));
  }

  void target_step(std::uint8_t choice) {
    switch (choice) {
      case 0: {
        const std::uint8_t kind = script_.next(), flags = script_.next();
        const std::uint32_t where = stream();
        const std::uint8_t size = script_.next();
        return say_frame(kind, flags, where, script_.take(size));
      }
      case 1: return say(script_.take(script_.next()));
      case 2: {
        const std::uint32_t where = stream();
        const std::uint8_t byte = script_.next();
        const std::string body(static_cast<std::size_t>(byte >> 1) * 100, '\0');
        return say_frame(kData, byte & kEndStream, where, body);
      }
      case 3: return good_head();
      case 4: {  // the same frame again and again
        const std::uint8_t kind = script_.next(), flags = script_.next();
        const std::uint32_t where = stream();
        const std::string payload = script_.take(script_.next() % 16);
        for (int i = 4 * script_.next(); i > 0; --i) say_frame(kind, flags, where, payload);
        return;
      }
      case 5: target_reads_ = !target_reads_; return;
      default: return target_->shutdown_write();
    }
  }

  // ---- The clients ----

  void ask(std::uint8_t shape) {
    if (asked_.size() == kMostRequests) return;
    Asked& one = *asked_.emplace_back(std::make_unique<Asked>(loop_));
    Request& request = *one.request;
    request.method = shape & 1 ? "POST" : shape & 2 ? "HEAD" : "GET";
    request.target = "/";
    request.authority = "api.test";
    request.client = &one.client;
    one.response->interim = &one.client;
    if (shape & 1) {
      one.source = std::make_unique<ClientBody>(std::size_t{300} * (shape >> 4), shape & 4);
      if (shape & 2) one.source->add_trailer("x-last", "1");
      if (shape & 8) one.source->give(100'000);
      request.body = one.source.get();
    }
    one.pauses = (shape & 0x18) == 0x10;
    one.sips = (shape & 0x28) == 0x20;
    const std::size_t before = connection_->requests();
    tasks_.spawn(run(one));
    if (connection_->requests() == before) return;  // it took no more
    next_stream_ += 2;
    one.stream = next_stream_;
    if (one.source) one.source->stream = one.stream;
  }

  Task<void> run(Asked& one) {
    const ExchangeFailure failure = co_await connection_->exchange(*one.request, *one.response);
    check(++one.outcomes == 1);
    saw(0x10000u | static_cast<unsigned>(failure));
    Response& response = *one.response;
    if (failure == ExchangeFailure::none) {
      check(response.status >= 200 && response.status < 1000);
      check_fields(response.headers);
      if (response.body) co_await read(one);
    } else {
      check(!response.body && response.status == 0);
    }
    one.response.reset();  // and with it the body: nobody waits for the exchange any more
    one.request.reset();
    one.source.reset();
    one.over = true;
  }

  Task<void> read(Asked& one) {
    ResponseBody& body = *one.response->body;
    std::array<char, 700> piece;
    while (!one.drops) {
      const net::IoResult result =
          one.pauses ? net::IoResult() : body.try_read(std::span<char>(piece));
      for (std::size_t i = 0; i < result.size; ++i) check(piece[i] == mark(one.stream, one.read++));
      check(one.read <= said_.passed(one.stream));
      if (result.ended()) {
        ended(one, result.status);
        break;
      }
      one.pauses = one.pauses || (result.ok() && one.sips);
      if (result.ok()) continue;
      if (!one.pauses) body.watch(&one.slot);
      if (!body.push_request()) body.watch_request(&one.slot);
      co_await one.slot;
      body.watch(nullptr);
      body.watch_request(nullptr);
    }
  }

  void ended(Asked& one, net::IoStatus how) {
    const ResponseBody& body = *one.response->body;
    if (how == net::IoStatus::failed) {
      const Reason reason = body.failure();
      saw(0x20000u | static_cast<unsigned>(reason));
      check(!to_text(reason).empty());
      check(!connection_->cut() || reason == *connection_->cut());
      return;
    }
    const Response& response = *one.response;
    const bool bodiless = response.head_only || forbids_body(response.status);
    check(!bodiless || one.read == 0);
    if (!bodiless && response.content_length) check(one.read == *response.content_length);
    if (const Headers* const trailers = body.trailers()) check_fields(*trailers);
  }

  void client_step(std::uint8_t choice) {
    Asked& one = *asked_[script_.next() % asked_.size()];
    if (one.over) return;
    switch (choice) {
      case 0: return one.client.go();
      case 1: one.drops = true; return one.slot.notify();
      case 2: one.pauses = !one.pauses; return one.slot.notify();
      case 3:
        if (one.source) one.source->give(script_.next());
        return;
      default:
        if (one.source) one.source->break_off();
    }
  }

  // ----

  void step() {
    const std::uint8_t choice = script_.next() % 32;
    if (choice < 18) return target_step(choice % 6);
    if (choice < 25) return client_step(choice % 5);
    switch (choice) {
      case 25:
      case 26: return ask(script_.next());
      case 27: return loop_.advance(std::chrono::milliseconds(100 * script_.next()));
      case 28: return target_step(6);
      case 29: return target_->reset(Cause{});
      case 30: return connection_->close();
      default:
        if (script_.next() % 2) return loop_.shut_down();
        const Cause cause{.reason = Reason::target_deregistered, .at = loop_.now()};
        connection_->reset(cause);
    }
  }

  /// Every client does its part. The target need not.
  void end() {
    for (const auto& one : asked_) {
      if (one->source) one->source->give(100'000);
      one->pauses = one->sips = false;
      one->slot.notify();
    }
    for (int i = 0; i < 6; ++i) {
      settle();
      loop_.advance(kIdle);
    }
    settle();
    for (const auto& one : asked_) check(one->over && one->outcomes == 1);
    check(tasks_.running() == 0 && connection_->requests() == 0);
    check(!connection_->takes_requests());
  }

  Script& script_;
  Loop loop_;
  std::shared_ptr<Http2ClientConnection> connection_;
  std::unique_ptr<net::Stream> target_;
  Frames said_{0}, heard_{24};  // behind the client's magic
  bool target_reads_ = true;
  std::uint32_t next_stream_ = static_cast<std::uint32_t>(-1);
  std::vector<std::unique_ptr<Asked>> asked_;
  TaskGroup tasks_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script({reinterpret_cast<const char*>(data), size});
  Lab(script).run();
  return 0;
}
