#include "net/in_process_dialer.h"

#include "net/memory_pipe.h"

namespace hoplab::net {

Task<Dialer::Dialed> InProcessDialer::dial(Duration, const DialOptions&) {
  auto [near, far] = make_memory_pipe(loop_);
  Connection connection;
  connection.journal = std::make_shared<Journal>();
  connection.journal->kind = kind_;
  connection.journal->accepted_at = loop_.now();
  connection.journal->calendar_offset = loop_.clock().offset();
  connection.journal->client = source_.ip;
  connection.stream = std::move(far);
  connection.source = source_;
  connection.destination = target_;
  connection.endpoint = endpoint_;
  Dialed dialed;
  dialed.peer = connection.journal;
  handler_->serve(std::move(connection));
  dialed.stream = std::move(near);
  dialed.accepted = true;
  co_return dialed;
}

}  // namespace hoplab::net
