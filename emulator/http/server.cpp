#include "http/server.h"

#include "net/close.h"

namespace hoplab::http {

Task<void> finish_connection(net::Connection& connection, const Hop& hop, ServeEnd end) {
  Journal& journal = *connection.journal;
  journal.end(hop, end.reason, end.how, end.toward, connection.stream->loop().now());
  if (journal.cause->how == EndKind::rst) {
    connection.stream->reset(*journal.cause);
  } else {
    co_await net::close_in_order(*connection.stream);
  }
}

}  // namespace hoplab::http
