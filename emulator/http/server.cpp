#include "http/server.h"

#include "net/close.h"

namespace hoplab::http {

Task<void> finish_connection(net::Connection& connection, const Hop& hop, ServeEnd end) {
  Journal& journal = *connection.journal;
  journal.end(hop, end.reason, end.how, end.toward, connection.stream->loop().now());
  if (journal.cause->how == EndKind::rst) {
    connection.stream->reset(*journal.cause);
    co_return;
  }
  const net::IoStatus met = co_await net::close_in_order(*connection.stream);
  // Behind its alert a client closes, which is a reset when it leaves something unread.
  if (end.reason == Reason::client_tls_alert && met == net::IoStatus::failed) {
    journal.cause->how = EndKind::rst;
  }
}

}  // namespace hoplab::http
