// A target that echoes the messages of WebSockets.
#include "load/web_socket.h"

#include "target/modes.h"
#include "target/peer.h"

namespace hoplab::bench {
namespace {

class WebSocketPeer final : public Peer {
 public:
  using Peer::Peer;

 private:
  bool take(std::string_view bytes) override {
    received_.append(bytes);
    if (!open_) take_heads();
    return !open_ || take_frames();
  }

  void take_heads() {
    for (std::size_t end = 0; !open_ && (end = received_.find("\r\n\r\n")) != std::string::npos;) {
      answer(std::string_view(received_).substr(0, end));
      received_.erase(0, end + 4);
    }
  }

  void answer(std::string_view head) {
    const std::string_view key = field_of(head, "Sec-WebSocket-Key");
    open_ = !key.empty();
    send(open_ ? "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                 "Sec-WebSocket-Accept: " +
                     web_socket_accept(key) + "\r\n\r\n"
               : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }

  bool take_frames() {
    bool broken = false;
    std::size_t at = 0;
    std::string out;
    while (const auto frame = read_web_socket_frame(received_, at, broken)) {
      out += web_socket_frame(frame->opcode, frame->payload, false);
      at += frame->size;
      if (frame->opcode == WebSocketFrame::kClose) broken = true;
    }
    received_.erase(0, at);
    if (!out.empty()) send(out);
    return !broken;
  }

  bool open_ = false;
  std::string received_;
};

}  // namespace

void run_web_socket_target(const std::string& listen) {
  EventLoop loop;
  const Listener listener(loop, listen, [](int fd) { return new WebSocketPeer(fd); });
  serve(loop);
}

}  // namespace hoplab::bench
