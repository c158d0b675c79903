// What nghttp2 reports to an Http2ClientConnection.

#include <nghttp2/nghttp2.h>

#include <charconv>
#include <cstdlib>
#include <vector>

#include "http/field_names.h"
#include "http/h1/http1_parser.h"
#include "http/h2/http2_client_exchange.h"
#include "http/h2/http2_text.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

struct Http2ClientConnectionCallbacks {
  using Connection = Http2ClientConnection;
  using Exchange = Connection::Exchange;

  static Connection& self(void* user) { return *static_cast<Connection*>(user); }

  /// Null: nobody waits for it any more, or it is a pushed one.
  static Exchange* exchange_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Exchange*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void*) {
    Exchange* const one = exchange_of(session, frame->hd.stream_id);
    if (!one || one->head_done || !one->response) return 0;
    one->response->status = 0;
    one->response->headers.fields().clear();  // of an interim answer; its size counts on
    one->left.reset();
    return 0;
  }

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame,
                       const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                       std::size_t value_size, std::uint8_t, void* user) {
    Exchange* const one = exchange_of(session, frame->hd.stream_id);
    if (!one || frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (add(*one, text_of(name, name_size), text_of(value, value_size))) return 0;
    refuse(session, self(user), *one, ExchangeFailure::head_too_large);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  /// False: the head, or the trailer fields, are over the limit.
  static bool add(Exchange& one, std::string_view name, std::string_view value) {
    std::size_t& size = one.head_done ? one.trailer_size : one.head_size;
    size += name.size() + value.size() + 4;  // ": " and CRLF
    if (size > kResponseHeadLimit) return false;
    if (one.head_done) {
      one.trailers.add(one.trailer_text.copy(name), one.trailer_text.copy(value));
      return true;
    }
    if (!one.response) return true;
    // nghttp2 has seen to it that both numbers are numbers, and that each came once.
    if (name == ":status") {
      std::from_chars(value.data(), value.data() + value.size(), one.response->status);
    } else if (name == "content-length") {
      std::from_chars(value.data(), value.data() + value.size(), one.left.emplace());
    } else {
      Arena& arena = one.response->arena;
      one.response->headers.add(arena.copy(name), arena.copy(value));
    }
    return true;
  }

  static void refuse(nghttp2_session* session, Connection& connection, Exchange& one,
                     ExchangeFailure how) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, one.id, NGHTTP2_CANCEL);
    connection.over(one, how);
  }

  // RFC 9113 8.2.1: such an answer is malformed; nghttp2 alone would leave the field out.
  static int on_invalid_header(nghttp2_session* session, const nghttp2_frame* frame,
                               const std::uint8_t*, std::size_t, const std::uint8_t*, std::size_t,
                               std::uint8_t, void* user) {
    if (Exchange* const one = exchange_of(session, frame->hd.stream_id)) {
      refuse(session, self(user), *one, ExchangeFailure::malformed);
    }
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  /// False: the peer sends more than it may of what costs it nothing.
  static bool within_budget(Connection& connection, const nghttp2_frame* frame) {
    const Time now = connection.loop().now();
    switch (frame->hd.type) {
      case NGHTTP2_PING:
      case NGHTTP2_PRIORITY: return connection.flood_.idle_frames.take(now);
      case NGHTTP2_DATA: return frame->hd.length > 0 || connection.flood_.idle_frames.take(now);
      case NGHTTP2_SETTINGS: return connection.flood_.settings.take(now);
      case NGHTTP2_RST_STREAM: return connection.flood_.resets.take(now);
      default: return true;
    }
  }

  static void calm_down(nghttp2_session* session, Connection& connection) {
    nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
    connection.fail_all(ExchangeFailure::malformed);
  }

  /// Of a head on a stream that is over, and of a pushed one too many, nghttp2 tells no more.
  static int on_begin_frame(nghttp2_session* session, const nghttp2_frame_hd* frame, void* user) {
    Connection& connection = self(user);
    const bool for_nobody =
        frame->type == NGHTTP2_PUSH_PROMISE ||
        (frame->type == NGHTTP2_HEADERS && exchange_of(session, frame->stream_id) == nullptr);
    if (for_nobody && !connection.flood_.idle_frames.take(connection.loop().now())) {
      calm_down(session, connection);
    }
    return 0;
  }

  static int on_frame_recv(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Connection& connection = self(user);
    if (!within_budget(connection, frame)) {
      calm_down(session, connection);
      return 0;
    }
    if (frame->hd.type == NGHTTP2_GOAWAY) connection.draining_ = true;
    Exchange* const one = exchange_of(session, frame->hd.stream_id);
    if (!one) return 0;
    if (frame->hd.type == NGHTTP2_RST_STREAM && !one->end_stream) {
      connection.over(*one, ExchangeFailure::target_reset);
      return 0;
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    one->idle.touch();
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (ends) one->end_stream = true;
    if (frame->hd.type == NGHTTP2_HEADERS && !one->head_done) head_ends(*one);
    if (ends || frame->hd.type == NGHTTP2_DATA) hoplab::wake(one->reader);
    return 0;
  }

  static void head_ends(Exchange& one) {
    Response* const response = one.response;
    if (!response) return;
    if (response->status < 200) {
      if (response->interim && response->status != 100) {
        response->interim->interim(response->status, {}, response->headers);
      }
      return;
    }
    one.head_done = true;
    response->head_only = one.to_head;
    response->content_length = one.left;
    if (one.to_head || forbids_body(response->status)) one.left.reset();
    one.response = nullptr;
    one.head_slot.notify();
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void*) {
    if (Exchange* const one = exchange_of(session, id)) {
      if (one->held_begin > 0) {
        one->held.erase(0, one->held_begin);
        one->held_begin = 0;
      }
      one->held.append(text_of(data, size));
      one->idle.touch();
      hoplab::wake(one->reader);
    } else {
      nghttp2_session_consume(session, id, size);  // nobody will read it
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Connection& connection = self(user);
    const bool error =
        frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR;
    if (error) connection.fail_all(ExchangeFailure::malformed);  // nghttp2's verdict on the peer
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      if (Exchange* const one = exchange_of(session, frame->hd.stream_id)) {
        connection.over(*one, ExchangeFailure::malformed);  // likewise on the answer
      }
    }
    return 0;
  }

  static int on_frame_not_send(nghttp2_session* session, const nghttp2_frame* frame, int,
                               void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS) return 0;
    if (Exchange* const one = exchange_of(session, frame->hd.stream_id)) {
      self(user).over(*one, ExchangeFailure::target_closed);  // after its GOAWAY
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t, void* user) {
    Exchange* const one = exchange_of(session, id);
    if (!one) return 0;
    if (!one->end_stream) self(user).over(*one, ExchangeFailure::target_closed);
    nghttp2_session_set_stream_user_data(session, id, nullptr);
    one->source = nullptr;
    hoplab::wake(one->pusher);
    self(user).forget(id);
    return 0;
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                           std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                           void* user) {
    Exchange* const one = exchange_of(session, id);
    if (!one || !one->source) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // given up
    const IoResult result = one->source->try_read({reinterpret_cast<char*>(into), size});
    one->deferred = result.would_block();
    if (one->deferred) return NGHTTP2_ERR_DEFERRED;
    if (result.status == IoStatus::failed) {
      self(user).over(*one, ExchangeFailure::request_failed);
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // RST_STREAM INTERNAL_ERROR
    }
    one->idle.touch();
    const bool at_end = result.status == IoStatus::closed;
    // Known to be the last piece: say so now and save an empty DATA frame.
    if (at_end || one->source->remaining() == std::uint64_t{0}) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (at_end) submit_trailers(session, *one, *flags);
      one->source = nullptr;
      hoplab::wake(one->pusher);
    }
    return static_cast<ssize_t>(result.size);
  }

  static void submit_trailers(nghttp2_session* session, Exchange& one, std::uint32_t& flags) {
    const Headers* const trailers = one.source->trailers();
    if (!trailers) return;
    std::vector<nghttp2_nv> fields;
    for (const Field& field : trailers->fields()) {
      const bool passes = !one.passes_trailer || one.passes_trailer(field.name);
      if (passes && !belongs_to_connection(field.name)) {
        fields.push_back(copied(field.name, field.value));
      }
    }
    if (fields.empty()) return;
    if (nghttp2_submit_trailer(session, one.id, fields.data(), fields.size()) == 0) {
      flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    }
  }

  static nghttp2_session_callbacks* make_callbacks() {
    nghttp2_session_callbacks* all = nullptr;
    if (nghttp2_session_callbacks_new(&all) != 0) std::abort();  // out of memory
    nghttp2_session_callbacks_set_on_begin_frame_callback(all, on_begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(all, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(all, on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(all, on_frame_send);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(all, on_frame_not_send);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, on_stream_close);
    return all;
  }

  static nghttp2_option* make_options() {
    nghttp2_option* options = nullptr;
    if (nghttp2_option_new(&options) != 0) std::abort();  // out of memory
    nghttp2_option_set_no_auto_window_update(options, 1);
    // The limits on a request's head are those of who has taken it.
    nghttp2_option_set_max_send_header_block_length(options, 1024 * 1024);
    return options;
  }

  static nghttp2_session* make_session(Connection& connection) {
    // Only read by nghttp2, which copies what it keeps; they live as long as the program.
    static nghttp2_session_callbacks* const callbacks = make_callbacks();
    static nghttp2_option* const options = make_options();
    nghttp2_session* session = nullptr;
    if (nghttp2_session_client_new2(&session, callbacks, &connection, options) != 0) std::abort();
    return session;
  }
};

ssize_t read_http2_request_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                                std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                                void* user) {
  return Http2ClientConnectionCallbacks::read_body(session, id, into, size, flags, source, user);
}

nghttp2_session* new_http2_client_session(Http2ClientConnection& connection) {
  return Http2ClientConnectionCallbacks::make_session(connection);
}

}  // namespace hoplab::http
