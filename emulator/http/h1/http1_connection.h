// One HTTP/1.1 connection, server side: requests one after the other, pipelined ones in order.
//
// One coroutine reads a request, has it handled, and then moves both directions of the exchange,
// the answer to the client and what is left of the request to its target, until both are done.
// Reading is in http1_server.cpp, answering in http1_answer.cpp.
#pragma once

#include <optional>

#include "http/h1/http1_body.h"
#include "http/h1/http1_parser.h"
#include "http/h1/http1_writer.h"
#include "http/server.h"

namespace hoplab::http {

class Http1Connection final : public ClientWatch, public InterimSink {
 public:
  Http1Connection(net::Stream& stream, Handler& handler, ServerContext& context)
      : stream_(stream),
        handler_(handler),
        context_(context),
        slot_(stream.loop()),
        idle_(stream.loop(), context.idle_timeout, [this] { look_at_idle(); }),
        body_(stream, buffer_, idle_),
        pump_(idle_) {}

  Task<net::ServeEnd> run();

  bool gone() override;
  void watch(WaitSlot* slot) override;
  void interim(int status, std::string_view reason, const Headers& headers) override;

 private:
  using Step = BodyPump::Step;
  struct Refusal {
    int status = 0;  // 0: none
    Reason reason = Reason::bad_request;
  };

  // Requests.
  Task<void> serve_one(std::size_t head_size);
  Task<bool> read_head(std::size_t& head_size);
  Task<void> refuse_partial_head(ParseError error);
  Refusal take_head(std::size_t size, Request& request, RequestHead& head);
  void fill(Request& request, RequestHead& head, DesyncAction action);
  static void note_refused(Request& request, RequestHead& head, ParseError error);
  void count_non_compliant();
  [[nodiscard]] ServedRequest served(int status, std::optional<Reason> why) const;
  [[nodiscard]] bool may_read_ahead() const;

  // Answers.
  Task<void> answer(const Request& request, const RequestHead& head, Response& response);
  Task<bool> send(const Request& request, Response& response, bool keep);
  Task<void> hand_over(Request& request, Response& response);
  Task<void> drive(Step step, Response& response);
  Task<void> answer_broken_body(const Request& request, Response& handled);
  Task<void> refuse(int status, Reason because, Reason end, const Request* request = nullptr,
                    Response* handled = nullptr);
  Task<bool> write(std::string_view text);

  // Ends.
  void finish_client_gone();
  void finish(Reason reason, EndKind how) {
    if (!end_) end_ = net::ServeEnd{reason, how, Toward::client};
  }
  void finish_unread_body();
  void finish_truncated(const Response& response);
  void look_at_idle();

  net::Stream& stream_;
  Handler& handler_;
  ServerContext& context_;
  WaitSlot slot_;
  IdleTimer idle_;
  ReadBuffer buffer_;
  Http1Body body_;              // the request's
  BodyPump pump_;               // of the answer
  Bytes interim_;               // what the stream has not taken of interim answers
  std::size_t head_bytes_ = 0;  // of the request
  std::optional<net::IoStatus> client_end_;
  std::optional<net::ServeEnd> end_;
  bool handling_ = false;            // the handler has the request
  bool waiting_for_source_ = false;  // nothing is left to send until the answer goes on
  bool expired_ = false;             // no byte for the idle timeout, and it was the client's turn
};

}  // namespace hoplab::http
