// Handing an answer to nghttp2: its fields, and its body as a data provider.
#pragma once

#include "http/h2/http2_stream.h"

struct nghttp2_session;

namespace hoplab::http {

/// Submits stream.response. Its text must live until the stream is closed: nothing is copied. False
/// when it cannot be sent (a status that is not final): the caller resets the stream.
bool submit_http2_response(nghttp2_session* session, Http2Stream& stream);
/// An interim answer (1xx); nghttp2 copies it.
void submit_http2_interim(nghttp2_session* session, Http2Stream& stream, int status,
                          const Headers& headers);

}  // namespace hoplab::http
