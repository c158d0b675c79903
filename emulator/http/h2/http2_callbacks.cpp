#include "http/h2/http2_callbacks.h"

#include <nghttp2/nghttp2.h>

#include <cstdlib>
#include <limits>

#include "http/h2/http2_connection.h"

namespace hoplab::http {

struct Http2Callbacks {
  static constexpr std::uint64_t kFrameHeader = 9;  // RFC 9113 4.1

  static Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

  static Http2Stream* stream_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static std::string_view text_of(nghttp2_rcbuf* buffer) {
    const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
    return {reinterpret_cast<const char*>(bytes.base), bytes.len};
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Http2Connection& connection = self(user);
    connection.head_open_ = true;
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;  // trailers
    if (Http2Stream* stream = connection.begin_request(frame->hd.stream_id)) {
      nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, stream);
    }
    return 0;
  }

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                       nghttp2_rcbuf* value, std::uint8_t, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    Http2Stream* stream = stream_of(session, frame->hd.stream_id);
    if (!stream) return 0;
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
      stream->trailer_size += text_of(name).size() + text_of(value).size();
      const bool fits = stream->trailer_size <= self(user).context_.limits.headers;
      if (fits && !stream->body_unwanted) stream->body.add_trailer(text_of(name), text_of(value));
      return 0;
    }
    const Http2Field field{text_of(name), text_of(value), nghttp2_rcbuf_is_static(name) != 0,
                           nghttp2_rcbuf_is_static(value) != 0};
    stream->head.add(stream->request, field, self(user).context_.limits);
    return 0;
  }

  // RFC 9113 8.2.1: such a request is malformed; nghttp2 alone would leave the field out.
  static int on_invalid_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf*,
                               nghttp2_rcbuf*, std::uint8_t, void*) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                              NGHTTP2_PROTOCOL_ERROR);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame_recv(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Http2Connection& connection = self(user);
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const Time now = connection.stream_.loop().now();
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        connection.head_open_ = false;
        connection.active_ = true;
        if (frame->headers.cat != NGHTTP2_HCAT_REQUEST &&
            !connection.flood_.idle_frames.take(now)) {
          connection.calm_down();
          return 0;
        }
        break;
      case NGHTTP2_DATA:
        if (frame->hd.length > 0) {
          connection.active_ = true;
        } else if (!connection.flood_.idle_frames.take(now)) {
          connection.calm_down();
        }
        break;
      case NGHTTP2_PING:
      case NGHTTP2_PRIORITY:
        if (!connection.flood_.idle_frames.take(now)) connection.calm_down();
        return 0;
      case NGHTTP2_SETTINGS:
        if (!connection.flood_.settings.take(now)) connection.calm_down();
        return 0;
      case NGHTTP2_RST_STREAM:
        if (!connection.flood_.resets.take(now)) connection.calm_down();
        return 0;
      case NGHTTP2_GOAWAY:
        if (frame->goaway.error_code != NGHTTP2_NO_ERROR && !connection.error_) {
          connection.error_ = Reason::client_http2_error;
        }
        return 0;
      default: return 0;
    }
    Http2Stream* stream = stream_of(session, frame->hd.stream_id);
    if (!stream) return 0;
    stream->last_moved = now;
    stream->frame_bytes_received += kFrameHeader + frame->hd.length;
    if (ends) connection.request_complete(*stream);
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      connection.head_complete(*stream);
    }
    return 0;
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void*) {
    Http2Stream* stream = stream_of(session, id);
    if (stream) stream->received += size;
    if (stream && !stream->body_unwanted) {
      stream->body.append({reinterpret_cast<const char*>(data), size});
    } else {
      nghttp2_session_consume(session, id, size);  // nobody will read it
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Http2Connection& connection = self(user);
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      if (frame->goaway.error_code != NGHTTP2_NO_ERROR && !connection.error_) {
        connection.error_ = Reason::http2_protocol_error;
      }
      return 0;
    }
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      // Ours are not the client's doing: the end of an upload that nobody needs, a body cut short.
      const std::uint32_t error = frame->rst_stream.error_code;
      const bool ours = error == NGHTTP2_NO_ERROR || error == NGHTTP2_INTERNAL_ERROR;
      const Time now = connection.stream_.loop().now();
      if (!ours && !connection.flood_.resets.take(now)) connection.calm_down();
      return 0;
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    connection.active_ = true;
    if (frame->hd.type == NGHTTP2_DATA) connection.context_.journal.reached(Stage::response_body);
    Http2Stream* stream = stream_of(session, frame->hd.stream_id);
    if (!stream) return 0;
    stream->last_moved = connection.stream_.loop().now();
    stream->frame_bytes_sent += kFrameHeader + frame->hd.length;
    if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
    stream->sent = true;
    if (stream->body_unwanted) connection.cut_request(*stream);
    return 0;
  }

  static int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
    if (Http2Stream* stream = stream_of(session, id)) {
      nghttp2_session_set_stream_user_data(session, id, nullptr);
      self(user).closed(*stream);
    }
    return 0;
  }

  static nghttp2_session_callbacks* make_callbacks() {
    nghttp2_session_callbacks* all = nullptr;
    if (nghttp2_session_callbacks_new(&all) != 0) std::abort();  // out of memory
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback2(all, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(all, on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, on_frame_send);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, on_stream_close);
    return all;
  }

  static nghttp2_option* make_options() {
    nghttp2_option* options = nullptr;
    if (nghttp2_option_new(&options) != 0) std::abort();  // out of memory
    nghttp2_option_set_no_auto_window_update(options, 1);
    nghttp2_option_set_no_closed_streams(options, 1);
    // Resets are counted by FloodGuard, on the emulated clock.
    const std::uint64_t never = std::numeric_limits<std::uint64_t>::max() / 2;
    nghttp2_option_set_stream_reset_rate_limit(options, never, 1);
    // The limit on response headers is the ALB's towards its target, not this server's.
    nghttp2_option_set_max_send_header_block_length(options, 1024 * 1024);
    return options;
  }
};

nghttp2_session* new_http2_session(Http2Connection& connection) {
  // Both are only read by nghttp2, which copies what it keeps; they live as long as the program.
  static nghttp2_session_callbacks* const callbacks = Http2Callbacks::make_callbacks();
  static nghttp2_option* const options = Http2Callbacks::make_options();
  nghttp2_session* session = nullptr;
  if (nghttp2_session_server_new2(&session, callbacks, &connection, options) != 0) std::abort();
  return session;
}

}  // namespace hoplab::http
