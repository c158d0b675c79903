#include "net/stream.h"

namespace hoplab::net {

Task<IoResult> read_some(Stream& stream, std::span<char> into) {
  WaitSlot slot(stream.loop());
  for (;;) {
    const IoResult result = stream.try_read(into);
    if (!result.would_block()) co_return result;
    stream.watch_read(&slot);
    co_await slot;
    stream.watch_read(nullptr);
  }
}

Task<IoResult> write_all(Stream& stream, std::string_view data) {
  WaitSlot slot(stream.loop());
  for (;;) {
    IoResult result{IoStatus::ok, 0};
    if (!data.empty()) result = stream.try_write(data);
    if (result.ended()) co_return result;
    data.remove_prefix(result.size);
    if (data.empty() && stream.try_flush()) co_return IoResult{IoStatus::ok, 0};
    if (!data.empty() && result.ok()) continue;
    stream.watch_write(&slot);
    co_await slot;
    stream.watch_write(nullptr);
  }
}

}  // namespace hoplab::net
