// h2 and grpc: connections that each keep a number of HTTP/2 streams outstanding. A unary call of
// gRPC is a POST with one message, which comes back, and a status in the trailers.
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>

#include "load/client_connection.h"
#include "load/modes.h"
#include "load/run.h"

namespace hoplab::bench {
namespace {

constexpr std::uint32_t kStreamWindow = 1 << 20;
constexpr std::int32_t kConnectionWindow = 1 << 26;

struct SessionFree {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

struct Stream {
  std::int64_t since_ns = 0;
  int status = 0;
  std::string grpc_status;
  std::size_t sent = 0;  // of the message
  std::size_t body_bytes = 0;
  std::string body;
};

nghttp2_nv header(const char* name, const std::string& value) {
  nghttp2_nv nv{};
  nv.name = reinterpret_cast<std::uint8_t*>(const_cast<char*>(name));
  nv.namelen = std::char_traits<char>::length(name);
  nv.value = reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data()));
  nv.valuelen = value.size();
  return nv;
}

// With its prefix: not compressed, and its length.
std::string grpc_message(const std::string& content) {
  std::string out(1, '\0');
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(content.size() >> shift & 0xff);
  return out + content;
}

class H2Client final : public ClientConnection::Owner {
 public:
  H2Client(Run& run, SSL_CTX* context, std::size_t slot, nghttp2_session_callbacks* callbacks)
      : run_(run),
        slot_(slot),
        callbacks_(callbacks),
        calls_(run.options().mode == "grpc"),
        streams_(run.options().streams),
        connection_(run.loop(), context, *this) {}

  void start() {
    if (!run_.going()) return;
    session_.reset();
    unanswered_ = 0;
    connection_.open(run_.options().address, run_.options().sni);
  }

  void on_connected() override;
  void on_bytes(std::string_view bytes) override;
  void on_turn_done() override { pump(); }
  void on_ended(const Ending& ending) override;

  static nghttp2_session_callbacks* make_callbacks();

 private:
  static int on_sent(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t flags, void* self);
  static int on_data(nghttp2_session*, std::uint8_t flags, std::int32_t stream_id,
                     const std::uint8_t* data, std::size_t size, void* self);
  static int on_stream_close(nghttp2_session*, std::int32_t stream_id, std::uint32_t error,
                             void* self);
  static ssize_t read_message(nghttp2_session*, std::int32_t stream_id, std::uint8_t* into,
                              std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                              void* self);
  Stream* stream_of(std::int32_t id) {
    return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
  }
  void ask(Stream& stream);
  void answered(Stream& stream, std::uint32_t error);
  void pump();

  Run& run_;
  std::size_t slot_;
  nghttp2_session_callbacks* callbacks_;
  bool calls_;  // of gRPC
  std::vector<Stream> streams_;
  std::unique_ptr<nghttp2_session, SessionFree> session_;
  std::size_t unanswered_ = 0;  // of the requests that were really sent
  std::string out_;
  ClientConnection connection_;
};

nghttp2_session_callbacks* H2Client::make_callbacks() {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) std::abort();
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, &H2Client::on_sent);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &H2Client::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &H2Client::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &H2Client::on_stream_close);
  return callbacks;
}

void H2Client::on_connected() {
  run_.note_tls(connection_.ssl());
  const unsigned char* alpn = nullptr;
  unsigned alpn_size = 0;
  SSL_get0_alpn_selected(connection_.ssl(), &alpn, &alpn_size);
  if (std::string_view(reinterpret_cast<const char*>(alpn), alpn_size) != "h2") {
    run_.failed("alpn-is-not-h2");
    return start();
  }
  nghttp2_session* session = nullptr;
  if (nghttp2_session_client_new(&session, callbacks_, this) != 0) std::abort();
  session_.reset(session);
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                             {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow}};
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  for (Stream& stream : streams_) ask(stream);
  pump();
}

void H2Client::ask(Stream& stream) {
  stream.status = 0;
  stream.grpc_status.clear();
  stream.sent = 0;
  stream.body_bytes = 0;
  stream.body.clear();
  stream.since_ns = now_ns();
  static const std::string get = "GET", post = "POST", https = "https", agent = "hoplab-load",
                           any = "*/*", grpc = "application/grpc", trailers = "trailers";
  std::vector<nghttp2_nv> headers = {
      header(":method", calls_ ? post : get), header(":scheme", https),
      header(":authority", run_.options().sni), header(":path", run_.options().path),
      header("user-agent", agent)};
  if (calls_) {
    headers.push_back(header("content-type", grpc));
    headers.push_back(header("te", trailers));
  } else {
    headers.push_back(header("accept", any));
  }
  nghttp2_data_provider message{};
  message.source.ptr = &stream;
  message.read_callback = &H2Client::read_message;
  const std::int32_t id =
      nghttp2_submit_request(session_.get(), nullptr, headers.data(), headers.size(),
                             calls_ ? &message : nullptr, &stream);
  if (id < 0) run_.failed(std::string("submit:") + nghttp2_strerror(id));
}

void H2Client::on_bytes(std::string_view bytes) {
  run_.received(bytes.size());
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), data, bytes.size());
  if (taken >= 0) return;
  run_.failed(std::string("http2:") + nghttp2_strerror(static_cast<int>(taken)));
  start();
}

ssize_t H2Client::read_message(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size,
                               std::uint32_t* flags, nghttp2_data_source* source, void* self) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const std::string& message = static_cast<H2Client*>(self)->run_.options().expect_body;
  const std::size_t count = std::min(size, message.size() - stream.sent);
  std::memcpy(into, message.data() + stream.sent, count);
  stream.sent += count;
  if (stream.sent == message.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(count);
}

void H2Client::pump() {
  if (!session_) return;
  const std::uint8_t* data = nullptr;
  for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &data)) > 0;) {
    out_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  }
  if (!out_.empty()) connection_.send(out_);
  out_.clear();
  const bool over = nghttp2_session_want_read(session_.get()) == 0 &&
                    nghttp2_session_want_write(session_.get()) == 0;
  if (!over) return;
  run_.reconnected();  // the server said GOAWAY and all its streams have been answered
  start();
}

void H2Client::on_ended(const Ending& ending) {
  // An end after GOAWAY, with every stream answered or handed back, is the server's good right.
  const bool orderly =
      session_ && unanswered_ == 0 && nghttp2_session_check_request_allowed(session_.get()) == 0;
  if (orderly) {
    run_.reconnected();
  } else {
    run_.failed((ending.after_handshake ? "ended:" : "handshake:") + ending.detail);
  }
  start();
}

int H2Client::on_sent(nghttp2_session*, const nghttp2_frame* frame, void* self) {
  if (frame->hd.type == NGHTTP2_HEADERS) ++static_cast<H2Client*>(self)->unanswered_;
  return 0;
}

int H2Client::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                        std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                        std::uint8_t, void* self) {
  Stream* stream = static_cast<H2Client*>(self)->stream_of(frame->hd.stream_id);
  const std::string_view field(reinterpret_cast<const char*>(name), name_size);
  if (stream != nullptr && field == ":status") {
    stream->status = std::atoi(std::string(value, value + value_size).c_str());
  } else if (stream != nullptr && field == "grpc-status") {
    stream->grpc_status.assign(value, value + value_size);
  }
  return 0;
}

int H2Client::on_data(nghttp2_session*, std::uint8_t, std::int32_t stream_id,
                      const std::uint8_t* data, std::size_t size, void* self) {
  auto& client = *static_cast<H2Client*>(self);
  Stream* stream = client.stream_of(stream_id);
  if (stream == nullptr) return 0;
  stream->body_bytes += size;
  if (client.run_.options().has_expect_body) {
    stream->body.append(reinterpret_cast<const char*>(data), size);
  }
  return 0;
}

int H2Client::on_stream_close(nghttp2_session*, std::int32_t stream_id, std::uint32_t error,
                              void* self) {
  auto& client = *static_cast<H2Client*>(self);
  if (Stream* stream = client.stream_of(stream_id)) client.answered(*stream, error);
  return 0;
}

void H2Client::answered(Stream& stream, std::uint32_t error) {
  --unanswered_;
  const bool may_ask = nghttp2_session_check_request_allowed(session_.get()) != 0;
  // RFC 9113, section 8.7: a refused stream was not processed; after GOAWAY that is no failure.
  if (error == NGHTTP2_REFUSED_STREAM && !may_ask) return;
  std::string wrong = wrong_answer(run_.options(), stream.status, stream.body, stream.body_bytes);
  if (wrong.empty() && calls_ && stream.grpc_status != "0") {
    wrong = "grpc-status:" + stream.grpc_status;
  }
  if (error != NGHTTP2_NO_ERROR) wrong = std::string("stream:") + nghttp2_http2_strerror(error);
  if (wrong.empty()) {
    run_.completed(slot_, now_ns() - stream.since_ns);
  } else {
    run_.failed(wrong);
  }
  if (may_ask && run_.going()) ask(stream);
}

}  // namespace

int run_h2(const Options& given) {
  Options options = given;
  if (options.mode == "grpc") {
    options.expect_body = grpc_message(std::string(options.message_bytes, 'm'));
    options.has_expect_body = true;
  }
  std::string error;
  const TlsSetup tls({options.cert, options.key, options.cacert}, options.tls, "h2", error);
  if (tls.context() == nullptr) {
    std::fprintf(stderr, "hoplab-load: %s\n", error.c_str());
    return 2;
  }
  nghttp2_session_callbacks* callbacks = H2Client::make_callbacks();
  Run run(options, options.connections);
  std::deque<H2Client> clients;
  for (std::size_t slot = 0; slot < options.connections; ++slot) {
    clients.emplace_back(run, tls.context(), slot, callbacks);
  }
  for (H2Client& client : clients) client.start();
  run.execute();
  nghttp2_session_callbacks_del(callbacks);
  return run.report();
}

}  // namespace hoplab::bench
