#include "http/body_reading.h"

#include <array>

namespace hoplab::http {

Task<net::IoStatus> read_body(Loop& loop, BodySource& body, std::string& into, std::size_t most) {
  WaitSlot slot(loop);
  std::array<char, 16 * 1024> piece;
  while (into.size() <= most) {
    const net::IoResult result = body.try_read(piece);
    into.append(piece.data(), result.size);
    if (result.ended()) co_return result.status;
    if (result.ok()) continue;
    body.watch(&slot);
    co_await slot;
    body.watch(nullptr);
  }
  co_return net::IoStatus::ok;
}

}  // namespace hoplab::http
