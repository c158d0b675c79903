#include "net/close.h"

#include <array>

namespace hoplab::net {

Task<void> close_in_order(Stream& stream) {
  WaitSlot slot(stream.loop());
  bool late = false;
  stream.shutdown_write();
  Timer deadline(stream.loop(), [&late, &slot] {
    late = true;
    slot.notify();
  });
  std::array<char, 1024> sink;
  for (std::size_t dropped = 0; !late && dropped < kLingerBytes;) {
    const IoResult result = stream.try_read(sink);
    if (result.ended()) break;
    dropped += result.size;
    if (result.ok()) continue;
    if (!deadline.armed()) deadline.after(kLingerTime);
    if (!stream.try_flush()) stream.watch_write(&slot);  // TLS: the FIN waits behind the rest
    stream.watch_read(&slot);
    co_await slot;
    stream.watch_read(nullptr);
    stream.watch_write(nullptr);
  }
}

}  // namespace hoplab::net
