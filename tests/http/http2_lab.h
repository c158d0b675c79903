// An HTTP/2 server on one end of a memory pipe and an nghttp2 client on the other, in stepped time.
#pragma once

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <functional>
#include <map>
#include <string>

#include "base/task_group.h"
#include "http/server.h"
#include "net/memory_pipe.h"
#include "support/io.h"

namespace hoplab::http {

/// Gives out `bytes` 'x', at most `piece` at a time; ends, fails or stalls afterwards.
class TestSource final : public ResponseBody {
 public:
  enum class Then { close, fail, stall };
  TestSource(std::size_t bytes, std::size_t piece, Then then, bool length_known)
      : left_(bytes), piece_(piece), then_(then), length_known_(length_known) {}

  net::IoResult try_read(std::span<char> into) override {
    if (left_ == 0) {
      if (then_ == Then::stall) return {};
      return {then_ == Then::close ? net::IoStatus::closed : net::IoStatus::failed, 0};
    }
    if (std::exchange(pause_, false)) return {};
    pause_ = true;
    const std::size_t count = std::min({left_, piece_, into.size()});
    std::fill_n(into.begin(), count, 'x');
    left_ -= count;
    return {net::IoStatus::ok, count};
  }
  void watch(WaitSlot* slot) override {
    if (slot && (left_ > 0 || then_ != Then::stall)) slot->notify();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    return length_known_ ? std::optional<std::uint64_t>(left_) : std::nullopt;
  }

 private:
  std::size_t left_, piece_;
  Then then_;
  bool length_known_;
  bool pause_ = false;  // every other read has nothing yet
};

using HandlerFunction = std::function<Task<void>(Request&, Response&)>;

class TestHandler final : public Handler {
 public:
  Task<void> handle(Request& request, Response& response) override {
    ++started;
    response.status = 200;
    if (answer) co_await answer(request, response);
    ++ended;
  }
  HandlerFunction answer;  // null: an empty 200
  int started = 0, ended = 0;
};

class TestPages final : public ErrorPages {
 public:
  void fill(int status, Response& response) const override {
    response.status = status;
    response.text = "error page";
  }
};

/// Awaits a captured slot: g++ 12 would copy it if a lambda awaited it itself.
inline Task<void> notified(WaitSlot& slot) {
  co_await slot;
}

/// Reads a request's body to its end. The status that ended it is left in `last`.
inline Task<std::string> read_all(BodySource& source, Loop& loop, net::IoStatus& last) {
  WaitSlot slot(loop);
  std::string text;
  std::vector<char> buffer(10'000);
  for (;;) {
    const net::IoResult result = source.try_read(buffer);
    last = result.status;
    text.append(buffer.data(), result.size);
    if (result.ended()) co_return text;
    if (result.ok()) continue;
    source.watch(&slot);
    co_await slot;
    source.watch(nullptr);
  }
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// nghttp2 copies what it is given.
inline std::vector<nghttp2_nv> to_nghttp2(Fields& fields) {
  std::vector<nghttp2_nv> list;
  for (auto& [name, value] : fields) {
    list.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                    reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(), 0});
  }
  return list;
}

struct Answer {
  Fields fields;
  std::string body;
  bool closed = false;
  std::uint32_t error = 0;
  bool wrote_all = false;  // of the request's body
  std::string to_send;     // the request's body
  std::size_t sent = 0;
  bool stops = false;  // and sends no more of it for now
  Fields trailers;     // behind it

  [[nodiscard]] std::string field(const std::string& name) const {
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return "";
  }
  [[nodiscard]] std::string status() const { return field(":status"); }
};

class Http2Lab {
 public:
  Http2Lab() { loop.clock().set_stepped(Time(std::chrono::seconds(1'000'000'000))); }
  ~Http2Lab() {
    if (!end) {
      client->reset(Cause{});
      turn();
    }
    EXPECT_EQ(tasks.running(), 0u);
    nghttp2_session_del(session);
  }

  /// Starts the server; afterwards limits and so on no longer count.
  void start() { tasks.spawn(serve()); }

  /// The nghttp2 client's preface and settings.
  void connect(std::int32_t window = 65'535, bool auto_credit = true);

  /// Submits a request; its stream id. A null `body` ends the stream at once.
  std::int32_t ask(const Fields& more = {}, const std::string* body = nullptr,
                   const std::string& method = "GET", const std::string& path = "/");

  /// Sends `more` of a request's body whose answer `stops`; with `last` it ends there.
  void send_more(std::int32_t id, const std::string& more, bool last = false) {
    answers[id].to_send += more;
    answers[id].stops = !last;
    nghttp2_session_resume_data(session, id);
    turn();
  }

  /// Emulated time passes.
  void advance(Duration time) {
    loop.advance(time);
    turn();
  }

  /// Moves bytes until nothing moves any more.
  void turn();

  /// Bytes as they are, for frames that nghttp2 would not send.
  void write_raw(std::string_view bytes) { ASSERT_EQ(client->try_write(bytes).size, bytes.size()); }
  /// What the server has sent, when there is no nghttp2 client.
  std::string read_raw();

  /// Holds a handler until release() or until its client is gone.
  Task<void> park(Request& request) {
    parked.push_back(std::make_unique<WaitSlot>(loop));
    WaitSlot& slot = *parked.back();
    request.client->watch(&slot);
    co_await slot;
    request.client->watch(nullptr);
  }
  void release() {
    for (auto& slot : parked) slot->notify();
  }

  Loop loop;
  Journal journal;
  TestPages pages;
  TestHandler handler;
  ServerContext context{journal, testing::kTestHop, pages};
  std::unique_ptr<net::Stream> client, server;
  std::vector<std::unique_ptr<WaitSlot>> parked;
  std::optional<net::ServeEnd> end;
  std::map<std::int32_t, Answer> answers;
  std::vector<std::uint32_t> goaways;  // error codes
  std::int32_t goaway_last_id = -1;
  std::map<std::int32_t, std::uint32_t> settings;  // the server's
  int reads_by_client = 0;                         // reads that brought something
  bool fin_seen = false;
  bool client_reads = true;
  nghttp2_session* session = nullptr;
  TaskGroup tasks;

 private:
  Task<void> serve() {
    auto pipe = net::make_memory_pipe(loop);
    client = std::move(pipe.first);
    server = std::move(pipe.second);
    end = co_await serve_http2(*server, handler, context);
    if (end->how == EndKind::fin) {
      server->shutdown_write();
    } else {
      server->reset(Cause{});
    }
  }
  bool exchange();
};

/// A frame's bytes (RFC 9113 4.1).
inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                         const std::string& payload) {
  std::string out;
  for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(stream >> shift);
  return out + payload;
}

/// The client's preface: the magic and an empty SETTINGS.
inline std::string preface() {
  return std::string(NGHTTP2_CLIENT_MAGIC) + frame(4, 0, 0, "");
}

/// A GET for "/" of host "a", without Huffman coding or indexing of what follows.
inline std::string get_block() {
  return std::string("\x82\x87\x84\x41\x01") + "a";  // :method GET, :scheme https, :path /
}

/// The error code of the last GOAWAY in `bytes`, or -1.
inline int goaway_error(std::string_view bytes) {
  int error = -1;
  while (bytes.size() >= 9) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const std::size_t size = static_cast<std::size_t>(byte(0) << 16 | byte(1) << 8 | byte(2));
    if (bytes.size() < 9 + size) break;
    if (byte(3) == NGHTTP2_GOAWAY) error = byte(16);
    bytes.remove_prefix(9 + size);
  }
  return error;
}

namespace lab_callbacks {

inline Http2Lab& lab(void* user) {
  return *static_cast<Http2Lab*>(user);
}

inline int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                     std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                     std::uint8_t, void* user) {
  lab(user).answers[frame->hd.stream_id].fields.emplace_back(
      std::string(name, name + name_size), std::string(value, value + value_size));
  return 0;
}

inline int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                   std::size_t size, void* user) {
  lab(user).answers[id].body.append(reinterpret_cast<const char*>(data), size);
  return 0;
}

inline int on_close(nghttp2_session*, std::int32_t id, std::uint32_t error, void* user) {
  Answer& answer = lab(user).answers[id];
  answer.closed = true;
  answer.error = error;
  return 0;
}

inline int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  if (frame->hd.type == NGHTTP2_GOAWAY) {
    lab(user).goaways.push_back(frame->goaway.error_code);
    lab(user).goaway_last_id = frame->goaway.last_stream_id;
  }
  if (frame->hd.type == NGHTTP2_SETTINGS) {
    for (std::size_t i = 0; i < frame->settings.niv; ++i) {
      lab(user).settings[frame->settings.iv[i].settings_id] = frame->settings.iv[i].value;
    }
  }
  return 0;
}

inline ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                         std::size_t size, std::uint32_t* flags, nghttp2_data_source*, void* user) {
  Answer& answer = lab(user).answers[id];
  const std::size_t count = std::min(size, answer.to_send.size() - answer.sent);
  std::copy_n(answer.to_send.begin() + static_cast<std::ptrdiff_t>(answer.sent), count, into);
  answer.sent += count;
  answer.wrote_all = answer.sent == answer.to_send.size();
  if (answer.wrote_all && answer.stops) {
    return count ? static_cast<ssize_t>(count) : static_cast<ssize_t>(NGHTTP2_ERR_DEFERRED);
  }
  if (answer.wrote_all) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (answer.wrote_all && !answer.trailers.empty()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const auto list = to_nghttp2(answer.trailers);
    nghttp2_submit_trailer(session, id, list.data(), list.size());
  }
  return static_cast<ssize_t>(count);
}

}  // namespace lab_callbacks

inline void Http2Lab::connect(std::int32_t window, bool auto_credit) {
  start();
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, lab_callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, lab_callbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, lab_callbacks::on_close);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, lab_callbacks::on_frame);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_auto_window_update(option, auto_credit ? 0 : 1);
  nghttp2_option_set_peer_max_concurrent_streams(option, 100'000);
  nghttp2_option_set_max_send_header_block_length(option, 10'000'000);
  nghttp2_session_client_new2(&session, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                     static_cast<std::uint32_t>(window)};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, &entry, 1);
}

inline std::int32_t Http2Lab::ask(const Fields& more, const std::string* body,
                                  const std::string& method, const std::string& path) {
  Fields all{
      {":method", method}, {":scheme", "https"}, {":authority", "api.test"}, {":path", path}};
  all.insert(all.end(), more.begin(), more.end());
  const std::vector<nghttp2_nv> list = to_nghttp2(all);
  nghttp2_data_provider provider{};
  provider.read_callback = lab_callbacks::read_body;
  const std::int32_t id = nghttp2_submit_request(session, nullptr, list.data(), list.size(),
                                                 body ? &provider : nullptr, nullptr);
  if (body) answers[id].to_send = *body;
  return id;
}

inline bool Http2Lab::exchange() {
  bool moved = false;
  const std::uint8_t* data = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session, &data)) > 0;) {
    std::string_view rest(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    while (!rest.empty()) {
      const auto result = client->try_write(rest);
      if (result.ended()) break;
      rest.remove_prefix(result.size);
      while (loop.poll()) {
      }
    }
    moved = true;
  }
  std::vector<char> buffer(256 * 1024);
  while (client_reads && !fin_seen) {
    const auto result = client->try_read(buffer);
    fin_seen = result.status == net::IoStatus::closed;
    if (!result.ok()) break;
    moved = true;
    ++reads_by_client;
    nghttp2_session_mem_recv(session, reinterpret_cast<const std::uint8_t*>(buffer.data()),
                             result.size);
  }
  return moved;
}

inline void Http2Lab::turn() {
  bool moved = true;
  while (moved) {
    while (loop.poll()) {
    }
    moved = session != nullptr && exchange();
    moved = loop.poll() || moved;
  }
}

inline std::string Http2Lab::read_raw() {
  std::string all;
  std::vector<char> buffer(64 * 1024);
  for (;;) {
    while (loop.poll()) {
    }
    const auto result = client->try_read(buffer);
    fin_seen = fin_seen || result.status == net::IoStatus::closed;
    if (!result.ok()) return all;
    all.append(buffer.data(), result.size);
  }
}

}  // namespace hoplab::http
