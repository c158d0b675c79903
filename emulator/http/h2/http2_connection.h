// One HTTP/2 connection, server side: nghttp2's session on a net::Stream.
//
// One coroutine reads and writes; each request has a task that runs its handler. nghttp2 is called
// from the connection's turn and from those tasks, and calls back only while it is fed or drained.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/task_group.h"
#include "http/h2/http2_flood.h"
#include "http/h2/http2_stream.h"
#include "http/server.h"

struct nghttp2_session;

namespace hoplab::http {

class Http2Connection final : public StreamOwner {
 public:
  Http2Connection(net::Stream& stream, Handler& handler, ServerContext& context);
  ~Http2Connection() override;

  /// Serves until the connection is over and every handler has ended.
  Task<net::ServeEnd> run();

  void consumed(std::int32_t stream_id, std::size_t bytes) override;
  void send_interim(Http2Stream& stream, int status, const Headers& headers) override;

 private:
  friend struct Http2Callbacks;

  // Turns of the coroutine.
  void open();
  void read_some();
  void start_requests();
  void write_some();
  bool send_pending();
  bool gather(Bytes& out);

  // Requests.
  Http2Stream* begin_request(std::int32_t id);
  void head_complete(Http2Stream& stream);
  void request_complete(Http2Stream& stream);
  Task<void> serve(Http2Stream& stream);
  void begin_handling(Http2Stream& stream);
  void answer_stalled(Http2Stream& stream);
  void respond(Http2Stream& stream);
  void request_taken(Http2Stream& stream);
  void drop_body(Http2Stream& stream);
  void cut_request(Http2Stream& stream);
  void closed(Http2Stream& stream);
  void tell(const Http2Stream& stream);
  void remove(Http2Stream& stream);

  // Ends.
  void drain(Reason reason);            // GOAWAY(NO_ERROR): finish what has begun, then end
  void calm_down();                     // too many frames: GOAWAY(ENHANCE_YOUR_CALM)
  void terminate(std::uint32_t error);  // GOAWAY(error), and no more
  void client_ended(net::IoStatus status);
  void finish(Reason reason, EndKind how);
  void finish_when_over();
  void close_streams();
  void look_at_idle();
  Time give_up_stalled_requests();
  void expire();

  void touch() { last_activity_ = stream_.loop().now(); }
  void wake();

  net::Stream& stream_;
  Handler& handler_;
  ServerContext& context_;
  WaitSlot slot_;
  Timer idle_;
  TaskGroup tasks_;
  nghttp2_session* session_ = nullptr;
  std::vector<std::unique_ptr<Http2Stream>> streams_;
  std::vector<Http2Stream*> starting_;  // complete heads, in order of arrival
  std::uint32_t open_streams_ = 0;      // of streams_, those not closed
  Bytes pending_;                       // taken from nghttp2, not yet by the stream
  std::size_t pending_sent_ = 0;
  FloodGuard flood_;
  std::uint64_t requests_ = 0;
  std::int32_t last_request_ = 0;  // stream id
  Time last_activity_;
  std::optional<net::ServeEnd> end_;
  std::optional<Reason> drain_reason_;  // GOAWAY(NO_ERROR) was submitted because of this
  bool active_ = false;                 // a request or an answer moved in this turn
  std::optional<Reason> error_;         // whose GOAWAY with an error was the first
  bool preface_sent_ = false;
  bool blocked_ = false;       // the stream takes nothing now
  bool in_turn_ = false;       // our coroutine runs: it will write anyway
  bool task_woke_us_ = false;  // the wake-up is (also) a task's, not only the stream's
  bool skipped_read_ = false;
  bool head_open_ = false;  // a header block has begun and not ended
  bool terminated_ = false;
  bool expired_ = false;
};

}  // namespace hoplab::http
