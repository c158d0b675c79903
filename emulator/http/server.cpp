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
  co_await net::close_in_order(*connection.stream);
  if (party_of(end.reason) != Party::client || !connection.stream->reset_by_peer()) co_return;
  // A client that has closed answers our close_notify with an RST; one that sends an alert and
  // leaves something unread sends it at once.
  journal.client_reset = true;
  if (end.reason == Reason::client_tls_alert) journal.cause->how = EndKind::rst;
}

}  // namespace hoplab::http
