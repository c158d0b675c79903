// websocket: connections that each keep one message outstanding, which the target echoes.
#include <cstdio>
#include <deque>

#include "load/client_connection.h"
#include "load/modes.h"
#include "load/run.h"
#include "load/web_socket.h"

namespace hoplab::bench {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // of RFC 6455; any does

class WebSocketClient final : public ClientConnection::Owner {
 public:
  WebSocketClient(Run& run, SSL_CTX* context, std::size_t slot)
      : run_(run),
        slot_(slot),
        message_(run.options().message_bytes, static_cast<char>('a' + slot % 26)),
        frame_(web_socket_frame(WebSocketFrame::kBinary, message_, true)),
        connection_(run.loop(), context, *this) {}

  void start() {
    if (!run_.going()) return;
    opened_ = false;
    received_.clear();
    connection_.open(run_.options().address, run_.options().sni);
  }

  void on_connected() override;
  void on_bytes(std::string_view bytes) override;
  void on_ended(const Ending& ending) override;

 private:
  bool take_opening();
  void take_message();
  void say();
  void fail(const std::string& reason);

  Run& run_;
  std::size_t slot_;
  std::string message_, frame_;
  bool opened_ = false;
  std::string received_;
  std::int64_t since_ns_ = 0;
  ClientConnection connection_;
};

void WebSocketClient::on_connected() {
  run_.note_tls(connection_.ssl());
  connection_.send(
      "GET " + run_.options().path + " HTTP/1.1\r\nHost: " + run_.options().sni +
      "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: " + std::string(kKey) + "\r\n\r\n");
}

void WebSocketClient::on_bytes(std::string_view bytes) {
  run_.received(bytes.size());
  received_.append(bytes);
  if (opened_) return take_message();
  if (take_opening()) say();
}

// Whether the server's answer has come, and is the right one.
bool WebSocketClient::take_opening() {
  const std::size_t end = received_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  static const std::string accept = web_socket_accept(kKey);
  const std::string_view head(received_.data(), end);
  opened_ = head.starts_with("HTTP/1.1 101 ") && field_of(head, "Sec-WebSocket-Accept") == accept;
  if (!opened_) fail("not-opened:" + received_.substr(0, received_.find('\r')));
  received_.clear();  // the target speaks only when it was spoken to
  return opened_;
}

void WebSocketClient::take_message() {
  bool broken = false;
  const auto frame = read_web_socket_frame(received_, 0, broken);
  if (broken) return fail("frame");
  if (!frame) return;
  const bool echoed = frame->opcode == WebSocketFrame::kBinary && frame->payload == message_ &&
                      frame->size == received_.size();
  if (!echoed) return fail("message");
  received_.clear();
  run_.completed(slot_, now_ns() - since_ns_);
  if (run_.going()) say();
}

void WebSocketClient::say() {
  since_ns_ = now_ns();
  connection_.send(frame_);
}

void WebSocketClient::fail(const std::string& reason) {
  run_.failed(reason);
  start();
}

void WebSocketClient::on_ended(const Ending& ending) {
  fail((ending.after_handshake ? "ended:" : "handshake:") + ending.detail);
}

}  // namespace

int run_web_socket(const Options& options) {
  std::string error;
  const TlsSetup tls({options.cert, options.key, options.cacert}, options.tls, "http/1.1", error);
  if (!error.empty()) {
    std::fprintf(stderr, "hoplab-load: %s\n", error.c_str());
    return 2;
  }
  Run run(options, options.connections);
  std::deque<WebSocketClient> clients;
  for (std::size_t slot = 0; slot < options.connections; ++slot) {
    clients.emplace_back(run, tls.context(), slot);
  }
  for (WebSocketClient& client : clients) client.start();
  run.execute();
  return run.report();
}

}  // namespace hoplab::bench
