// A target that answers unary calls of gRPC with the message that they bring.
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <unordered_map>

#include "target/modes.h"
#include "target/peer.h"

namespace hoplab::bench {
namespace {

struct SessionFree {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

// Names and values that live as long as the program.
nghttp2_nv constant(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

class GrpcPeer final : public Peer {
 public:
  explicit GrpcPeer(int fd) : Peer(fd) {
    static nghttp2_session_callbacks* const callbacks = make_callbacks();
    nghttp2_session* session = nullptr;
    if (nghttp2_session_server_new(&session, callbacks, this) != 0) std::abort();
    session_.reset(session);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1000}};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  }

 private:
  struct Call {
    std::string message;
    std::size_t sent = 0;
  };

  bool take(std::string_view bytes) override {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (nghttp2_session_mem_recv(session_.get(), data, bytes.size()) < 0) return false;
    std::string out;
    const std::uint8_t* piece = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_.get(), &piece)) > 0;) {
      out.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(size));
    }
    if (!out.empty()) send(out);
    return nghttp2_session_want_read(session_.get()) != 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                     std::size_t size, void* self) {
    static_cast<GrpcPeer*>(self)->calls_[stream].message.append(reinterpret_cast<const char*>(data),
                                                                size);
    return 0;
  }

  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* self) {
    const bool may_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!may_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    nghttp2_data_provider message{};
    message.source.ptr = &static_cast<GrpcPeer*>(self)->calls_[frame->hd.stream_id];
    message.read_callback = read_message;
    const nghttp2_nv head[] = {constant(":status", "200"),
                               constant("content-type", "application/grpc")};
    return nghttp2_submit_response(session, frame->hd.stream_id, head, std::size(head), &message);
  }

  static ssize_t read_message(nghttp2_session* session, std::int32_t stream, std::uint8_t* into,
                              std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                              void*) {
    Call& call = *static_cast<Call*>(source->ptr);
    const std::size_t count = std::min(size, call.message.size() - call.sent);
    std::memcpy(into, call.message.data() + call.sent, count);
    call.sent += count;
    if (call.sent < call.message.size()) return static_cast<ssize_t>(count);
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const nghttp2_nv trailers[] = {constant("grpc-status", "0")};
    nghttp2_submit_trailer(session, stream, trailers, std::size(trailers));
    return static_cast<ssize_t>(count);
  }

  static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t, void* self) {
    static_cast<GrpcPeer*>(self)->calls_.erase(stream);
    return 0;
  }

  static nghttp2_session_callbacks* make_callbacks() {
    nghttp2_session_callbacks* made = nullptr;
    if (nghttp2_session_callbacks_new(&made) != 0) std::abort();
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
    return made;
  }

  std::unique_ptr<nghttp2_session, SessionFree> session_;
  std::unordered_map<std::int32_t, Call> calls_;
};

}  // namespace

void run_grpc_target(const std::string& listen) {
  EventLoop loop;
  const Listener listener(loop, listen, [](int fd) { return new GrpcPeer(fd); });
  serve(loop);
}

}  // namespace hoplab::bench
