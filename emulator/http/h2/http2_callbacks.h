// nghttp2's callbacks into an Http2Connection, and the session that has them.
#pragma once

struct nghttp2_session;

namespace hoplab::http {

class Http2Connection;

/// A server session that reports to `connection`. The caller deletes it.
nghttp2_session* new_http2_session(Http2Connection& connection);

}  // namespace hoplab::http
